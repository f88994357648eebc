/**
 * One node of a test fleet: rootless podman of a user of its own, and the agent as a process of that user, which can be
 * killed, stopped, paused and started again.
 */
import { chmod, chown, copyFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { eventually } from "./eventually.ts";
import { untilStopped } from "./processes.ts";
import { commandOf, type ProgramEnd, type RunningProgram, runProgram, startProgram } from "./program.ts";
import type { PodmanNode } from "./rootless.ts";
import type { Scope } from "./scope.ts";

export interface AgentProcess {
  readonly pid: number;
  /** Everything it logged, over all its starts. */
  log(): string;
  /** Resolves once it has compared its services with podman; with `ready: false` at once. */
  start(options?: { readonly ready?: boolean }): Promise<void>;
  /** SIGTERM; how it ended. */
  stop(): Promise<ProgramEnd>;
  kill9(): Promise<void>;
  pause(): void;
  resume(): void;
  /** Another command of the program with the same settings: `snapshot`, `recover`. */
  run(...args: readonly string[]): Promise<ProgramEnd>;
  /** The same with more environment. */
  runWith(env: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<ProgramEnd>;
}

export interface FleetNode {
  readonly name: string;
  readonly podman: PodmanNode;
  readonly agent: AgentProcess;
  /** The store's file. */
  readonly storePath: string;
  /** Fills the file system of the store, which must have one of its own (`storeBytes`), to the last byte; or empties it. */
  fillDisk(): Promise<void>;
  emptyDisk(): Promise<void>;
  /** A directory below the files root, made for this service, owned by the node's user, readable by all. */
  filesDir(service: string): Promise<string>;
  /** What podman says of a container; undefined when there is none. */
  inspect(container: string): Promise<Inspected | undefined>;
  /** As inspect, for a container that must be there. */
  demand(container: string): Promise<Inspected>;
  /** Names of all containers, sorted. */
  containers(): Promise<string[]>;
}

/** The part of `podman inspect` that tests look at. */
export interface Inspected {
  readonly Id: string;
  readonly Name: string;
  readonly ImageName: string;
  readonly State: {
    readonly Status: string;
    readonly Running: boolean;
    readonly StartedAt: string;
    readonly Pid: number;
  };
  readonly RestartCount: number;
  readonly Config: {
    readonly User: string;
    readonly Env: readonly string[];
    readonly Cmd: readonly string[] | null;
    readonly Labels: Readonly<Record<string, string>>;
    readonly StopTimeout: number;
  };
  readonly HostConfig: {
    readonly ReadonlyRootfs: boolean;
    readonly CapDrop: readonly string[];
    readonly RestartPolicy: { readonly Name: string; readonly MaximumRetryCount: number };
    readonly PortBindings: Readonly<Record<string, readonly { readonly HostIp: string; readonly HostPort: string }[]>>;
    readonly Memory: number;
  };
  readonly EffectiveCaps: readonly string[] | null;
  readonly Mounts: readonly {
    readonly Type: string;
    readonly Name?: string;
    readonly Source: string;
    readonly Destination: string;
    readonly RW: boolean;
  }[];
  readonly NetworkSettings: {
    readonly Networks?: Readonly<Record<string, { readonly Aliases: readonly string[] | null }>>;
  };
}

export interface FleetNodeOptions {
  readonly name: string;
  readonly podman: PodmanNode;
  readonly servers: readonly string[];
  /** Path of its credentials; it gets a copy. */
  readonly creds: string;
  /** More lines of agent.toml. */
  readonly settings?: string;
  /** The store gets a file system of its own of this size, in memory, which ends with the agent's process. */
  readonly storeBytes?: number;
}

export async function createFleetNode(scope: Scope, options: FleetNodeOptions): Promise<FleetNode> {
  const { name, podman } = options;
  const directory = join(podman.dir, "agent");
  const filesRoot = join(podman.dir, "srv");
  const storePath = join(directory, "mcp.db");
  const configPath = join(podman.dir, "agent.toml");
  const makeDirectory = async (path: string) => {
    await mkdir(path, { recursive: true, mode: 0o755 });
    const { uid, gid } = podman.ids;
    if (uid !== undefined && gid !== undefined) await chown(path, uid, gid);
    return path;
  };
  await makeDirectory(directory);
  await makeDirectory(filesRoot);
  const creds = join(podman.dir, "node.creds");
  await copyFile(options.creds, creds);
  await chmod(creds, 0o600);
  if (podman.ids.uid !== undefined && podman.ids.gid !== undefined) await chown(creds, podman.ids.uid, podman.ids.gid);
  const lines = [
    `node = "${name}"`,
    `[bus]\nservers = ${JSON.stringify(options.servers)}\ncreds = "${creds}"`,
    `[store]\npath = "${storePath}"`,
    `[podman]\nsocket = "${podman.socketPath}"`,
    `[files]\nroot = "${filesRoot}"`,
    options.settings ?? "",
  ];
  await writeFile(configPath, lines.join("\n"), { mode: 0o644 });
  const inspect = (container: string) => inspectContainer(podman, container);
  const within = options.storeBytes === undefined ? [] : withFileSystem(directory, options.storeBytes);
  const agent = createAgentProcess(scope, podman, { configPath, within });
  // Only the agent's own namespaces see this file system, and only its user may write there.
  const onDisk = async (script: string, ...more: readonly string[]) => {
    const filler = join(`/proc/${agent.pid}/root`, directory, "filler");
    const command = ["sh", "-c", script, "sh", filler, ...more];
    const { code, stderr } = await runProgram(command, { cwd: "/", env: { ...podman.env }, ...podman.ids });
    if (code !== 0) throw new Error(stderr);
  };
  return {
    name,
    podman,
    storePath,
    fillDisk: () => onDisk('head -c "$2" /dev/zero > "$1" || true', String(options.storeBytes)),
    emptyDisk: () => onDisk('rm "$1"'),
    agent,
    filesDir: (service) => makeDirectory(join(filesRoot, service)),
    inspect,
    demand: async (container) => {
      const found = await inspect(container);
      if (found === undefined) throw new Error(`no container ${container} on ${name}`);
      return found;
    },
    containers: async () =>
      (await podman.podman("ps", "--all", "--format", "{{.Names}}")).split("\n").filter(Boolean).sort(),
  };
}

async function inspectContainer(podman: PodmanNode, container: string): Promise<Inspected | undefined> {
  try {
    const [found] = JSON.parse(await podman.podman("container", "inspect", container)) as Inspected[];
    return found;
  } catch (error) {
    if (/no such container/.test(String(error))) return undefined;
    throw error;
  }
}

const READY = /services compared with podman/;

/**
 * Starts a command with a new file system at `directory`, in namespaces that keep the user: no rights are needed, and
 * the program has the same process id.
 */
function withFileSystem(directory: string, bytes: number): readonly string[] {
  const mounted = 'mount -t tmpfs -o "size=$1,mode=0700" tmpfs "$2" && shift 2 && exec "$@"';
  const namespaces = ["--user", "--mount", "--map-current-user", "--keep-caps"];
  return ["/usr/bin/unshare", ...namespaces, "sh", "-c", mounted, "sh", String(bytes), directory];
}

interface AgentCommand {
  readonly configPath: string;
  /** Words before the command of the server. */
  readonly within: readonly string[];
}

function createAgentProcess(scope: Scope, podman: PodmanNode, { configPath, within }: AgentCommand): AgentProcess {
  const command = commandOf("mcp-agent");
  const options = { cwd: podman.dir, env: { ...podman.env }, ...podman.ids };
  const runs: RunningProgram[] = [];
  const current = (): RunningProgram => {
    const run = runs.at(-1);
    if (run === undefined) throw new Error("the agent was not started");
    return run;
  };
  const runWith = (env: Readonly<Record<string, string>>, ...args: readonly string[]) =>
    runProgram([...command, ...args, "--config", configPath], { ...options, env: { ...options.env, ...env } });
  return {
    get pid() {
      return current().pid;
    },
    log: () => runs.map((run) => run.stdout() + run.stderr()).join(""),
    start: async ({ ready = true } = {}) => {
      runs.push(startProgram(scope, [...within, ...command, "server", "--config", configPath], options));
      if (ready) await current().until(READY);
    },
    stop: async () => {
      current().signal("SIGTERM");
      return await current().ended;
    },
    kill9: async () => {
      current().signal("SIGKILL");
      await current().ended;
    },
    pause: () => {
      current().signal("SIGSTOP");
      untilStopped(current().pid);
    },
    resume: () => current().signal("SIGCONT"),
    run: (...args) => runWith({}, ...args),
    runWith,
  };
}

/** Waits until the container runs and gives what podman says of it. */
export async function running(node: FleetNode, container: string, timeoutMs = 10_000): Promise<Inspected> {
  const look = async () => {
    const found = await node.inspect(container);
    return found?.State.Running ? found : undefined;
  };
  const found = await eventually(look, { what: `${container} runs on ${node.name}`, timeoutMs, intervalMs: 50 });
  if (found === undefined) throw new Error("unreachable: eventually gives what is truthy");
  return found;
}
