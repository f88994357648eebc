/** A node as commands show it: last sign of life, what it said of itself, and what operators recorded. Pure. */
import type { Aged } from "../../bus/ports/operator-bus.ts";
import type { NodeLiveness } from "../../schemas/output/liveness-output.ts";
import type { ListedNode } from "../../schemas/output/node-output.ts";
import type { NodeEnrolment } from "../../schemas/wire/enrolment.ts";
import type { NodeRecord, Presence } from "../../schemas/wire/presence.ts";
import { present } from "../../values/present.ts";
import { readNodeLiveness } from "./node-liveness.ts";

/** Every node that is enrolled or was seen, by name. */
export function listNodes(presence: readonly Aged<Presence>[], records: readonly NodeRecord[]): ListedNode[] {
  const facts = new Map(presence.map(({ value }) => [value.node, value]));
  const enrolments = new Map(records.map((record) => [record.node, record]));
  return readNodeLiveness(presence, enrolments.keys()).map((nodeLiveness) =>
    listedNode(nodeLiveness, facts.get(nodeLiveness.node), enrolments.get(nodeLiveness.node)),
  );
}

export function listedNode(
  nodeLiveness: NodeLiveness,
  fact: Presence | undefined,
  record: NodeRecord | undefined,
): ListedNode {
  return { ...nodeLiveness, ...present({ presence: fact, enrolled: record && enrolmentOf(record) }) };
}

function enrolmentOf({ enrolledBy: by, at, labels, account, incarnation }: NodeRecord): NodeEnrolment {
  return { by, at, labels, ...present({ account, incarnation }) };
}
