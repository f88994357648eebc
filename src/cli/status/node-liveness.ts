/** Which nodes there are and which of them live, from presence and enrollment records. Pure: ages are the bus's. */
import type { Aged } from "../../bus/ports/operator-bus.ts";
import type { NodeLiveness } from "../../schemas/output/liveness-output.ts";
import { OFFLINE_AFTER_MS, type Presence } from "../../schemas/wire/presence.ts";
import type { NodeName } from "../../values/names.ts";

export function livenessOf(node: NodeName, presence: Aged<Presence> | undefined): NodeLiveness {
  if (presence === undefined) return { node, liveness: "never-seen" };
  const lastSeenMs = presence.ageMs;
  if (presence.value.leaving === true) return { node, liveness: "left", lastSeenMs };
  return { node, liveness: lastSeenMs > OFFLINE_AFTER_MS ? "offline" : "online", lastSeenMs };
}

/** Every node that is known from anywhere, by name. */
export function readNodeLiveness(presences: readonly Aged<Presence>[], alsoKnown: Iterable<NodeName>): NodeLiveness[] {
  const byNode = new Map(presences.map((presence) => [presence.value.node, presence]));
  const names = new Set([...byNode.keys(), ...alsoKnown]);
  return [...names].sort().map((node) => livenessOf(node, byNode.get(node)));
}
