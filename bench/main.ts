/**
 * `npm run bench`: measures the rows of docs/BENCHMARKS.md, prints them and writes bench/results.json.
 *   npm run bench -- [--rows 1,8] [--effort 0.5]
 * Ends with 1 when a row could not be measured; a goal that is missed is told in the table and ends with 0.
 */
import { parseArgs } from "node:util";
import { benchScope } from "./bench-scope.ts";
import { printTable, storeResults } from "./results.ts";
import type { Row, RowResult } from "./row.ts";
import { ROWS } from "./rows/index.ts";
import { selectRows } from "./select-rows.ts";

// With this set every Node program reads all certificates of the system at its start (33 ms here), `node -e 0` as well:
// a setting of the machine that would only hide what is measured.
delete process.env["NODE_EXTRA_CA_CERTS"];

// Each process of a fleet is one that is ended with this one at the latest.
process.setMaxListeners(0);

const print = (line: string) => void process.stdout.write(`${line}\n`);

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { rows: { type: "string" }, effort: { type: "string", default: "1" } } });
  const wanted = selectRows(values.rows, ROWS);
  const results: RowResult[] = [];
  const failed: string[] = [];
  for (const row of wanted) {
    print(`row ${row.id}: ${row.title}`);
    try {
      results.push(...(await measure(row, Number(values.effort))));
    } catch (error) {
      failed.push(row.id);
      console.error(error);
    }
  }
  if (results.length > 0) await storeResults(results);
  printTable(results, print);
  if (failed.length > 0) print(`could not be measured: ${failed.join(", ")}`);
  return failed.length === 0 ? 0 : 1;
}

async function measure(row: Row, effort: number): Promise<RowResult[]> {
  const scope = benchScope();
  try {
    return await row.run({ scope, effort, note: (line) => print(`  ${line}`) });
  } finally {
    await scope.end();
  }
}

process.exitCode = 1;
process.exitCode = await main();
process.exit();
