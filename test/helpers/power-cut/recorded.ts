/**
 * Runs one of acts.ts in a process of its own, records every change that it makes below its directory, and shows what a power
 * cut may leave at each moment, together with what the act has promised until then.
 */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, readFile, realpath, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Scope } from "../scope.ts";
import { tempDir } from "../temp-dir.ts";
import { toolPath } from "../tools.ts";
import type { ActName } from "./acts.ts";
import { Disk, type Luck, NAMES, NOTHING, type Remains } from "./disk.ts";
import { PROMISES } from "./promises.ts";
import { parseSteps, type Step } from "./steps.ts";

const run = promisify(execFile);
const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));

export interface Recording {
  /** The directory, as the act left it. */
  readonly root: string;
  readonly steps: readonly Step[];
}

/** What a power cut may leave. */
export interface Aftermath {
  readonly remains: Remains;
  /** What the act had promised before the cut. */
  readonly promised: readonly string[];
  /** For messages: the moment. */
  readonly when: string;
}

/** Runs the act on an empty directory. @throws Error with its output if it fails */
export async function recordAct(scope: Scope, act: ActName): Promise<Recording> {
  const dir = await realpath(await tempDir(scope));
  const [root, log, recorder] = [join(dir, "root"), join(dir, "record"), join(dir, "record.so")];
  await mkdir(root, { mode: 0o700 });
  await writeFile(log, "");
  await run(await toolPath("compiler"), ["-shared", "-fPIC", "-nostdlib", "-o", recorder, here("record.c")]);
  const env = {
    ...process.env,
    LD_PRELOAD: recorder,
    MCP_POWER_CUT_ROOT: root,
    MCP_POWER_CUT_LOG: log,
    UV_USE_IO_URING: "0", // calls that do not go through the C library cannot be recorded
  };
  await run(process.execPath, ["--import", "tsx", here("perform.ts"), act, root], { env });
  return { root, steps: parseSteps(await readFile(log)) };
}

/** Every different outcome of a power cut after any of the steps, each with the most that was promised. */
export function aftermaths({ root, steps }: Recording, seeds: number): readonly Aftermath[] {
  const disk = new Disk(root);
  const found = new Map<string, Aftermath>();
  for (const [index, step] of steps.entries()) {
    disk.step(step);
    const promised = disk.read(join(root, PROMISES)).toString().split("\n").filter(Boolean);
    for (const [name, luck] of lucks(seeds, index)) {
      const remains = new Map([...disk.remains(luck)].filter(([path]) => path !== PROMISES));
      const when = `after step ${index} (${describe(step)}) with ${name}`;
      found.set(digest(remains), { remains, promised, when });
    }
  }
  return [...found.values()];
}

function lucks(seeds: number, index: number): [string, Luck][] {
  const seeded = Array.from({ length: seeds }, (_, n): [string, Luck] => {
    const random = randomFrom(index * seeds + n);
    const names = (pending: number) => Math.floor(random() * (pending + 1));
    return [`the luck of seed ${n}`, { names, content: () => random() < 0.5 }];
  });
  return [["what was synced", NOTHING], ["all names and no content", NAMES], ...seeded];
}

/** Numbers from 0 to 1, the same for the same seed: a linear congruential generator. */
function randomFrom(seed: number): () => number {
  const state = { value: (seed * 2_654_435_761 + 1) >>> 0 };
  return () => {
    state.value = (Math.imul(state.value, 1_664_525) + 1_013_904_223) >>> 0;
    return state.value / 2 ** 32;
  };
}

function digest(remains: Remains): string {
  const hash = createHash("sha256");
  for (const [path, { mode, content }] of remains) {
    hash.update(`${path}\0${mode}\0${content?.length ?? "directory"}\0`);
    if (content !== undefined) hash.update(content);
  }
  return hash.digest("base64");
}

function describe(step: Step): string {
  const { call } = step;
  if ("path" in step) return `${call} ${step.path}`;
  if ("from" in step) return `${call} ${step.from} ${step.to}`;
  return `${call} ${step.fd}`;
}
