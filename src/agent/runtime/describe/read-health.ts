/** Converts podman's health check to one of ours, which the agent runs. Pure. */
import { DURATION_BOUNDS, MAX_HEALTH_RETRIES } from "../../../schemas/service/definition-defaults.ts";
import type { HealthSpec } from "../../../schemas/service/spec.ts";
import { at, numberAt, textAt, textsAt } from "../../../values/json-tree.ts";
import type { SpecPart } from "./spec-part.ts";

/** Podman's defaults, for what the container does not set. */
const DEFAULT_MS = 30_000;
const DEFAULT_RETRIES = 3;

export function readHealth(container: unknown): SpecPart<HealthSpec | undefined> {
  const check = at(container, "Config", "Healthcheck");
  const cmd = commandOf(textsAt(check, "Test"));
  if (cmd === undefined) return { value: undefined };
  const action = textAt(container, "Config", "HealthcheckOnFailureAction");
  const value: HealthSpec = {
    check: { kind: "cmd", cmd },
    intervalMs: bounded(durationMs(check, "Interval", DEFAULT_MS), DURATION_BOUNDS.interval),
    timeoutMs: bounded(durationMs(check, "Timeout", DEFAULT_MS), DURATION_BOUNDS.timeout),
    retries: Math.min(numberAt(check, "Retries") || DEFAULT_RETRIES, MAX_HEALTH_RETRIES),
    startPeriodMs: bounded(durationMs(check, "StartPeriod", 0), DURATION_BOUNDS.start_period),
    onUnhealthy: action === "restart" || action === "kill" ? "restart" : "report",
  };
  return { value, remarks: ["health: podman's own check is run by the agent from now on"] };
}

function commandOf([kind, ...words]: readonly string[]): string[] | undefined {
  if (kind === "CMD" && words.length > 0) return words;
  return kind === "CMD-SHELL" && words.length > 0 ? ["/bin/sh", "-c", words.join(" ")] : undefined;
}

/** Podman counts nanoseconds. */
function durationMs(check: unknown, key: string, otherwise: number): number {
  const ms = Math.round(numberAt(check, key) / 1e6);
  return ms > 0 ? ms : otherwise;
}

function bounded(ms: number, { minMs, maxMs }: { readonly minMs: number; readonly maxMs: number }): number {
  return Math.min(Math.max(ms, minMs), maxMs);
}
