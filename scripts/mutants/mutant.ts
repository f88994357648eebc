/** The shape of the lists of mutants: small faults put into the code on purpose, each of which some test must notice. */

export interface Mutant {
  /** What is wrong then, in a few words; unique in its list. */
  readonly name: string;
  readonly file: string;
  /** Text that is in the file exactly once. */
  readonly find: string;
  readonly replace: string;
  /** Test files that run until one fails; default: those of its list. */
  readonly tests?: readonly string[];
  /** Why no test notices it. A mutant with a reason must survive. */
  readonly survives?: string;
}

export interface MutantList {
  /** For `--only` and messages. */
  readonly area: string;
  /** The cheapest first. */
  readonly tests: readonly string[];
  readonly mutants: readonly Mutant[];
}

export interface ListedMutant extends Mutant {
  readonly area: string;
  readonly tests: readonly string[];
}

/** All mutants of the lists, each with its tests. */
export function listed(lists: readonly MutantList[]): ListedMutant[] {
  return lists.flatMap(({ area, tests, mutants }) => mutants.map((mutant) => ({ area, tests, ...mutant })));
}

/** How often a text is in another. */
export const occurrences = (text: string, part: string) => text.split(part).length - 1;
