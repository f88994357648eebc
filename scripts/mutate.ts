/**
 * `npm run mutate`: puts each fault of scripts/mutants into a copy of the project, one at a time, and runs the tests that must
 * notice it. Prints for each whether a test failed ("killed") or all passed ("survived"), and the totals.
 *   npm run mutate -- --only <pattern>   only mutants whose area, file or name matches (a regular expression)
 *   npm run mutate -- --list             print them, run nothing
 *   npm run mutate -- --jobs <n>         as many at once; default: the number of cores
 * A test that fails without any mutant is left out. Exit code 1: there is one, a mutant without a reason survived, or one with a
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
/** For a test file without a mutant; under one it gets three times what it took then, and this at least. */
const TIMEOUT_MS = 300_000;
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
  const inCopy = <T>(work: (copy: WorkCopy) => Promise<T>) =>
    limit(async () => {
      const copy = free.pop();
      if (copy === undefined) throw new Error("more work at once than copies");
      return await work(copy).finally(() => free.push(copy));
    });
  const tests = [...new Set(mutants.flatMap((mutant) => mutant.tests))];
  const times = new Map<string, number>();
  const measured = tests.map((test) =>
    inCopy(async (copy) => {
      const tookMs = (await timeOf(copy, test)) ?? (await timeOf(copy, test)); // twice: the machine may be busy
      if (tookMs !== undefined) times.set(test, tookMs);
      else console.log(`left out, since it fails without any mutant: ${test}`);
    }),
  );
  await Promise.all(measured);
  const verdicts = mutants.map((mutant) =>
    inCopy(async (copy) => {
      const verdict = await judge(copy, mutant, times);
      print(verdict);
      return verdict;
    }),
  );
  return summarize(await Promise.all(verdicts)) && times.size === tests.length;
}

/** Milliseconds that a test file takes without a mutant; undefined if it fails. */
async function timeOf(copy: WorkCopy, test: string): Promise<number | undefined> {
  const beganMs = Date.now();
  return (await copy.passes(test, TIMEOUT_MS)) ? Date.now() - beganMs : undefined;
}

async function judge(copy: WorkCopy, mutant: ListedMutant, times: ReadonlyMap<string, number>): Promise<Verdict> {
  return await copy.mutated(mutant, async () => {
    for (const test of mutant.tests) {
      const tookMs = times.get(test);
      if (tookMs === undefined) continue;
      if (!(await copy.passes(test, Math.max(LEAST_TIMEOUT_MS, 3 * tookMs)))) return { mutant, killer: test };
    }
    return { mutant, killer: undefined };
  });
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
