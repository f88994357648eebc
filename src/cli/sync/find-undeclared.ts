/**
 * Finds undeclared containers: unmanaged ones, and those of services without desired state. The presence of a node shows
 * whether it has any, so only nodes that have some, or cannot know, are asked.
 */
import type { OperatorBus } from "../../bus/ports/operator-bus.ts";
import type { NodeLiveness } from "../../schemas/output/liveness-output.ts";
import type { UndeclaredContainer } from "../../schemas/output/sync-output.ts";
import { serviceKey } from "../../schemas/wire/buckets.ts";
import type { Presence } from "../../schemas/wire/presence.ts";
import { messageOf } from "../../values/error.ts";
import type { NodeName } from "../../values/names.ts";
import { present } from "../../values/present.ts";
import { askFleet } from "../fleet/ask-fleet.ts";
import type { KnownNodes } from "../fleet/fleet.ts";
import { sortAnswers } from "../ps/ask-nodes.ts";
import { gatherContainers } from "../ps/gather-containers.ts";
import { livenessOf } from "../status/node-liveness.ts";
import type { SyncView } from "./sync-view.ts";

/** A node that is online and does not answer within this time counts as silent. */
const IDLE_MS = 1_500;

export interface Question {
  readonly bus: OperatorBus;
  readonly nodes: Promise<KnownNodes>;
  /** Undefined: all nodes. */
  readonly only: NodeName | undefined;
  readonly signal: AbortSignal;
  readonly nowMs: number;
  onProblem(text: string): void;
}

export interface Undeclared {
  readonly unmanaged: readonly UndeclaredContainer[];
  readonly silent: readonly NodeLiveness[];
}

/** Resolves to a function, because the definitions are read at the same time. Never fails: problems go to `onProblem`. */
export async function askContainers(question: Question): Promise<(view: SyncView) => Undeclared> {
  const { bus, only, signal, nowMs, onProblem } = question;
  try {
    const asked = nodesToAsk(await question.nodes, only);
    const nodes = asked.map(({ node }) => node);
    const expectedNodes = { expected: nodes, othersToo: false };
    const answers = await askFleet(bus, { body: { verb: "ps" }, nodes, expectedNodes, idleMs: IDLE_MS, signal });
    const { containers, silent, failed } = gatherContainers(sortAnswers(answers, asked), nowMs);
    for (const { node, message } of failed) onProblem(`cannot list the containers on ${node}: ${message}`);
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
    if (!signal.aborted) onProblem(`cannot list the containers of the nodes: ${messageOf(error)}`);
    return () => ({ unmanaged: [], silent: [] });
  }
}

/** Nodes that are online and may have undeclared containers. */
function nodesToAsk({ presence }: KnownNodes, only: NodeName | undefined): NodeLiveness[] {
  const wanted = presence.filter(({ value }) => only === undefined || value.node === only);
  return wanted
    .filter(({ value }) => mayHaveUndeclared(value))
    .map((aged) => livenessOf(aged.value.node, aged))
    .filter(({ liveness }) => liveness === "online");
}

/** A node can rule it out only while its podman answers. */
function mayHaveUndeclared({ undeclared, runtime }: Presence): boolean {
  return undeclared !== 0 || runtime.health !== "ok";
}

/** Services on the bus, tombstones included, or in a definition. */
function declaredKeys({ bucket, definitions }: SyncView): Set<string> {
  return new Set([
    ...bucket.documents.map(({ document: { node, service } }) => serviceKey(node, service)),
    ...definitions.flatMap(({ nodes, spec }) => nodes.map((node) => serviceKey(node, spec.name))),
  ]);
}
