/**
 * `podman system service` for a test node: one REST socket, started when asked and ended with all its processes.
 */
import { execFile } from "node:child_process";
import { rm } from "node:fs/promises";
import { dirname } from "node:path";
import { promisify } from "node:util";
import { startDaemon, trySignal } from "./daemon.ts";
import type { PodmanHome } from "./podman-home.ts";
import { childrenOf, untilStopped } from "./processes.ts";

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
    const all = processes();
    for (const pid of all) trySignal(pid, name);
    if (name === "SIGSTOP") all.forEach(untilStopped);
  };
  const stop = async (name: NodeJS.Signals) => {
    signal("SIGCONT"); // a stopped process would not see SIGTERM
    signal(name);
    await daemon.ended;
    await rm(socketPath, { force: true });
  };
  return { signal, stop };
}
