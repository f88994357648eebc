/** Containers that nobody declared, from the nodes' own answers: foreign ones, and those of services nobody desires there. */
import type { OperatorBus } from "../../bus/operator-bus.ts";
import { serviceKey } from "../../schemas/buckets.ts";
import { messageOf } from "../../schemas/error.ts";
import type { NodeSighting } from "../../schemas/json-output.ts";
import type { UndeclaredContainer } from "../../schemas/json-sync-output.ts";
import type { NodeName } from "../../schemas/names.ts";
import { present } from "../../schemas/present.ts";
import { askFleet } from "../ask-fleet.ts";
import { sortAnswers } from "../ps/ask-nodes.ts";
import { gatherContainers } from "../ps/gather-containers.ts";
import type { SyncView } from "./sync-view.ts";

/** A node that looks online answers within this time of the last answer, or is named as silent. */
const IDLE_MS = 1_500;

export interface Question {
  readonly bus: OperatorBus;
  /** Every node the bus knows; those that are not online are not waited for. */
  readonly nodes: Promise<readonly NodeSighting[]>;
  /** Absent: all of them. */
  readonly only: NodeName | undefined;
  readonly signal: AbortSignal;
  readonly nowMs: number;
  onProblem(text: string): void;
}

export interface Undeclared {
  readonly unmanaged: readonly UndeclaredContainer[];
  readonly silent: readonly NodeSighting[];
}

/** What runs now. Resolves to a function, since what is declared may be read meanwhile. Never fails: it is by the way. */
export async function askContainers(question: Question): Promise<(view: SyncView) => Undeclared> {
  const { bus, only, signal, nowMs, onProblem } = question;
  const online = question.nodes.then((nodes) => nodes.filter((one) => isOnline(one) && isWanted(one.node, only)));
  try {
    const roll = online.then((nodes) => ({ expected: nodes.map(({ node }) => node), othersToo: false }));
    const body = { verb: "ps" } as const;
    const all = { body, ...(only === undefined ? {} : { nodes: [only] }), roll, idleMs: IDLE_MS, signal };
    const answers = await askFleet(bus, all);
    const { containers, silent, failed } = gatherContainers(sortAnswers(answers, await online), nowMs);
    for (const { node, message } of failed) onProblem(`${node} did not say what runs there: ${message}`);
    return (view) => {
      const declared = declaredKeys(view);
      const isDeclared = (node: NodeName, service?: string) =>
        service !== undefined && declared.has(serviceKey(node, service));
      const unmanaged = containers
        .filter(({ node, service }) => !isDeclared(node, service))
        .map(({ node, name, image, state, service }) => ({ node, name, image, state, ...present({ service }) }));
      return { unmanaged, silent };
    };
  } catch (error) {
    if (!signal.aborted) onProblem(`what runs on the nodes could not be asked: ${messageOf(error)}`);
    return () => ({ unmanaged: [], silent: [] });
  }
}

function isOnline({ liveness }: NodeSighting): boolean {
  return liveness === "online";
}

function isWanted(node: NodeName, only: NodeName | undefined): boolean {
  return only === undefined || node === only;
}

/** On the bus (a tombstone is a word about it too), or in a definition. */
function declaredKeys({ bucket, definitions }: SyncView): Set<string> {
  return new Set([
    ...bucket.documents.map(({ document: { node, service } }) => serviceKey(node, service)),
    ...definitions.flatMap(({ nodes, spec }) => nodes.map((node) => serviceKey(node, spec.name))),
  ]);
}
