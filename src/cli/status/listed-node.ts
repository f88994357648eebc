/** A node as commands show it: last sign of life, what it said of itself, and what operators recorded. Pure. */
import type { Aged } from "../../bus/ports/operator-bus.ts";
import type { NodeLiveness } from "../../schemas/output/liveness-output.ts";
import type { ListedNode } from "../../schemas/output/node-output.ts";
import type { NodeEnrollment } from "../../schemas/wire/enrollment.ts";
import type { NodeRecord, Presence } from "../../schemas/wire/presence.ts";
import { present } from "../../values/present.ts";
import { readNodeLiveness } from "./node-liveness.ts";

/** Every node that is enrolled or was seen, by name. */
export function listNodes(
  presence: readonly Aged<Presence>[],
  records: readonly NodeRecord[],
  nowMs: number,
): ListedNode[] {
  const facts = new Map(presence.map(({ value }) => [value.node, value]));
  const enrollments = new Map(records.map((record) => [record.node, record]));
  return readNodeLiveness(presence, enrollments.keys(), nowMs).map((nodeLiveness) =>
    listedNode(nodeLiveness, facts.get(nodeLiveness.node), enrollments.get(nodeLiveness.node)),
  );
}

export function listedNode(
  nodeLiveness: NodeLiveness,
  fact: Presence | undefined,
  record: NodeRecord | undefined,
): ListedNode {
  return { ...nodeLiveness, ...present({ presence: fact, enrolled: record && enrollmentOf(record) }) };
}

function enrollmentOf({ enrolledBy: by, at, labels, account, incarnation }: NodeRecord): NodeEnrollment {
  return { by, at, labels, ...present({ account, incarnation }) };
}
