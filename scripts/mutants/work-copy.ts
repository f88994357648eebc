/** A copy of the project for mutants, so that the working tree is never edited, and runs of test files in it. */
import { spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type ListedMutant, occurrences } from "./mutant.ts";

const COPIED = ["src", "test", "scripts", "bin", "deploy", "docs", "examples"];
const COPIED_FILES = ["package.json", "package-lock.json", "tsconfig.json", "README.md", "CHANGELOG.md", "LICENSE"];
const LINKED = ["node_modules", ".tools"];

/** How a run of a test file ends. */
export type Outcome = "passed" | "failed" | "late";

export class WorkCopy {
  readonly #dir: string;

  private constructor(dir: string) {
    this.#dir = dir;
  }

  static async make(root: string): Promise<WorkCopy> {
    const dir = await mkdtemp(join(tmpdir(), "mcp-mutate-"));
    for (const name of [...COPIED, ...COPIED_FILES]) await cp(join(root, name), join(dir, name), { recursive: true });
    for (const name of LINKED) await symlink(join(root, name), join(dir, name));
    await mkdir(join(dir, "tmp"));
    return new WorkCopy(dir);
  }

  /** Runs `work` with the mutant in place. @throws Error if its `find` is not in the file exactly once */
  async mutated<T>({ file, find, replace }: ListedMutant, work: () => Promise<T>): Promise<T> {
    const path = join(this.#dir, file);
    const text = await readFile(path, "utf8");
    const count = occurrences(text, find);
    if (count !== 1) throw new Error(`${file} holds this ${count} times instead of once:\n${find}`);
    await writeFile(
      path,
      text.replace(find, () => replace),
    );
    try {
      return await work();
    } finally {
      await writeFile(path, text);
    }
  }

  /** Runs a test file until its first failure. A run that takes longer than `timeoutMs` is ended: a mutant may wait for ever. */
  run(test: string, timeoutMs: number): Promise<Outcome> {
    // Temporary directories of tests that are killed go with the copy.
    const env = { ...process.env, TMPDIR: join(this.#dir, "tmp") };
    // Without `--test`, which starts a second process for each file.
    const args = ["--import", "tsx", "--test-reporter=tap", test];
    const child = spawn(process.execPath, args, {
      cwd: this.#dir,
      env,
      detached: true,
      stdio: ["ignore", "pipe", "ignore"],
    });
    let hasFailed = false;
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      kill(child.pid);
    }, timeoutMs);
    createInterface({ input: child.stdout }).on("line", (line) => {
      if (!/^ *not ok /.test(line)) return;
      hasFailed = true;
      kill(child.pid);
    });
    return new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", () => kill(child.pid)); // what a failed test left running
      child.once("close", (code) => {
        clearTimeout(timer);
        if (hasFailed) resolve("failed");
        else if (isLate) resolve("late");
        else resolve(code === 0 ? "passed" : "failed");
      });
    });
  }

  async remove(): Promise<void> {
    await rm(this.#dir, { recursive: true, force: true, maxRetries: 10 });
  }
}

/** The process and all that it started: it leads a process group of its own. */
function kill(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch {
    // All of them have ended.
  }
}
