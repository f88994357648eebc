/** Which nodes there are and which of them live, from presence and enrollment records. Pure: ages are the bus's. */
import type { Aged } from "../../bus/ports/operator-bus.ts";
import type { NodeLiveness } from "../../schemas/output/liveness-output.ts";
import { OFFLINE_AFTER_MS, type Presence } from "../../schemas/wire/presence.ts";
import type { NodeName } from "../../values/names.ts";
import { present } from "../../values/present.ts";

/** Smaller differences disturb nobody; `mcp doctor` reports them. */
const CLOCK_TOLERANCE_MS = 60_000;

/** @param nowMs this workstation's clock, with which the node's is compared; undefined: not compared */
export function livenessOf(node: NodeName, presence: Aged<Presence> | undefined, nowMs?: number): NodeLiveness {
  if (presence === undefined) return { node, liveness: "never-seen" };
  const lastSeenMs = presence.ageMs;
  const { storeProblem } = presence.value;
  const clock = nowMs && clockAheadMs(presence, nowMs);
  const facts = { node, lastSeenMs, ...present({ clockAheadMs: clock, storeProblem }) };
  if (presence.value.leaving === true) return { ...facts, liveness: "left" };
  return { ...facts, liveness: lastSeenMs > OFFLINE_AFTER_MS ? "offline" : "online" };
}

/** The bus knows the age of a presence by its own clock, and the presence has the time on the node's. */
function clockAheadMs({ value, ageMs }: Aged<Presence>, nowMs: number): number | undefined {
  const aheadMs = Date.parse(value.at) + ageMs - nowMs;
  return Math.abs(aheadMs) > CLOCK_TOLERANCE_MS ? aheadMs : undefined;
}

/** Every node that is known from anywhere, by name. */
export function readNodeLiveness(
  presences: readonly Aged<Presence>[],
  alsoKnown: Iterable<NodeName>,
  nowMs?: number,
): NodeLiveness[] {
  const byNode = new Map(presences.map((presence) => [presence.value.node, presence]));
  const names = new Set([...byNode.keys(), ...alsoKnown]);
  return [...names].sort().map((node) => livenessOf(node, byNode.get(node), nowMs));
}
