/**
 * One life of an agent, which can end at any change that the agent asks its ports for. From then on nothing that it asks for
 * happens and nothing is answered, as after SIGKILL. What it had asked for before stays as it is.
 */
import { intercept } from "./intercept.ts";
import type { Nature } from "./verbs.ts";

export interface Death {
  /** Number of the fatal change, counted from 1, from now on. */
  readonly change: number;
  /** Whether the fatal change takes effect ("after") or not ("before"). */
  readonly moment: "before" | "after";
  onDeath?(): void;
}

export type Verbs = Readonly<Record<string, Nature>>;

export class Life {
  isDead = false;
  /** The fatal change, such as "rename"; undefined while the agent lives, and when it was ended from outside. */
  diedAt: string | undefined;
  #changes = 0;
  #death: Death | undefined;

  constructor(death?: Death) {
    this.#death = death;
  }

  /** Changes asked for so far. */
  get changes(): number {
    return this.#changes;
  }

  dieAt(death: Death): void {
    this.#death = { ...death, change: this.#changes + death.change };
  }

  /** The planned death does not come. */
  spare(): void {
    this.#death = undefined;
  }

  end(): void {
    this.isDead = true;
  }

  /** Wraps a port; all ports of one life end together. What only follows or is local goes straight through. */
  port<T extends object>(target: T, verbs: Verbs): T {
    const isChange = (verb: string) => verbs[verb] === "changes";
    return intercept(target, (verb) => isChange(verb) || verbs[verb] === "reads", {
      before: async (verb) => {
        if (!this.isDead && isChange(verb)) {
          this.#changes += 1;
          this.#dieIfDue("before", verb);
        }
        if (this.isDead) await never();
      },
      after: async (verb) => {
        if (!this.isDead && isChange(verb)) this.#dieIfDue("after", verb);
        if (this.isDead) await never();
      },
    });
  }

  #dieIfDue(moment: Death["moment"], verb: string): void {
    const death = this.#death;
    if (death === undefined || death.moment !== moment || this.#changes < death.change) return;
    this.isDead = true;
    this.diedAt = verb;
    death.onDeath?.();
  }
}

const never = () => new Promise<never>(() => undefined);
