/**
 * Ports whose agent can be killed between any two of its calls: from the fatal call on nothing it asks for happens and
 * nothing is answered, as after SIGKILL. What it had asked for before stays as it is.
 */
import { type Interception, intercept } from "./intercept.ts";

export interface Mortal {
  /** Wraps a port; all ports of one agent die together. */
  port<T extends object>(target: T, methods: readonly string[]): T;
  /** Calls made so far. */
  calls(): number;
  isDead(): boolean;
}

/**
 * @param deathAt number of the call at which it dies, counted from 1
 * @param moment whether the fatal call takes effect ("after") or not ("before")
 */
export function mortal(deathAt: number, moment: "before" | "after"): Mortal {
  const state = { calls: 0, dead: false };
  const never = () => new Promise<never>(() => undefined);
  const life: Interception = {
    before: async () => {
      if (state.dead) await never();
      state.calls += 1;
      if (state.calls < deathAt || (state.calls === deathAt && moment === "after")) return;
      state.dead = true;
      await never();
    },
    after: async () => {
      if (state.calls < deathAt) return;
      state.dead = true;
      await never();
    },
  };
  return {
    port: (target, methods) => intercept(target, (method) => methods.includes(method), life),
    calls: () => state.calls,
    isDead: () => state.dead,
  };
}
