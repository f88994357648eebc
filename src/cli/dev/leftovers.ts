/**
 * Stops what an earlier `mcp dev` left running when it was killed. Its programs would share their files with those of the
 * next start. They are found by the end of their command lines, which names files of this set-up only.
 * Linux only: reads /proc.
 */
import { readdir, readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { McpError } from "../../values/error.ts";
import { devConfigs } from "./dev-site.ts";
import { trySignal } from "./rootless/user-processes.ts";

const POLL_MS = 20;
const KILL_MS = 10_000;

export const BUS_PATIENCE_MS = 5_000;
/** An agent delivers its last events and stops podman's service. */
export const AGENT_PATIENCE_MS = 15_000;

/** The end of each program's command line. */
export const busWords = (natsConfig: string) => ["-c", natsConfig];
export const agentWords = (agentConfig: string) => ["server", "--config", agentConfig];

/** Stops the agent first, which has events to deliver. @returns the number of processes. @throws McpError E_TIMEOUT */
export async function endDevLeftovers(dir: string, dataDir: string): Promise<number> {
  const { natsConfig, agentConfig } = devConfigs(dir, dataDir);
  const agents = await endAll(agentWords(agentConfig), AGENT_PATIENCE_MS);
  return agents + (await endAll(busWords(natsConfig), BUS_PATIENCE_MS));
}

/** SIGTERM, and SIGKILL after `patienceMs`. @throws McpError E_TIMEOUT when a process survives that too */
async function endAll(words: readonly string[], patienceMs: number): Promise<number> {
  const found = await startedWith(words);
  for (const pid of found) trySignal(pid, "SIGTERM");
  const deadlineMs = Date.now() + patienceMs;
  for (let left = found; left.length > 0; left = await startedWith(words)) {
    const lateMs = Date.now() - deadlineMs;
    if (lateMs > 0) for (const pid of left) trySignal(pid, "SIGKILL");
    if (lateMs > KILL_MS) throw new McpError("E_TIMEOUT", `processes ${left.join(", ")} survive SIGKILL`);
    await sleep(POLL_MS);
  }
  return found.length;
}

/** Zombies have no command line, so they are left out. */
async function startedWith(words: readonly string[]): Promise<number[]> {
  const pids = (await readdir("/proc")).map(Number).filter((pid) => Number.isInteger(pid) && pid !== process.pid);
  const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")));
  const end = `\0${words.join("\0")}\0`;
  return pids.filter((_, index) => lines[index]?.endsWith(end));
}
