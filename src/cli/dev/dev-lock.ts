/** One `mcp dev` at a time in a directory: a file with the process id of the one that runs. */
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { McpError } from "../../values/error.ts";
import { errnoOf } from "../../values/if-there.ts";
import { devDir } from "./trial.ts";

/** Creates the directory. @returns the function that releases the lock. @throws McpError E_REFUSED while another one runs */
export async function holdLock(dir: string): Promise<() => Promise<void>> {
  const path = join(dir, "dev.pid");
  await mkdir(dir, { recursive: true, mode: 0o700 });
  for (;;) {
    try {
      await writeFile(path, String(process.pid), { flag: "wx", mode: 0o600 });
      return () => rm(path, { force: true });
    } catch (error) {
      if (errnoOf(error) !== "EEXIST") throw new McpError("E_FILE", `${path}: cannot be written`, { cause: error });
      const holder = await runningDev(dir);
      if (holder !== undefined) {
        throw new McpError("E_REFUSED", `\`mcp dev\` is already running: process ${holder}, directory ${dir}`, {
          hint: `stop it with Ctrl-C in its terminal, or with: kill -INT ${holder}`,
        });
      }
      await rm(path, { force: true }); // left behind by one that was killed
    }
  }
}

/** The process id of the `mcp dev` that runs in this directory; undefined if there is none, even if dev.pid exists. */
export async function runningDev(dir: string): Promise<number | undefined> {
  const pid = Number(await readFile(join(dir, "dev.pid"), "utf8").catch(() => ""));
  return pid > 0 && pid !== process.pid && (await isDevOf(pid, dir)) ? pid : undefined;
}

/** Process ids are used again: only an `mcp dev` (or `mcp dev remove`) with this very directory counts. */
async function isDevOf(pid: number, dir: string): Promise<boolean> {
  const [command, environment] = await Promise.all([wordsOf(pid, "cmdline"), wordsOf(pid, "environ")]);
  const next = command[command.indexOf("dev", 1) + 1];
  if (!command.includes("dev", 1) || next === "exec") return false;
  const variables = environment.map((line) => [line.split("=", 1)[0], line.slice(line.indexOf("=") + 1)]);
  return devDir(Object.fromEntries(variables)) === dir;
}

/** Empty when the process has ended, or belongs to another user. */
async function wordsOf(pid: number, name: "cmdline" | "environ"): Promise<string[]> {
  return (await readFile(`/proc/${pid}/${name}`, "utf8").catch(() => "")).split("\0");
}
