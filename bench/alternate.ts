/**
 * Measures two things in turn (A, B, A, B …), so that whatever else the machine does falls on both alike. One round
 * before is thrown away: it warms caches up.
 */
import { median, quantile, rounded } from "./statistics.ts";

/** Does the work once and returns the milliseconds that count. */
export type Timed = () => Promise<number>;

export interface Pair {
  readonly ours: Timed;
  readonly floor: Timed;
}

export interface PairTimes {
  readonly ours: readonly number[];
  readonly floor: readonly number[];
}

export async function alternate({ ours, floor }: Pair, rounds: number): Promise<PairTimes> {
  const times = { ours: [] as number[], floor: [] as number[] };
  for (let round = -1; round < rounds; round++) {
    const pair = [await ours(), await floor()] as const;
    if (round < 0) continue;
    times.ours.push(pair[0]);
    times.floor.push(pair[1]);
  }
  return times;
}

/** One thing alone, a warm-up round before. */
export async function series(work: Timed, rounds: number): Promise<readonly number[]> {
  return (await alternate({ ours: work, floor: async () => 0 }, rounds)).ours;
}

/** The part of a result that two series of times come to: the ratio of their medians, with the quartiles beside it. */
export function ratioOf({ ours, floor }: PairTimes) {
  return {
    figure: { ratio: median(ours) / median(floor) },
    samples: ours.length,
    medianMs: rounded(median(ours)),
    floorMs: rounded(median(floor)),
    details: { quartilesMs: quartiles(ours), floorQuartilesMs: quartiles(floor) },
  };
}

function quartiles(samples: readonly number[]): string {
  return `${rounded(quantile(samples, 0.25))} to ${rounded(quantile(samples, 0.75))}`;
}

/** Milliseconds that `work` takes. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return performance.now() - startedMs;
}
