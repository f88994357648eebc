/**
 * Asks every node at once and waits until each expected node has given its last answer, then a moment for nodes that
 * seem offline. It stops in any case when `idleMs` have passed and no node has answered for half of that: in a large
 * fleet the last answers come late.
 */
import type { OperatorBus } from "../../bus/ports/operator-bus.ts";
import type { AgentReply, RequestBody } from "../../schemas/wire/request.ts";
import type { NodeName } from "../../values/names.ts";

/** How long a node that seems offline is waited for when all others have answered. */
const LATECOMER_MS = 250;

/** The nodes to wait for; without any, asking ends at once. */
export interface ExpectedNodes {
  /** Nodes that were online a moment ago. */
  readonly expected: readonly NodeName[];
  /** True when other nodes may answer as well. */
  readonly othersToo: boolean;
}

export interface FleetQuestion {
  readonly body: RequestBody;
  /** Only these; absent: every node. */
  readonly nodes?: readonly NodeName[];
  /** The question is asked before a promise resolves. */
  readonly expectedNodes: ExpectedNodes | Promise<ExpectedNodes>;
  /** Counted from the question. */
  readonly idleMs: number;
  readonly signal: AbortSignal;
}

/** Answers by node, in the order in which they arrive. @throws as the bus, or as reading the expected nodes */
export async function askFleet(bus: OperatorBus, question: FleetQuestion): Promise<Map<NodeName, AgentReply[]>> {
  const { body, nodes, idleMs, signal } = question;
  if (nodes?.length === 0) return new Map();
  const tracker = new AnswerTracker(question.expectedNodes);
  const options = {
    idleMs,
    quietMs: idleMs / 2,
    signal: AbortSignal.any([signal, tracker.over]),
    ...(nodes === undefined ? {} : { nodes }),
  };
  const answers = new Map<NodeName, AgentReply[]>();
  try {
    for await (const reply of bus.ask(body, options)) {
      answers.set(reply.node, [...(answers.get(reply.node) ?? []), reply]);
      if (reply.last) tracker.answered(reply.node);
      if (tracker.over.aborted) break;
    }
  } catch (error) {
    if (!tracker.over.aborted) throw error; // otherwise we stopped the question ourselves
  } finally {
    tracker.end();
  }
  await question.expectedNodes;
  return answers;
}

/** Notes which nodes have answered; `over` aborts when none is missing, or when the expected nodes cannot be read. */
class AnswerTracker {
  readonly #enough = new AbortController();
  readonly #done = new Set<NodeName>();
  #awaited: { readonly missing: Set<NodeName>; readonly othersToo: boolean } | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(nodes: ExpectedNodes | Promise<ExpectedNodes>) {
    if ("expected" in nodes) this.#begin(nodes);
    else
      nodes.then(
        (read) => this.#begin(read),
        () => this.#enough.abort(),
      );
  }

  get over(): AbortSignal {
    return this.#enough.signal;
  }

  answered(node: NodeName): void {
    this.#done.add(node);
    if (this.#awaited?.missing.delete(node)) this.#endIfComplete();
  }

  end(): void {
    clearTimeout(this.#timer);
  }

  #begin({ expected, othersToo }: ExpectedNodes): void {
    this.#awaited = { missing: new Set(expected.filter((node) => !this.#done.has(node))), othersToo };
    const isOver = expected.length === 0 ? !othersToo : this.#awaited.missing.size < expected.length;
    if (isOver) this.#endIfComplete();
  }

  #endIfComplete(): void {
    if (this.#awaited === undefined || this.#awaited.missing.size > 0) return;
    if (!this.#awaited.othersToo) this.#enough.abort();
    else this.#timer ??= setTimeout(() => this.#enough.abort(), LATECOMER_MS);
  }
}
