/**
 * `npm run sim -- --seeds 1..10000 [--profile gentle|wild] [--minutes N]`, or `--seed N [--trace]` for one of them. Prints
 * each seed that breaks an invariant, with the fewest acts that still break it; exit code 1 then.
 */
import { parseArgs } from "node:util";
import { actText } from "./acts.ts";
import type { Profile } from "./draw-schedule.ts";
import { shrink } from "./shrink.ts";
import { type Outcome, simulate } from "./simulate.ts";

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "1..500" },
    seed: { type: "string" },
    profile: { type: "string", default: "wild" },
    trace: { type: "boolean", default: false },
    shrink: { type: "boolean", default: true },
    minutes: { type: "string" },
  },
  allowNegative: true,
});

const profile = profileOf(values.profile);
process.exitCode = (await (values.seed === undefined ? runMany() : runOne(Number(values.seed)))) ? 0 : 1;

function profileOf(text: string): Profile {
  if (text !== "gentle" && text !== "wild") throw new Error(`--profile is gentle or wild, not ${text}`);
  return text;
}

async function runOne(seed: number): Promise<boolean> {
  const outcome = await simulate({ seed, profile });
  if (values.trace) process.stdout.write(`${outcome.trace.join("\n")}\n`);
  await show(outcome);
  if (outcome.violation === undefined) process.stdout.write(`seed ${seed} (${profile}): every invariant holds\n`);
  return outcome.violation === undefined;
}

async function runMany(): Promise<boolean> {
  const [first = 1, last = first] = values.seeds.split("..").map(Number);
  const endMs = values.minutes === undefined ? Number.POSITIVE_INFINITY : Date.now() + Number(values.minutes) * 60_000;
  const startedMs = Date.now();
  const broken = new Map<string, number[]>();
  let seed = first;
  for (; seed <= last && Date.now() < endMs; seed++) {
    const outcome = await simulate({ seed, profile });
    if (outcome.violation === undefined) continue;
    const { rule } = outcome.violation;
    broken.set(rule, [...(broken.get(rule) ?? []), seed]);
    await show(outcome);
  }
  const rules = [...broken].map(
    ([rule, seeds]) => `  ${rule}: ${seeds.length} seeds (${seeds.slice(0, 10).join(", ")})\n`,
  );
  const seconds = ((Date.now() - startedMs) / 1000).toFixed(1);
  const count = [...broken.values()].flat().length;
  process.stdout.write(
    `${seed - first} seeds (${profile}), ${count} with a violation, ${seconds} s\n${rules.join("")}`,
  );
  return broken.size === 0;
}

async function show({ seed, violation, acts }: Outcome): Promise<void> {
  if (violation === undefined) return;
  const { rule, text, atMs } = violation;
  process.stdout.write(`seed ${seed} (${profile}) breaks ${rule} at ${(atMs / 1000).toFixed(3)} s: ${text}\n`);
  if (!values.shrink) return;
  const small = await shrink({ seed, profile, acts }, rule);
  for (const act of small.acts) process.stdout.write(`    ${actText(act)}\n`);
  if (small.violation !== undefined) process.stdout.write(`    then: ${small.violation.text}\n`);
  if (values.trace) process.stdout.write(`${small.trace.map((line) => `    | ${line}`).join("\n")}\n`);
}
