/**
 * `mcp` and `mcp-agent` as processes, as a user runs them: the built programs of bin/, or those of the directory that
 * MCP_TEST_PROGRAMS names (scripts/test.sh stages them where the nodes' users could not read the project; MCP_TEST_DIST
 * names a directory of bare bundles). Whatever is still running when the test ends is killed.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { eventually } from "./eventually.ts";
import { endsWith, type Scope } from "./scope.ts";

export type ProgramName = "mcp" | "mcp-agent" | "mcp-auth";

export interface ProgramOptions {
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly uid?: number;
  readonly gid?: number;
  /** Standard input; empty unless given. */
  readonly stdin?: string;
}

export interface ProgramEnd {
  /** Exit code, or the name of the signal that ended it. */
  readonly code: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningProgram {
  readonly pid: number;
  stdout(): string;
  stderr(): string;
  /** Whole lines of stdout so far. */
  lines(): string[];
  /** Calls back with each line of stdout when it is complete. */
  onLine(callback: (line: string) => void): void;
  signal(signal: NodeJS.Signals): void;
  /** Sends the signal and waits for the end. */
  stop(signal: NodeJS.Signals): Promise<ProgramEnd>;
  /** Resolves when stdout matches; fails when it ends before, or after 15 s. */
  until(pattern: RegExp, what?: string): Promise<RegExpMatchArray>;
  readonly ended: Promise<ProgramEnd>;
}

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const SETPRIV = "/usr/bin/setpriv";

/** Directory of the package whose programs are tested. */
export const ownPrograms = () => process.env["MCP_TEST_PROGRAMS"] ?? ROOT;

/**
 * The command line of one of our programs.
 * @param programs directory of another package
 */
export function commandOf(name: ProgramName, programs?: string): [string, ...string[]] {
  const { MCP_TEST_DIST: dist, MCP_TEST_NODE: node = process.execPath } = process.env;
  const isBare = programs === undefined && dist !== undefined;
  return [node, isBare ? join(dist, `${name}.js`) : join(programs ?? ownPrograms(), "bin", name)];
}

/** Starts it and returns at once. */
export function startProgram(
  scope: Scope | undefined,
  command: readonly string[],
  options: ProgramOptions,
): RunningProgram {
  const child = spawnTied(command, options);
  const text = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name]?.setEncoding("utf8").on("data", (chunk: string) => {
      text[name] += chunk;
    });
  }
  const state: { end?: ProgramEnd } = {};
  const ended = new Promise<ProgramEnd>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      state.end = { code: code ?? signal ?? "unknown", ...text };
      resolve(state.end);
    });
  });
  const kill = () => {
    if (state.end === undefined) child.kill("SIGKILL");
  };
  const release = endsWith(scope, kill, kill);
  void ended.then(release, release);
  return {
    pid: child.pid ?? -1,
    stdout: () => text.stdout,
    stderr: () => text.stderr,
    lines: () => text.stdout.split("\n").slice(0, -1),
    onLine: (callback) => {
      if (child.stdout !== null) createInterface({ input: child.stdout }).on("line", callback);
    },
    signal: (signal) => child.kill(signal),
    stop: async (signal) => {
      child.kill(signal);
      return await ended;
    },
    until: (pattern, what = String(pattern)) => matched(pattern, what, text, state),
    ended,
  };
}

async function matched(
  pattern: RegExp,
  what: string,
  text: { readonly stdout: string; readonly stderr: string },
  state: { readonly end?: ProgramEnd },
): Promise<RegExpMatchArray> {
  const look = () => text.stdout.match(pattern) ?? (state.end === undefined ? null : "ended");
  const found = await eventually(look, { what: `${what} in the program's output`, timeoutMs: 15_000 });
  if (found === null || typeof found === "string")
    throw new Error(`it ended (${state.end?.code}) before ${what}:\n${text.stderr}`);
  return found;
}

/** So long may a program run that a test waits for; then it is killed, and its code is "SIGKILL". */
const LIMIT_MS = 60_000;

/** Runs it to its end. */
export async function runProgram(command: readonly string[], options: ProgramOptions): Promise<ProgramEnd> {
  const run = startProgram(undefined, command, options);
  const timer = setTimeout(() => run.signal("SIGKILL"), LIMIT_MS);
  try {
    return await run.ended;
  } finally {
    clearTimeout(timer);
  }
}

/** Killed by the kernel when the test process dies, where setpriv can see to that. */
function spawnTied(command: readonly string[], { env, cwd, uid, gid, stdin }: ProgramOptions): ChildProcess {
  const tied = existsSync(SETPRIV) ? [SETPRIV, "--pdeathsig", "KILL", "--", ...command] : command;
  const [program = "", ...args] = tied;
  const child = spawn(program, args, {
    env,
    cwd,
    stdio: [stdin === undefined ? "ignore" : "pipe", "pipe", "pipe"],
    ...(uid === undefined ? {} : { uid }),
    ...(gid === undefined ? {} : { gid }),
  });
  child.stdin?.on("error", () => undefined).end(stdin); // who ends without reading it breaks the pipe
  return child;
}
