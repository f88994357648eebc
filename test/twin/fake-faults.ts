/** Failures that a test plans for single calls of the fake runtime, and the count of its calls. */
import type { Runtime } from "../../src/agent/runtime/runtime.ts";
import type { Conduct, Fault, Turn } from "./conduct.ts";
import { RUNTIME_VERBS, verbsThat } from "./verbs.ts";

export type Verb = Exclude<keyof Runtime, "close">;

const VERBS: readonly Verb[] = verbsThat(RUNTIME_VERBS, "reads", "changes", "follows");

export class FaultPlan {
  readonly calls = Object.fromEntries(VERBS.map((verb) => [verb, 0])) as Record<Verb, number>;
  readonly #planned = new Map<Verb, Fault[]>();
  readonly #always: { fault?: Fault } = {};
  readonly #conduct: Conduct<Verb>;

  /** @param conduct treats the calls for which nothing is planned, and says how long every call takes */
  constructor(conduct: Conduct<Verb>) {
    this.#conduct = conduct;
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

  /** Nothing is planned any more. */
  forgive(): void {
    this.#planned.clear();
    this.planAll(undefined);
  }

  /** Counts the call and says how it goes. */
  next(verb: Verb): Turn {
    this.calls[verb] += 1;
    const turn = this.#conduct(verb);
    const planned = this.#planned.get(verb)?.shift() ?? this.#always.fault;
    return planned === undefined ? turn : { ...turn, fault: planned };
  }
}
