/** The checks of nodes for `mcp doctor`, from their last presence. Pure. */
import type { Aged } from "../../bus/ports/operator-bus.ts";
import type { DoctorCheck } from "../../schemas/output/doctor-output.ts";
import type { NodeLiveness } from "../../schemas/output/liveness-output.ts";
import type { Presence } from "../../schemas/wire/presence.ts";
import { ageText, durationText } from "../output/age.ts";
import { livenessText, storeText } from "../status/reason.ts";

/** Signatures and ages tolerate this much; NTP keeps machines far below it. */
const SKEW_MS = 2_000;
/** More waiting events than this mean that the node cannot deliver, not that it is busy. */
const OUTBOX_LIMIT = 100;

export function checkNodes(nodes: readonly NodeLiveness[]): DoctorCheck[] {
  const name = "nodes";
  if (nodes.length === 0) {
    return [{ name, result: "warn", message: "the bus knows no node yet", remedy: "mcp node add <name>" }];
  }
  const absent = nodes.filter(({ liveness }) => liveness !== "online");
  const online: DoctorCheck = {
    name,
    result: "ok",
    message: `${nodes.length - absent.length} of ${nodes.length} online`,
  };
  const warnings = absent.map((one) => ({
    name,
    result: "warn" as const,
    message: livenessText(one),
    remedy: `on ${one.node}: \`mcp-agent doctor\`, then start it: \`mcp-agent server\`, or systemctl --user start mcp-agent`,
  }));
  return [online, ...warnings];
}

/** Of nodes that are online: their runtime, their store, their clock against ours, and whether their events get out. */
export function checkPresence(presence: Aged<Presence>, nowMs: number): DoctorCheck[] {
  const { value, ageMs } = presence;
  const checks = [checkRuntime(value), checkStore(value), checkClock(presence, nowMs), checkOutbox(value, ageMs)];
  return checks.filter((check) => check !== undefined);
}

function checkRuntime({ node, runtime }: Presence): DoctorCheck | undefined {
  if (runtime.health === "ok" || runtime.starting) return undefined;
  return {
    name: "runtime",
    result: "fail",
    message: `${node}: podman is ${runtime.health}`,
    remedy: `on ${node}: mcp-agent doctor`,
  };
}

function checkStore({ node, storeProblem }: Presence): DoctorCheck | undefined {
  if (storeProblem === undefined) return undefined;
  return { name: "store", result: "fail", message: `${node}: ${storeText(storeProblem)}`, remedy: storeProblem.hint };
}

function checkClock({ value, ageMs }: Aged<Presence>, nowMs: number): DoctorCheck | undefined {
  const skewMs = Date.parse(value.at) + ageMs - nowMs;
  if (Math.abs(skewMs) <= SKEW_MS) return undefined;
  const amount = `${durationText(Math.abs(skewMs))} ${skewMs > 0 ? "ahead of" : "behind"}`;
  return {
    name: "clock",
    result: "warn",
    message: `${value.node}: its clock is ${amount} this machine's`,
    remedy: "turn on NTP on both: timedatectl set-ntp true",
  };
}

function checkOutbox({ node, outbox }: Presence, ageMs: number): DoctorCheck | undefined {
  if (outbox <= OUTBOX_LIMIT) return undefined;
  return {
    name: "outbox",
    result: "warn",
    message: `${node}: ${outbox} undelivered events ${ageText(ageMs)} ago`,
    remedy: `on ${node}: mcp-agent doctor`,
  };
}
