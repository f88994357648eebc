/** One `mcp dev` at a time in a directory: a file with the process id of the one that runs. */
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { McpError } from "../../values/error.ts";

/** @returns what gives it up again. @throws McpError E_REFUSED while another one runs. */
export async function holdLock(dir: string): Promise<() => Promise<void>> {
  const path = join(dir, "dev.pid");
  await mkdir(dir, { recursive: true, mode: 0o700 });
  for (;;) {
    try {
      await writeFile(path, String(process.pid), { flag: "wx", mode: 0o600 });
      return () => rm(path, { force: true });
    } catch (cause) {
      const holder = Number(await readFile(path, "utf8").catch(() => ""));
      if (holder > 0 && (await isMcp(holder))) {
        throw new McpError("E_REFUSED", `\`mcp dev\` runs already, as process ${holder}`, {
          cause,
          hint: "stop it with Ctrl-C there first",
        });
      }
      await rm(path, { force: true }); // left behind by one that was killed
    }
  }
}

async function isMcp(pid: number): Promise<boolean> {
  const commandLine = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
  return commandLine.split("\0").includes("dev");
}
