/**
 * How much the nodes may answer to one request, and how long. A broken or stolen node could otherwise fill the memory of the
 * asking program, or keep it waiting for ever. What exceeds a bound ends the answer of that node with an error that names
 * the bound; the other nodes are not affected.
 */
import type { RequestVerb } from "../../schemas/wire/request.ts";
import type { NodeName } from "../../values/names.ts";

const MIB = 1024 ** 2;

export const ANSWER_LIMITS = {
  /** Messages of one node; the agent sends up to some hundred objects in one. */
  messages: 5_000,
  /** Bytes of one node: ten thousand containers or documents of usual size. */
  bytes: 32 * MIB,
  /** Bytes of all nodes together. */
  totalBytes: 256 * MIB,
} as const;

/** A node that has sent this part of what it may send is named when the connection is lost. */
const HEAVY_SHARE = 0.25;

type Limits = Readonly<Record<keyof typeof ANSWER_LIMITS, number>>;

/** The longest that a request waits for answers that have begun: its patience many times, and at least a minute. */
export const deadlineMs = (idleMs: number): number => Math.max(60_000, 10 * idleMs);

interface Count {
  messages: number;
  bytes: number;
  ended: boolean;
}

export class AnswerBounds {
  readonly #verb: RequestVerb;
  readonly #limits: Limits;
  readonly #counts = new Map<NodeName, Count>();
  #totalBytes = 0;

  constructor(verb: RequestVerb, limits: Limits = ANSWER_LIMITS) {
    this.#verb = verb;
    this.#limits = limits;
  }

  /**
   * Counts a message that has arrived.
   * @returns "taken"; why it ends the answer of its node; or "ignored" after that
   */
  count(node: NodeName, bytes: number): "taken" | "ignored" | { readonly excess: string } {
    const count = this.#counts.get(node) ?? { messages: 0, bytes: 0, ended: false };
    this.#counts.set(node, count);
    if (count.ended) return "ignored";
    count.messages += 1;
    count.bytes += bytes;
    this.#totalBytes += bytes;
    const excess = this.#excess(count);
    if (excess === undefined) return "taken";
    count.ended = true;
    return { excess: `its answer to \`${this.#verb}\` ${excess}; the rest is ignored` };
  }

  /** The node has sent its last answer. */
  end(node: NodeName): void {
    const count = this.#counts.get(node);
    if (count !== undefined) count.ended = true;
  }

  /** Nodes whose answer has begun and not ended, with what to say of each after `ms`. From now on they are ignored. */
  expire(ms: number): readonly { readonly node: NodeName; readonly excess: string }[] {
    const open = [...this.#counts].filter(([, { ended }]) => !ended);
    for (const [node] of open) this.end(node);
    const excess = `its answer to \`${this.#verb}\` is not complete after ${Math.round(ms / 1_000)} s`;
    return open.map(([node]) => ({ node, excess }));
  }

  /** What a lost connection may be due to: servers drop those that do not read fast enough. Undefined when no node sent much. */
  overload(): string | undefined {
    const heavy = [...this.#counts].filter(([, { bytes }]) => bytes > this.#limits.bytes * HEAVY_SHARE);
    if (heavy.length === 0) return undefined;
    const sent = heavy.map(([node, { bytes }]) => `${node} sent ${Math.round(bytes / MIB)} MiB`).join(", ");
    return `${sent}, and the server may have dropped this connection because it cannot read as fast; check that node, and repeat the command without it`;
  }

  #excess({ messages, bytes }: Count): string | undefined {
    const { messages: most, bytes: mostBytes, totalBytes } = this.#limits;
    if (messages > most) return `has more than ${most} messages`;
    if (bytes > mostBytes) return `is larger than ${mostBytes / MIB} MiB`;
    if (this.#totalBytes > totalBytes)
      return `and those of the other nodes are together larger than ${totalBytes / MIB} MiB`;
    return undefined;
  }
}
