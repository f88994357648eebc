/**
 * Closes this process off from the real machine while a simulation runs: time, chance and disk facts come from the seed.
 * What still asks the real machine is counted by name, and a test demands that nobody does.
 */
import { createRequire, syncBuiltinESMExports } from "node:module";
import { Dice } from "./dice.ts";

type Functions = Record<string, (...given: never[]) => unknown>;

export interface ClosedWorld {
  /** What was asked of the real machine, with how often. */
  readonly leaks: ReadonlyMap<string, number>;
  open(): void;
}

export function closeWorld(seed: number, now: () => number): ClosedWorld {
  const leaks = new Map<string, number>();
  const dice = new Dice(seed, "crypto");
  const leaking = <T extends unknown[]>(name: string, answer: (...given: T) => unknown) => {
    return (...given: T) => {
      leaks.set(name, (leaks.get(name) ?? 0) + 1);
      return answer(...given);
    };
  };
  const uuid = () => `${dice.hex(8)}-${dice.hex(4)}-4${dice.hex(3)}-8${dice.hex(3)}-${dice.hex(12)}`;
  const facts = async () => ({ bsize: 4096, blocks: 1_000_000, bavail: 500_000 });
  const reopened = [
    replaced(builtin("node:crypto"), {
      randomUUID: uuid,
      randomBytes: (size: number) => Buffer.from(dice.hex(size * 2), "hex"),
    }),
    replaced(builtin("node:fs/promises"), { statfs: facts }),
    replaced(Date as unknown as Functions, { now: leaking("Date.now", now) }),
    replaced(Math as unknown as Functions, { random: leaking("Math.random", () => dice.next()) }),
    ...(["setTimeout", "setInterval"] as const).map((name) => {
      const real = globalThis[name] as (...given: unknown[]) => unknown;
      return replaced(globalThis as unknown as Functions, { [name]: leaking(name, real) });
    }),
  ];
  syncBuiltinESMExports();
  const open = () => {
    for (const reopen of reopened) reopen();
    syncBuiltinESMExports();
  };
  return { leaks, open };
}

const builtin = (name: string) => createRequire(import.meta.url)(name) as Functions;

function replaced(target: Functions, own: Record<string, unknown>): () => void {
  const before = Object.fromEntries(Object.keys(own).map((name) => [name, target[name]]));
  Object.assign(target, own);
  return () => void Object.assign(target, before);
}
