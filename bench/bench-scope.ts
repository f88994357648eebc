/** The life of one row: what its helpers start ends with it, in reverse order, all of it even when one end fails. */
import type { Scope } from "../test/helpers/scope.ts";

export interface BenchScope extends Scope {
  end(): Promise<void>;
}

export function benchScope(): BenchScope {
  const ends: (() => void | Promise<void>)[] = [];
  return {
    after: (end) => void ends.push(end),
    end: async () => {
      const failures: unknown[] = [];
      for (const end of ends.splice(0).reverse()) await Promise.resolve(end()).catch((error) => failures.push(error));
      if (failures.length > 0) throw failures[0];
    },
  };
}
