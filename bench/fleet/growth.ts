/** How a figure grows with the number of agents: the same measurement over fleets of several sizes. */
import { benchScope } from "../bench-scope.ts";
import type { BenchContext } from "../row.ts";
import { median, rounded, slope } from "../statistics.ts";

/** The size that goals are about comes last but one; the last is taken where the machine carries it. */
const SIZES = [10, 100, 1_000] as const;
const LARGEST = 3_000;

export interface Sized<T> {
  readonly agents: number;
  readonly value: T;
}

/** MCP_BENCH_AGENTS=10,100 takes other sizes; the figures are then those of the largest. */
export function fleetSizes(): readonly number[] {
  const given = process.env["MCP_BENCH_AGENTS"];
  if (given === undefined) return [...SIZES, LARGEST];
  return given.split(",").map(Number);
}

/** The size that the row's figure is taken at. */
export function headlineSize(sizes: readonly number[]): number {
  return sizes.find((size) => size === 1_000) ?? Math.max(...sizes);
}

/** Each size in a scope of its own. */
export async function atEachSize<T>(
  { note }: BenchContext,
  measure: (agents: number, scope: ReturnType<typeof benchScope>) => Promise<T>,
): Promise<readonly Sized<T>[]> {
  const measured: Sized<T>[] = [];
  for (const agents of fleetSizes()) {
    const scope = benchScope();
    try {
      measured.push({ agents, value: await measure(agents, scope) });
    } catch (error) {
      if (agents <= headlineSize(fleetSizes())) throw error;
      note(`${agents} agents are more than this machine carries: ${String(error)}`);
    } finally {
      await scope.end();
    }
  }
  return measured;
}

/** `10: 0.31 s, 100: 0.9 s, …` and the power of the number of agents that the time grows with: 1 is linear. */
export function growthOf(points: readonly Sized<readonly number[]>[]): Record<string, string | number> {
  const medians = points.map(({ agents, value }) => ({ agents, ms: median(value) }));
  const text = medians.map(({ agents, ms }) => `${agents}: ${rounded(ms / 1000)} s`).join(", ");
  const logs = medians
    .filter(({ agents }) => agents >= 100)
    .map(({ agents, ms }) => ({ x: Math.log(agents), y: Math.log(ms) }));
  return { byAgents: text, ...(logs.length > 1 ? { growsWithPower: rounded(slope(logs)) } : {}) };
}
