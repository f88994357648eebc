/** The rules of a component's health check: exactly one kind, a published port. */

import type { HealthDefinition } from "../../schemas/service/definition.ts";
import { DURATION_BOUNDS, HEALTH_DEFAULTS, MAX_HEALTH_RETRIES } from "../../schemas/service/definition-defaults.ts";
import type { HealthCheck, HealthSpec, PortSpec } from "../../schemas/service/spec.ts";
import { parseDuration } from "../../values/duration.ts";
import { isWrong, type Parsed } from "../../values/parsed.ts";
import { type HealthTarget, parseHttpTarget, parseTcpTarget, publishedAt } from "./health-target.ts";
import type { TableCheck } from "./table-check.ts";

type DurationKey = "interval" | "timeout" | "start_period";

export function checkHealth(draft: HealthDefinition, ports: readonly PortSpec[], check: TableCheck): HealthSpec {
  const duration = (key: DurationKey) =>
    check.parse(key, draft[key], (text) => parseDuration(text, DURATION_BOUNDS[key]));
  const intervalMs = duration("interval") ?? HEALTH_DEFAULTS.intervalMs;
  const timeoutMs = duration("timeout") ?? Math.min(HEALTH_DEFAULTS.timeoutMs, intervalMs);
  return {
    check: checkTarget(draft, ports, check),
    intervalMs,
    timeoutMs,
    retries: check.parse("retries", draft.retries, parseRetries) ?? HEALTH_DEFAULTS.retries,
    startPeriodMs: duration("start_period") ?? HEALTH_DEFAULTS.startPeriodMs,
    onUnhealthy: draft.on_unhealthy ?? HEALTH_DEFAULTS.onUnhealthy,
  };
}

function parseRetries(retries: number): Parsed<number> {
  if (Number.isInteger(retries) && retries >= 1 && retries <= MAX_HEALTH_RETRIES) return { value: retries };
  return { wrong: `${retries} is not a whole number from 1 to ${MAX_HEALTH_RETRIES}`, example: "retries = 3" };
}

const NO_CHECK: HealthCheck = { kind: "cmd", cmd: [] };

function checkTarget(draft: HealthDefinition, ports: readonly PortSpec[], check: TableCheck): HealthCheck {
  const { cmd, http, tcp } = draft;
  if ([cmd, http, tcp].filter((way) => way !== undefined).length !== 1) {
    check.add([], { wrong: "needs exactly one of cmd, http and tcp", example: '{ cmd = ["/bin/check"] }' });
    return NO_CHECK;
  }
  if (http !== undefined) {
    check.parse("http", http, (text) => needsPort(parseHttpTarget(text), ports));
    return { kind: "http", url: http };
  }
  if (tcp !== undefined) {
    check.parse("tcp", tcp, (text) => needsPort(parseTcpTarget(text), ports));
    return { kind: "tcp", address: tcp };
  }
  return { kind: "cmd", cmd: check.parse("cmd", cmd, parseCmd) ?? [] };
}

function parseCmd(cmd: readonly string[]): Parsed<readonly string[]> {
  if (cmd.length === 0 || cmd[0] === "") return { wrong: "names no command", example: 'cmd = ["/bin/check"]' };
  return cmd.some((word) => word.includes("\0")) ? { wrong: "contains a NUL character" } : { value: cmd };
}

/** The agent checks from the node, so the component must publish the port there. */
function needsPort(target: Parsed<HealthTarget>, ports: readonly PortSpec[]): Parsed<HealthTarget> {
  if (isWrong(target) || publishedAt(target.value, ports)) return target;
  const { address, port } = target.value;
  return {
    wrong: `${address}:${port} is not a TCP port that this component publishes`,
    example: `ports = ["127.0.0.1:${port}:${port}"], or a check with cmd`,
  };
}
