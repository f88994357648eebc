/**
 * An operator's workstation: its own home, XDG directories, settings, credentials and definitions, and `mcp` as a
 * process. Run as root, each workstation is a user of its own.
 */
import { chown, copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { hostname, userInfo } from "node:os";
import { join } from "node:path";
import { assertJson, type JsonShape, type JsonShapes } from "./json-shape.ts";
import { commandOf, type ProgramEnd, type RunningProgram, runProgram, startProgram } from "./program.ts";
import type { Scope } from "./scope.ts";
import { tempDir } from "./temp-dir.ts";

export interface Workstation {
  /** Who its changes are signed with. */
  readonly author: string;
  readonly dir: string;
  readonly servicesDir: string;
  /** Writes `<services>/<name>.toml`; gives its path. */
  define(name: string, text: string): Promise<string>;
  definition(name: string): Promise<string>;
  mcp(...args: readonly string[]): Promise<ProgramEnd>;
  /** At a terminal (util-linux's `script` makes one): what it prints comes as one text, on stdout. */
  atTerminal(...args: readonly string[]): Promise<ProgramEnd>;
  /** With `--json`: stdout checked against docs/schemas. An empty stdout gives undefined. */
  json<Shape extends JsonShape>(
    shape: Shape,
    ...args: readonly string[]
  ): Promise<ProgramEnd & { readonly output: JsonShapes[Shape] }>;
  /** With `--json`, for a command that fails: the error on stderr, checked. */
  fails(...args: readonly string[]): Promise<ProgramEnd & { readonly error: JsonShapes["error-output"]["error"] }>;
  /** Does not wait for its end. */
  start(...args: readonly string[]): RunningProgram;
}

export interface WorkstationOptions {
  readonly servers: readonly string[];
  /** Who works at it, and the path of his credentials, of which it gets a copy; on a bus without accounts nobody. */
  readonly operator?: { readonly name: string; readonly creds: string };
  /** Used as the user id when run as root. */
  readonly uid: number;
}

export async function createWorkstation(scope: Scope, options: WorkstationOptions): Promise<Workstation> {
  const { servers, operator, uid } = options;
  const ids = process.getuid?.() === 0 ? { uid, gid: uid } : {};
  const dir = await tempDir(scope);
  const config = join(dir, "config", "mcp");
  const servicesDir = join(config, "services");
  await mkdir(servicesDir, { recursive: true });
  const line = operator === undefined ? "" : 'creds = "operator.creds"\n';
  await writeFile(join(config, "mcp.toml"), `[bus]\nservers = ${JSON.stringify(servers)}\n${line}`);
  for (const path of [dir, join(dir, "config"), config, servicesDir]) await own(path);
  if (operator !== undefined) {
    await copyFile(operator.creds, join(config, "operator.creds"));
    await own(join(config, "operator.creds"));
  }
  const running = { cwd: dir, env: environmentOf(dir), ...ids };
  const command = commandOf("mcp");
  const mcp = (...args: readonly string[]) => runProgram([...command, ...args], running);

  async function own(path: string): Promise<void> {
    if (ids.uid !== undefined) await chown(path, ids.uid, ids.gid);
  }

  return {
    author: `${operator?.name ?? localName(ids.uid)}@${hostname()}`,
    dir,
    servicesDir,
    define: async (name, text) => {
      const path = join(servicesDir, `${name}.toml`);
      await writeFile(path, text);
      await own(path);
      return path;
    },
    definition: (name) => readFile(join(servicesDir, `${name}.toml`), "utf8"),
    mcp,
    atTerminal: (...args) =>
      runProgram(["/usr/bin/script", "-qec", quoted([...command, ...args]), "/dev/null"], running),
    json: async (shape, ...args) => {
      const run = await mcp(...args, "--json");
      if (run.stdout === "") throw new Error(`mcp ${args.join(" ")} printed nothing (${run.code}): ${run.stderr}`);
      return { ...run, output: assertJson(shape, run.stdout) };
    },
    fails: async (...args) => {
      const run = await mcp(...args, "--json");
      const last = run.stderr.trimEnd().split("\n").at(-1) ?? "";
      if (!last.startsWith("{")) throw new Error(`mcp ${args.join(" ")}: no error (${run.code}): ${run.stderr}`);
      return { ...run, error: assertJson("error-output", last).error };
    },
    start: (...args) => startProgram(scope, [...command, ...args], running),
  };
}

const localName = (uid: number | undefined) => (uid === undefined ? userInfo().username : `uid-${uid}`);

const quoted = (words: readonly string[]) => words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(" ");

function environmentOf(dir: string): Record<string, string> {
  return {
    PATH: process.env["PATH"] ?? "",
    HOME: dir,
    XDG_CONFIG_HOME: join(dir, "config"),
    XDG_STATE_HOME: join(dir, "state"),
    LANG: "C.UTF-8",
    EDITOR: join(dir, "editor"), // written by the tests that edit
  };
}
