/** Failures that a test plans for the fake runtime, and the count of its calls. */
import { CallDeadline } from "../../src/agent/runtime/call-deadline.ts";
import type { Runtime } from "../../src/agent/runtime/runtime.ts";

export type Verb = Exclude<keyof Runtime, "close">;

/** An error to throw, or "hangs": no answer until the deadline or the signal. */
export type Fault = Error | "hangs";

const VERBS: readonly Verb[] = [
  ...([
    "ping",
    "info",
    "list",
    "listIds",
    "describe",
    "inspect",
    "imageId",
    "listImages",
    "removeImage",
    "pull",
    "ensureNetwork",
    "create",
    "start",
  ] as const),
  ...(["stop", "remove", "rename", "exec", "logs", "events"] as const),
];

export class FaultPlan {
  readonly calls = Object.fromEntries(VERBS.map((verb) => [verb, 0])) as Record<Verb, number>;
  readonly #planned = new Map<Verb, Fault[]>();
  readonly #always: { fault?: Fault } = {};
  readonly #deadlineMs: number;

  constructor(deadlineMs: number) {
    this.#deadlineMs = deadlineMs;
  }

  /** The next `times` calls of this verb fail so. */
  plan(verb: Verb, fault: Fault, times: number): void {
    this.#planned.set(verb, [...(this.#planned.get(verb) ?? []), ...Array<Fault>(times).fill(fault)]);
  }

  /** Every call fails so, until undefined. Calls that hang already stay so until their deadline. */
  planAll(fault: Fault | undefined): void {
    if (fault === undefined) delete this.#always.fault;
    else this.#always.fault = fault;
  }

  /** Counts the call and throws what is planned for it. */
  async pass(verb: Verb, signal: AbortSignal): Promise<void> {
    this.calls[verb] += 1;
    signal.throwIfAborted();
    const fault = this.#planned.get(verb)?.shift() ?? this.#always.fault;
    if (fault === "hangs") await this.hang(verb, this.#deadlineMs, signal);
    if (fault instanceof Error) throw fault;
  }

  /** Waits for the deadline or the signal and throws what it says. */
  async hang(verb: Verb, limitMs: number, signal: AbortSignal): Promise<never> {
    const deadline = new CallDeadline(`fake ${verb}`, limitMs, signal);
    await new Promise((resolve) => deadline.signal.addEventListener("abort", resolve, { once: true }));
    deadline.end();
    throw deadline.signal.reason;
  }
}
