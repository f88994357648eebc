/** A copy of the project for mutants, so that the working tree is never edited, and runs of test files in it. */
import { spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ListedMutant, occurrences } from "./mutant.ts";

const COPIED = ["src", "test", "scripts", "bin", "deploy", "docs", "examples"];
const COPIED_FILES = ["package.json", "package-lock.json", "tsconfig.json", "README.md", "CHANGELOG.md", "LICENSE"];
const LINKED = ["node_modules", ".tools"];

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

  /** Whether all tests of the file pass. A run that takes longer than `timeoutMs` fails: a mutant may wait for ever. */
  passes(test: string, timeoutMs: number): Promise<boolean> {
    // Temporary directories of tests that are killed go with the copy.
    const env = { ...process.env, TMPDIR: join(this.#dir, "tmp") };
    const args = ["--import", "tsx", "--test", test];
    const child = spawn(process.execPath, args, { cwd: this.#dir, env, detached: true, stdio: "ignore" });
    const timer = setTimeout(() => kill(child.pid), timeoutMs);
    return new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", (code) => {
        clearTimeout(timer);
        kill(child.pid); // what a failed test left running
        resolve(code === 0);
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
