/** One question to one node, or to all nodes that the bus knows: for commands that show live facts. */
import type { OperatorBus } from "../../bus/ports/operator-bus.ts";
import type { NodeFailure, NodeLiveness } from "../../schemas/output/liveness-output.ts";
import type { AgentReply, RequestBody } from "../../schemas/wire/request.ts";
import type { NodeName } from "../../values/names.ts";
import { askFleet } from "../fleet/ask-fleet.ts";
import { readNodes, requireNode } from "../fleet/fleet.ts";

export interface NodesQuestion {
  readonly body: RequestBody;
  /** Absent: every node. */
  readonly only: NodeName | undefined;
  /** How long silent nodes are waited for; longer while others still answer. */
  readonly idleMs: number;
  readonly signal: AbortSignal;
}

export interface NodesAnswers {
  readonly answers: ReadonlyMap<NodeName, readonly AgentReply[]>;
  /** Without those that answered with an error. */
  readonly answered: readonly NodeName[];
  readonly silent: readonly NodeLiveness[];
  readonly failed: readonly NodeFailure[];
}

/** @throws McpError E_NOT_FOUND for a node that the bus does not know; as the bus */
export async function askNodes(bus: OperatorBus, { only, ...question }: NodesQuestion): Promise<NodesAnswers> {
  const known = readNodes(bus);
  return only === undefined
    ? await askAll(bus, known, question)
    : await askOne(bus, await known, { ...question, only });
}

/** Which nodes to wait for is read while they already answer. @param known every node the bus knows */
export async function askAll(
  bus: OperatorBus,
  known: Promise<readonly NodeLiveness[]>,
  question: Omit<NodesQuestion, "only">,
): Promise<NodesAnswers> {
  const expectedNodes = known.then((nodes) => {
    const expected = nodes.filter(isOnline).map(({ node }) => node);
    // A bus that knows no node may have lost its data: any node may answer.
    return { expected, othersToo: nodes.length > expected.length || nodes.length === 0 };
  });
  const answers = await askFleet(bus, { ...question, expectedNodes });
  question.signal.throwIfAborted(); // a node that was not waited for is not silent
  return sortAnswers(answers, await known);
}

async function askOne(
  bus: OperatorBus,
  known: readonly NodeLiveness[],
  { only, ...question }: NodesQuestion & { readonly only: NodeName },
): Promise<NodesAnswers> {
  const asked = requireNode(only, known);
  const expectedNodes = { expected: [only], othersToo: false };
  const answers = await askFleet(bus, { ...question, nodes: [only], expectedNodes });
  question.signal.throwIfAborted();
  return sortAnswers(answers, [asked]);
}

/** `asked` are the nodes that should have answered; others that did are kept as well. Pure. */
export function sortAnswers(answers: NodesAnswers["answers"], asked: readonly NodeLiveness[]): NodesAnswers {
  const failed = [...answers].flatMap(([node, replies]) => failureOf(node, replies));
  const failing = new Set(failed.map(({ node }) => node));
  return {
    answers,
    answered: [...answers.keys()].filter((node) => !failing.has(node)).sort(),
    silent: asked.filter(({ node }) => !answers.has(node)),
    failed,
  };
}

function failureOf(node: NodeName, replies: readonly AgentReply[]): NodeFailure[] {
  const error = replies.find((reply) => reply.error !== undefined)?.error;
  return error === undefined ? [] : [{ node, code: error.code, message: error.message }];
}

function isOnline({ liveness }: NodeLiveness): boolean {
  return liveness === "online";
}
