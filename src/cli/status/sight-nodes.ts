/** Which nodes there are and which of them live, from presence and enrolment records. Pure: ages are the bus's. */
import type { Aged } from "../../bus/operator-bus.ts";
import type { NodeSighting } from "../../schemas/json-output.ts";
import type { NodeName } from "../../schemas/names.ts";
import { OFFLINE_AFTER_MS, type Presence } from "../../schemas/presence.ts";

export function sightingOf(node: NodeName, presence: Aged<Presence> | undefined): NodeSighting {
  if (presence === undefined) return { node, liveness: "never-seen" };
  const lastSeenMs = presence.ageMs;
  if (presence.value.leaving === true) return { node, liveness: "left", lastSeenMs };
  return { node, liveness: lastSeenMs > OFFLINE_AFTER_MS ? "offline" : "online", lastSeenMs };
}

/** Every node that is known from anywhere, by name. */
export function sightNodes(presences: readonly Aged<Presence>[], alsoKnown: Iterable<NodeName>): NodeSighting[] {
  const byNode = new Map(presences.map((presence) => [presence.value.node, presence]));
  const names = new Set([...byNode.keys(), ...alsoKnown]);
  return [...names].sort().map((node) => sightingOf(node, byNode.get(node)));
}
