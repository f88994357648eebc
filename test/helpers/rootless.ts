/**
 * Independent rootless podman "nodes" on this machine: own storage, own runtime directory, own socket, nothing shared.
 * Run as root: one throw-away user each (mcp-test-1, -2, …), taken from a pool, emptied before use and kept for the next run.
 * Run as an ordinary user: the same user with separate directories for each node.
 */
import { type ChildProcess, execFile, type SpawnOptions, spawn } from "node:child_process";
import { promisify } from "node:util";
import { messageOf } from "../../src/values/error.ts";
import { ownHome, type PodmanHome, throwAwayHome } from "./podman-home.ts";
import { type PodmanService, startPodmanService } from "./podman-service.ts";
import { endsWith, type Scope } from "./scope.ts";

export interface PodmanNode extends Omit<PodmanHome, "clear"> {
  /** Where its REST API listens, or will. */
  readonly socketPath: string;
  /** Runs `podman <args>` there and returns stdout. Throws with stderr when it fails. */
  podman(...args: string[]): Promise<string>;
  /** Starts any program as this node's user, with podman's environment; `options.env` is added to it. */
  spawn(command: string, args: readonly string[], options?: SpawnOptions): ChildProcess;
  /** Starts `podman system service`; nothing happens while it runs. */
  startService(): Promise<void>;
  /** Ends the service (default SIGTERM). Containers stay. */
  stopService(signal?: NodeJS.Signals): Promise<void>;
  /** Sends a signal to every process of the service: SIGSTOP makes podman accept and never answer, SIGCONT wakes it. */
  signalService(signal: NodeJS.Signals): void;
  /** Removes everything that ran or was stored there. */
  destroy(): Promise<void>;
}

export interface PodmanNodeOptions {
  /** Registries (`host:port`) this node may use over plain HTTP. */
  readonly plainHttpRegistries?: readonly string[];
  /** False leaves the service to be started by the test, or by what is tested. */
  readonly service?: boolean;
}

/** Prepares `count` nodes in parallel (0.15 s for two) and, unless told otherwise, starts their services. */
export async function startPodmanNodes(
  scope: Scope | undefined,
  count: number,
  options: PodmanNodeOptions = {},
): Promise<PodmanNode[]> {
  return await Promise.all(Array.from({ length: count }, () => startPodmanNode(scope, options)));
}

/** Prepares one node; see `startPodmanNodes`. */
export async function startPodmanNode(scope?: Scope, options: PodmanNodeOptions = {}): Promise<PodmanNode> {
  const registries = options.plainHttpRegistries ?? [];
  const home = process.getuid?.() === 0 ? await throwAwayHome(registries) : await ownHome(registries);
  const socketPath = `${home.runtimeDir}/podman/podman.sock`;
  const service = switchableService(home, socketPath);
  const clear = async () => {
    await service.stopService("SIGKILL");
    await home.clear();
  };
  const destroy = endsWith(scope, clear, () => service.signalService("SIGKILL"));
  const { clear: _, ...place } = home;
  const node: PodmanNode = {
    ...place,
    ...service,
    socketPath,
    destroy,
    podman: (...args) => runPodman(home, args),
    spawn: (command, args, spawnOptions = {}) =>
      spawn(command, args, { cwd: home.dir, ...home.ids, ...spawnOptions, env: { ...home.env, ...spawnOptions.env } }),
  };
  if (options.service !== false) await node.startService();
  return node;
}

function switchableService(
  home: PodmanHome,
  socketPath: string,
): Pick<PodmanNode, "startService" | "stopService" | "signalService"> {
  const current: { service?: PodmanService } = {};
  return {
    startService: async () => {
      current.service ??= await startPodmanService(home, socketPath);
    },
    stopService: async (signal = "SIGTERM") => {
      await current.service?.stop(signal);
      delete current.service;
    },
    signalService: (signal) => current.service?.signal(signal),
  };
}

async function runPodman(home: PodmanHome, args: string[]): Promise<string> {
  const options = { cwd: home.dir, env: home.env, ...home.ids, maxBuffer: 64 * 1024 * 1024, timeout: 60_000 };
  try {
    return (await promisify(execFile)("podman", args, options)).stdout;
  } catch (error) {
    throw new Error(`podman ${args.join(" ")} on ${home.name}: ${messageOf(error)}`, { cause: error });
  }
}
