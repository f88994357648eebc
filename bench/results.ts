/**
 * `bench/results.json` and the table. A run of some rows replaces these and keeps the others, each with the time, the
 * machine and the versions it was measured with.
 */
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import Table from "cli-table3";
import { machineFacts, versionFacts } from "./machine.ts";
import { figureOf, isMet, type RowResult } from "./row.ts";
import { rounded } from "./statistics.ts";

const PATH = fileURLToPath(new URL("results.json", import.meta.url));

export interface StoredResult extends Omit<RowResult, "figure" | "goal"> {
  readonly ratio?: number;
  readonly delta?: number;
  readonly amount?: number;
  readonly unit?: string;
  readonly goal: string;
  readonly met: boolean;
  readonly at: string;
  readonly load1: number;
}

export async function storeResults(results: readonly RowResult[]): Promise<void> {
  const machine = await machineFacts();
  const at = new Date().toISOString();
  const fresh = results.map((result) => stored(result, { at, load1: machine.load1 }));
  const ids = new Set(fresh.map(({ id }) => id));
  const rows = [...(await earlier()).filter(({ id }) => !ids.has(id)), ...fresh];
  rows.sort((a, b) => a.id.localeCompare(b.id, "en", { numeric: true }));
  await writeFile(PATH, `${JSON.stringify({ machine, versions: await versionFacts(), rows }, null, 2)}\n`);
}

async function earlier(): Promise<StoredResult[]> {
  try {
    const { rows } = JSON.parse(await readFile(PATH, "utf8")) as { rows: StoredResult[] };
    return rows;
  } catch {
    return []; // the first run
  }
}

function stored({ figure, goal, ...rest }: RowResult, when: { at: string; load1: number }): StoredResult {
  const value = rounded(figureOf(figure));
  const unit = "unit" in figure ? { unit: figure.unit } : {};
  const kind = "ratio" in figure ? { ratio: value } : "delta" in figure ? { delta: value } : { amount: value };
  return { ...rest, ...kind, ...unit, goal: goalText({ figure, goal }), met: isMet({ figure, goal }), ...when };
}

export function printTable(results: readonly RowResult[], print: (line: string) => void): void {
  const head = ["#", "what", "floor", "figure", "goal", "met", "median", "floor's", "samples"];
  const table = new Table({
    head,
    wordWrap: true,
    colWidths: [5, 34, 30, 10, 11, 5, 11, 11, 9],
    style: { head: [], border: [] },
  });
  for (const result of results) {
    const { id, name, floor = "-", samples, medianMs, floorMs } = result;
    const times = [medianMs, floorMs].map((ms) => (ms === undefined ? "-" : `${ms} ms`));
    table.push([
      id,
      name,
      floor,
      figureText(result),
      goalText(result),
      isMet(result) ? "yes" : "NO",
      ...times,
      samples,
    ]);
  }
  print(table.toString());
  for (const { id, details = {}, bound } of results) {
    const words = Object.entries(details).map(([name, value]) => `${name} ${value}`);
    if (words.length > 0) print(`${id}: ${words.join(", ")}`);
    if (bound !== undefined) print(`${id}: bound by ${bound}`);
  }
}

function figureText({ figure }: Pick<RowResult, "figure">): string {
  return withUnit(figure, figureOf(figure));
}

function goalText({ figure, goal }: Pick<RowResult, "figure" | "goal">): string {
  return "atMost" in goal ? `≤ ${withUnit(figure, goal.atMost)}` : `≥ ${withUnit(figure, goal.atLeast)}`;
}

function withUnit(figure: RowResult["figure"], value: number): string {
  if ("ratio" in figure) return `${rounded(value)}×`;
  const sign = "delta" in figure && value >= 0 ? "+" : "";
  return `${sign}${rounded(value)} ${figure.unit}`;
}
