/** What a recording of a release works with: desks of people and nodes with agents, all of them the built programs. */
import { appendFile, chown, copyFile, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { commandOf, type ProgramEnd, runProgram, startProgram } from "../test/helpers/program.ts";
import type { PodmanNode } from "../test/helpers/rootless.ts";
import type { Scope } from "../test/helpers/scope.ts";
import { tempDir } from "../test/helpers/temp-dir.ts";

/** Where one person works: a home directory, and `mcp` as they type it there. */
export interface Desk {
  readonly home: string;
  /** Directory of mcp.toml and of all that it names. */
  readonly dir: string;
  define(service: string, toml: string): Promise<void>;
  /** Removes the definition. */
  forget(service: string): Promise<void>;
  /** Gives what it printed. @throws Error if it does not end with 0 */
  mcp(...args: readonly string[]): Promise<string>;
  /** How it ends, also with an error. */
  run(...args: readonly string[]): Promise<ProgramEnd>;
  /** The same desk with the `mcp` of another package. */
  using(programs: string): Desk;
}

/** @param programs directory of a package; default: the programs of this project */
export async function openDesk(scope: Scope, programs?: string): Promise<Desk> {
  const home = await tempDir(scope);
  const dir = join(home, ".config/mcp");
  await mkdir(join(dir, "services"), { recursive: true, mode: 0o700 });
  return deskAt(home, dir, programs);
}

function deskAt(home: string, dir: string, programs: string | undefined): Desk {
  const place = { cwd: home, env: { PATH: process.env["PATH"] ?? "", HOME: home, LANG: "C.UTF-8" } };
  const run = (...args: readonly string[]) => runProgram([...commandOf("mcp", programs), ...args], place);
  const definition = (service: string) => join(dir, "services", `${service}.toml`);
  return {
    home,
    dir,
    define: (service, toml) => writeFile(definition(service), toml),
    forget: (service) => rm(definition(service)),
    run,
    using: (others) => deskAt(home, dir, others),
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
  /** Directory of agent.toml and of what it names. */
  readonly configDir: string;
  /** Directory of the store and of the accepted files. */
  readonly storeDir: string;
  /** A directory that its containers can be given. */
  readonly filesDir: string;
  /** @param programs those of the agent; default: those that it joined with */
  start(programs?: string): Promise<void>;
  /** As SIGTERM does: the store is whole, in one file. */
  stop(): Promise<void>;
  /** Another command of its program, with its settings. */
  run(programs: string, ...args: readonly string[]): Promise<ProgramEnd>;
}

export interface NodeWish {
  readonly name: string;
  readonly podman: PodmanNode;
  /** Path of its bundle, which it joins with; absent for a bus without accounts. */
  readonly bundle?: string;
  /** Lines of agent.toml. */
  readonly settings: string;
  /** Directory of a package; default: the programs of this project. */
  readonly programs?: string | undefined;
}

/** Joins the bus and starts nothing yet. */
export async function prepareNode(scope: Scope, wish: NodeWish): Promise<ReleaseNode> {
  const { name, podman, bundle, settings, programs } = wish;
  const [configDir, filesDir] = [join(podman.dir, ".config/mcp"), join(podman.dir, "srv")];
  for (const path of [join(podman.dir, ".config"), configDir, filesDir]) await give(podman, path);
  const config = join(configDir, "agent.toml");
  const place = { cwd: podman.dir, env: { ...podman.env }, ...podman.ids };
  if (bundle !== undefined) {
    const carried = join(podman.dir, `${name}.bundle`);
    await copyFile(bundle, carried);
    await own(podman, carried);
    const joined = await runProgram([...commandOf("mcp-agent", programs), "join", carried], place);
    if (joined.code !== 0) throw new Error(`mcp-agent join ended with ${joined.code}: ${joined.stderr}`);
  }
  await appendFile(config, `${settings}\n[files]\nroot = "${filesDir}"\n`);
  await own(podman, config);
  const state: { run?: ReturnType<typeof startProgram> } = {};
  return {
    name,
    podman,
    configDir,
    filesDir,
    storeDir: join(podman.dir, ".local/share/mcp"),
    run: (others, ...args) => runProgram([...commandOf("mcp-agent", others), ...args, "--config", config], place),
    start: async (others = programs) => {
      state.run = startProgram(scope, [...commandOf("mcp-agent", others), "server", "--config", config], place);
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
