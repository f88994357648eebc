/** What a recording of a release works with: desks of people and nodes with agents, all of them the built programs. */
import { appendFile, chown, copyFile, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { commandOf, type ProgramEnd, runProgram, startProgram } from "../test/helpers/program.ts";
import type { PodmanNode } from "../test/helpers/rootless.ts";
import type { Scope } from "../test/helpers/scope.ts";
import { tempDir } from "../test/helpers/temp-dir.ts";

/** Where one person works: a home of his own, and `mcp` as he types it there. */
export interface Desk {
  readonly home: string;
  /** Where mcp.toml lies, and everything beside it. */
  readonly dir: string;
  define(service: string, toml: string): Promise<void>;
  /** Takes the definition away again. */
  forget(service: string): Promise<void>;
  /** Demands that it ends with 0, and gives what it printed. */
  mcp(...args: readonly string[]): Promise<string>;
  /** However it ends. */
  run(...args: readonly string[]): Promise<ProgramEnd>;
}

export async function openDesk(scope: Scope): Promise<Desk> {
  const home = await tempDir(scope);
  const dir = join(home, ".config/mcp");
  await mkdir(join(dir, "services"), { recursive: true, mode: 0o700 });
  const place = { cwd: home, env: { PATH: process.env["PATH"] ?? "", HOME: home, LANG: "C.UTF-8" } };
  const run = (...args: readonly string[]) => runProgram([...commandOf("mcp"), ...args], place);
  const definition = (service: string) => join(dir, "services", `${service}.toml`);
  return {
    home,
    dir,
    define: (service, toml) => writeFile(definition(service), toml),
    forget: (service) => rm(definition(service)),
    run,
    mcp: async (...args) => {
      const { code, stdout, stderr } = await run(...args);
      if (code !== 0) throw new Error(`mcp ${args.join(" ")} ended with ${code}: ${stdout}${stderr}`);
      return stdout;
    },
  };
}

/** A machine with rootless podman and an agent. */
export interface ReleaseNode {
  readonly name: string;
  readonly podman: PodmanNode;
  /** Where agent.toml lies, and what it names beside it. */
  readonly configDir: string;
  /** Where the store lies, with the accepted files beside it. */
  readonly storeDir: string;
  /** A directory that its containers can be given. */
  readonly filesDir: string;
  start(): Promise<void>;
  /** As SIGTERM does: the store is whole, in one file. */
  stop(): Promise<void>;
}

export interface NodeWish {
  readonly name: string;
  readonly podman: PodmanNode;
  /** Path of its bundle, which it joins with; absent for a bus without accounts. */
  readonly bundle?: string;
  /** Lines of agent.toml. */
  readonly settings: string;
}

/** Joins the bus and starts nothing yet. */
export async function prepareNode(scope: Scope, { name, podman, bundle, settings }: NodeWish): Promise<ReleaseNode> {
  const [configDir, filesDir] = [join(podman.dir, ".config/mcp"), join(podman.dir, "srv")];
  for (const path of [join(podman.dir, ".config"), configDir, filesDir]) await give(podman, path);
  const config = join(configDir, "agent.toml");
  const place = { cwd: podman.dir, env: { ...podman.env }, ...podman.ids };
  if (bundle !== undefined) {
    const carried = join(podman.dir, `${name}.bundle`);
    await copyFile(bundle, carried);
    await own(podman, carried);
    const joined = await runProgram([...commandOf("mcp-agent"), "join", carried], place);
    if (joined.code !== 0) throw new Error(`mcp-agent join ended with ${joined.code}: ${joined.stderr}`);
  }
  await appendFile(config, settings);
  await own(podman, config);
  const state: { run?: ReturnType<typeof startProgram> } = {};
  return {
    name,
    podman,
    configDir,
    filesDir,
    storeDir: join(podman.dir, ".local/share/mcp"),
    start: async () => {
      state.run = startProgram(scope, [...commandOf("mcp-agent"), "server", "--config", config], place);
      await state.run.until(/services compared with podman/);
    },
    stop: async () => {
      const end = await state.run?.stop("SIGTERM");
      if (end?.code !== 0) throw new Error(`the agent of ${name} ended with ${end?.code}: ${end?.stderr}`);
    },
  };
}

async function give(podman: PodmanNode, path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o755 });
  await own(podman, path);
}

async function own({ ids: { uid, gid } }: PodmanNode, path: string): Promise<void> {
  if (uid !== undefined && gid !== undefined) await chown(path, uid, gid);
}
