/** One question to one node, or to all that the bus knows, as the commands ask it that show what runs right now. */
import type { OperatorBus } from "../../bus/operator-bus.ts";
import type { NodeFailure, NodeSighting } from "../../schemas/json-output.ts";
import type { NodeName } from "../../schemas/names.ts";
import type { AgentReply, RequestBody } from "../../schemas/request.ts";
import { askFleet } from "../ask-fleet.ts";
import { demandNode, readNodes } from "../fleet.ts";

export interface NodesQuestion {
  readonly body: RequestBody;
  /** Absent: every node. */
  readonly only: NodeName | undefined;
  /** Silent nodes are given up when nobody has answered for this long. */
  readonly idleMs: number;
  readonly signal: AbortSignal;
}

export interface NodesAnswers {
  readonly answers: ReadonlyMap<NodeName, readonly AgentReply[]>;
  /** Without those that answered with an error. */
  readonly answered: readonly NodeName[];
  readonly silent: readonly NodeSighting[];
  readonly failed: readonly NodeFailure[];
}

/** @throws McpError E_NOT_FOUND for a node that the bus does not know; as the bus */
export async function askNodes(bus: OperatorBus, { body, only, idleMs, signal }: NodesQuestion): Promise<NodesAnswers> {
  const known = await readNodes(bus);
  const asked = only === undefined ? known : [demandNode(only, known)];
  const expected = (only === undefined ? known.filter(isOnline) : asked).map(({ node }) => node);
  const answers = await askFleet(bus, {
    body,
    ...(only === undefined ? {} : { nodes: [only] }),
    expected,
    othersToo: asked.length > expected.length,
    idleMs,
    signal,
  });
  return sortAnswers(answers, asked);
}

/** `asked` are the nodes that should have answered; others that did are kept as well. Pure. */
export function sortAnswers(answers: NodesAnswers["answers"], asked: readonly NodeSighting[]): NodesAnswers {
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

function isOnline({ liveness }: NodeSighting): boolean {
  return liveness === "online";
}
