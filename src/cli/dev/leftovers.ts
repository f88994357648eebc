/**
 * What an earlier `mcp dev` left running when it was killed: its programs go on, and would share their files with those of
 * the next. They are known by the words that they were started with, which name files of this set-up alone.
 * Linux only: read from /proc.
 */
import { readdir, readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { McpError } from "../../values/error.ts";
import { devConfigs } from "./dev-site.ts";
import { trySignal } from "./user-processes.ts";

const POLL_MS = 20;
const KILL_MS = 10_000;

export const BUS_PATIENCE_MS = 5_000;
/** An agent delivers its last events and ends podman's service. */
export const AGENT_PATIENCE_MS = 15_000;

/** The last words of the programs' command lines. */
export const busWords = (natsConfig: string) => ["-c", natsConfig];
export const agentWords = (agentConfig: string) => ["server", "--config", agentConfig];

/** The agent first, which has events to deliver. @returns how many processes there were. @throws McpError E_TIMEOUT */
export async function endDevLeftovers(dir: string, dataDir: string): Promise<number> {
  const { natsConfig, agentConfig } = devConfigs(dir, dataDir);
  const agents = await endAll(agentWords(agentConfig), AGENT_PATIENCE_MS);
  return agents + (await endAll(busWords(natsConfig), BUS_PATIENCE_MS));
}

/** SIGTERM, and SIGKILL after `patienceMs`. @throws McpError E_TIMEOUT for what outlives that too */
async function endAll(words: readonly string[], patienceMs: number): Promise<number> {
  const found = await startedWith(words);
  for (const pid of found) trySignal(pid, "SIGTERM");
  const deadline = Date.now() + patienceMs;
  for (let left = found; left.length > 0; left = await startedWith(words)) {
    const lateMs = Date.now() - deadline;
    if (lateMs > 0) for (const pid of left) trySignal(pid, "SIGKILL");
    if (lateMs > KILL_MS) throw new McpError("E_TIMEOUT", `processes ${left.join(", ")} survive SIGKILL`);
    await sleep(POLL_MS);
  }
  return found.length;
}

/** Zombies have no command line, and so are not among them. */
async function startedWith(words: readonly string[]): Promise<number[]> {
  const pids = (await readdir("/proc")).map(Number).filter((pid) => Number.isInteger(pid) && pid !== process.pid);
  const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")));
  const end = `\0${words.join("\0")}\0`;
  return pids.filter((_, index) => lines[index]?.endsWith(end));
}
