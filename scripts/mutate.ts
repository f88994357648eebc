/**
 * `npm run mutate`: puts each fault of scripts/mutants into a copy of the project, one at a time, and runs the tests that must
 * notice it. Prints for each whether a test failed ("killed") or all passed ("survived"), and the totals.
 *   npm run mutate -- --only <pattern>   only mutants whose area, file or name matches (a regular expression)
 *   npm run mutate -- --list             print them, run nothing
 *   npm run mutate -- --jobs <n>         as many at once; default: the number of cores
 * A test that fails without any mutant is left out. On a busy machine a good test may fail or be late: outside of test/unit it must
 * fail twice, and a late one is measured again without the mutant, then gets a second chance. Exit code 1: there is one, a mutant without a reason survived, or one with a
 * reason was killed.
 */
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import pLimit from "p-limit";
import { MUTANTS } from "./mutants/index.ts";
import type { ListedMutant } from "./mutants/mutant.ts";
import { WorkCopy } from "./mutants/work-copy.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
/** For a test file without a mutant. */
const TIMEOUT_MS = 300_000;
/** What a test file gets under a mutant: so many times what it took without one, and at least so long. */
const PATIENCE = 4;
const LEAST_TIMEOUT_MS = 20_000;

interface Verdict {
  readonly mutant: ListedMutant;
  /** The test file that failed; undefined if all passed. */
  readonly killer: string | undefined;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { only: { type: "string", default: "" }, list: { type: "boolean" }, jobs: { type: "string" } },
  });
  const pattern = new RegExp(values.only);
  const chosen = MUTANTS.filter(({ area, file, name }) => pattern.test(`${area} ${file} ${name}`));
  if (values.list) {
    for (const mutant of chosen) console.log(titleOf(mutant));
    return;
  }
  const jobs = Number(values.jobs ?? availableParallelism());
  const copies = await Promise.all(Array.from({ length: jobs }, () => WorkCopy.make(ROOT)));
  try {
    const isSound = await runAll(copies, chosen);
    process.exitCode = isSound ? 0 : 1;
  } finally {
    await Promise.all(copies.map((copy) => copy.remove()));
  }
}

async function runAll(copies: WorkCopy[], mutants: readonly ListedMutant[]): Promise<boolean> {
  const limit = pLimit(copies.length);
  const free = [...copies];
  const times: Times = new Map();
  const judged = mutants.map((mutant) =>
    limit(async () => {
      const copy = free.pop();
      if (copy === undefined) throw new Error("more work at once than copies");
      const verdict = await judge(copy, mutant, times).finally(() => free.push(copy));
      print(verdict);
      return verdict;
    }),
  );
  const isSound = summarize(await Promise.all(judged));
  const known = await Promise.all(times.values());
  return isSound && !known.includes(undefined);
}

/** Milliseconds that each test file takes without a mutant; undefined if it fails. Measured when it is first needed. */
type Times = Map<string, Promise<number | undefined>>;

async function judge(copy: WorkCopy, mutant: ListedMutant, times: Times): Promise<Verdict> {
  for (const test of mutant.tests) {
    const measured = times.get(test) ?? timeOf(copy, test);
    times.set(test, measured);
    const tookMs = await measured;
    if (tookMs !== undefined && (await isKilledBy(copy, { mutant, test, tookMs, times })))
      return { mutant, killer: test };
  }
  return { mutant, killer: undefined };
}

async function timeOf(copy: WorkCopy, test: string): Promise<number | undefined> {
  for (const _ of ["once", "again, since the machine may be busy"]) {
    const beganMs = Date.now();
    if ((await copy.run(test, TIMEOUT_MS)) === "passed") return Date.now() - beganMs;
  }
  console.log(`left out, since it fails without any mutant: ${test}`);
  return undefined;
}

interface Trial {
  readonly mutant: ListedMutant;
  readonly test: string;
  readonly tookMs: number;
  readonly times: Times;
}

async function isKilledBy(copy: WorkCopy, { mutant, test, tookMs, times }: Trial): Promise<boolean> {
  const run = (ms: number) => copy.mutated(mutant, () => copy.run(test, Math.max(LEAST_TIMEOUT_MS, PATIENCE * ms)));
  const outcome = await run(tookMs);
  if (outcome === "passed") return false;
  if (outcome === "failed") return test.startsWith("test/unit/") || (await run(tookMs)) !== "passed";
  const takesMs = (await timeOf(copy, test)) ?? tookMs;
  times.set(test, Promise.resolve(Math.max(tookMs, takesMs)));
  return (await run(takesMs)) !== "passed";
}

const titleOf = ({ area, file, name }: ListedMutant) => `${area}: ${name} (${file})`;

function print({ mutant, killer }: Verdict): void {
  const { survives } = mutant;
  const why = killer === undefined ? (survives ?? "NO REASON GIVEN") : killer;
  console.log(`${killer === undefined ? "survived" : "killed  "} ${titleOf(mutant)}: ${why}`);
}

function summarize(verdicts: readonly Verdict[]): boolean {
  const survivors = verdicts.filter(({ killer }) => killer === undefined);
  const unexplained = survivors.filter(({ mutant }) => mutant.survives === undefined);
  const outdated = verdicts.filter(({ mutant, killer }) => killer !== undefined && mutant.survives !== undefined);
  for (const { mutant } of unexplained) console.log(`survived without a reason: ${titleOf(mutant)}`);
  for (const { mutant } of outdated) console.log(`killed, although it has a reason to survive: ${titleOf(mutant)}`);
  const killed = verdicts.length - survivors.length;
  const share = verdicts.length === 0 ? 100 : (100 * killed) / verdicts.length;
  console.log(`${verdicts.length} mutants: ${killed} killed (${share.toFixed(1)} %), ${survivors.length} survived`);
  return unexplained.length + outdated.length === 0;
}

await main();
