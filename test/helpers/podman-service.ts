/**
 * `podman system service` for a test node: one REST socket, started when asked and ended with all its processes.
 */
import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { dirname } from "node:path";
import { promisify } from "node:util";
import { startDaemon, trySignal } from "./daemon.ts";
import type { PodmanHome } from "./podman-home.ts";

export interface PodmanService {
  stop(signal: NodeJS.Signals): Promise<void>;
  /** To the service and to its child in the user namespace, which is the one that answers. */
  signal(signal: NodeJS.Signals): void;
}

/** Starts the service on the socket and waits until it listens. */
export async function startPodmanService(home: PodmanHome, socketPath: string): Promise<PodmanService> {
  await promisify(execFile)("mkdir", ["-p", dirname(socketPath)], home.ids); // podman does not; as the node's user
  await rm(socketPath, { force: true });
  const daemon = await startDaemon({
    command: "podman",
    args: ["--log-level=info", "system", "service", "--time=0", `unix://${socketPath}`],
    deathSignal: "TERM",
    ready: /API service listening/,
    cwd: home.dir,
    env: { ...home.env },
    ...home.ids,
  });
  const processes = () => [...childrenOf(daemon.pid), daemon.pid];
  const signal = (name: NodeJS.Signals) => {
    for (const pid of processes()) trySignal(pid, name);
  };
  const stop = async (name: NodeJS.Signals) => {
    signal("SIGCONT"); // a stopped process would not see SIGTERM
    signal(name);
    await daemon.ended;
    await rm(socketPath, { force: true });
  };
  return { signal, stop };
}

function childrenOf(pid: number): number[] {
  try {
    const threads = readdirSync(`/proc/${pid}/task`);
    const lists = threads.map((thread) => readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8"));
    return lists.join(" ").split(/\s+/).map(Number).filter(Boolean);
  } catch {
    return []; // the process has ended
  }
}
