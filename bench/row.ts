/**
 * What a row of the table is: a figure of ours beside a floor or a peer measured in the same run on the same machine.
 * Absolute times are shown and never judged; a goal is about a ratio, a difference, or an amount with a fixed bound.
 */
import type { Scope } from "../test/helpers/scope.ts";

/** How the figure relates to the goal; ratios and differences are of the floor. */
export type Figure =
  | { readonly ratio: number }
  | { readonly delta: number; readonly unit: string }
  | { readonly amount: number; readonly unit: string };

export type Goal = { readonly atMost: number } | { readonly atLeast: number };

export interface RowResult {
  /** `8a`: the row's number, and a letter where it has several figures. */
  readonly id: string;
  readonly name: string;
  /** What was measured beside it, in words; absent where the bound is fixed. */
  readonly floor?: string;
  readonly figure: Figure;
  readonly goal: Goal;
  readonly samples: number;
  readonly medianMs?: number;
  readonly floorMs?: number;
  /** What else helps to read the figure: percentiles, parts of the time, sizes. */
  readonly details?: Readonly<Record<string, number | string>>;
  /** What limits the figure where it misses the goal, as measured. */
  readonly bound?: string;
}

export interface BenchContext {
  /** Everything a row starts ends with it. */
  readonly scope: Scope;
  /** Multiplies the number of samples; 1 by default. */
  readonly effort: number;
  note(line: string): void;
}

export interface Row {
  readonly id: string;
  /** Further numbers of the table that this measurement fills. */
  readonly alsoFills?: readonly string[];
  readonly title: string;
  run(context: BenchContext): Promise<RowResult[]>;
}

export function figureOf(figure: Figure): number {
  if ("ratio" in figure) return figure.ratio;
  return "delta" in figure ? figure.delta : figure.amount;
}

export function isMet({ figure, goal }: Pick<RowResult, "figure" | "goal">): boolean {
  return "atMost" in goal ? figureOf(figure) <= goal.atMost : figureOf(figure) >= goal.atLeast;
}
