/**
 * Asks every node at once, and waits no longer than it must: until each node that is expected has given its last
 * answer, then a moment for those thought to be offline, and in any case until `idleMs` have passed and nobody has
 * answered for half as long: in a large fleet the last answers come late, and the silent ones have been waited for meanwhile.
 */
import type { OperatorBus } from "../../bus/ports/operator-bus.ts";
import type { AgentReply, RequestBody } from "../../schemas/wire/request.ts";
import type { NodeName } from "../../values/names.ts";

/** What a node that is thought to be offline gets once all others have answered. */
const LATECOMER_MS = 250;

/** Who is waited for: of nobody at all the end is at once. */
export interface ExpectedNodes {
  /** Nodes worth waiting for: those that were alive a moment ago. */
  readonly expected: readonly NodeName[];
  /** True when others than the expected may answer too. */
  readonly othersToo: boolean;
}

export interface FleetQuestion {
  readonly body: RequestBody;
  /** Only these; absent: every node. */
  readonly nodes?: readonly NodeName[];
  /** May still be on its way: the question is asked at once. */
  readonly roll: ExpectedNodes | Promise<ExpectedNodes>;
  /** From the asking on. */
  readonly idleMs: number;
  readonly signal: AbortSignal;
}

/** Answers by node, in the order in which they came. @throws what the roll or the bus throws */
export async function askFleet(bus: OperatorBus, question: FleetQuestion): Promise<Map<NodeName, AgentReply[]>> {
  const { body, nodes, idleMs, signal } = question;
  if (nodes?.length === 0) return new Map();
  const rollCall = new AnswerTracker(question.roll);
  const options = {
    idleMs,
    lullMs: idleMs / 2,
    signal: AbortSignal.any([signal, rollCall.over]),
    ...(nodes === undefined ? {} : { nodes }),
  };
  const answers = new Map<NodeName, AgentReply[]>();
  try {
    for await (const reply of bus.ask(body, options)) {
      answers.set(reply.node, [...(answers.get(reply.node) ?? []), reply]);
      if (reply.last) rollCall.tick(reply.node);
      if (rollCall.over.aborted) break;
    }
  } catch (error) {
    if (!rollCall.over.aborted) throw error; // else it only says that we had enough
  } finally {
    rollCall.end();
  }
  await question.roll;
  return answers;
}

/** Ticks off who has answered; `over` aborts when nobody is missing, or when it is not to be known who is. */
class AnswerTracker {
  readonly #enough = new AbortController();
  readonly #ended = new Set<NodeName>();
  #roll: { readonly missing: Set<NodeName>; readonly othersToo: boolean } | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(roll: ExpectedNodes | Promise<ExpectedNodes>) {
    if ("expected" in roll) this.#begin(roll);
    else
      roll.then(
        (come) => this.#begin(come),
        () => this.#enough.abort(),
      );
  }

  get over(): AbortSignal {
    return this.#enough.signal;
  }

  tick(node: NodeName): void {
    this.#ended.add(node);
    if (this.#roll?.missing.delete(node)) this.#look();
  }

  end(): void {
    clearTimeout(this.#timer);
  }

  #begin({ expected, othersToo }: ExpectedNodes): void {
    this.#roll = { missing: new Set(expected.filter((node) => !this.#ended.has(node))), othersToo };
    const isOver = expected.length === 0 ? !othersToo : this.#roll.missing.size < expected.length;
    if (isOver) this.#look();
  }

  #look(): void {
    if (this.#roll === undefined || this.#roll.missing.size > 0) return;
    if (!this.#roll.othersToo) this.#enough.abort();
    else this.#timer ??= setTimeout(() => this.#enough.abort(), LATECOMER_MS);
  }
}
