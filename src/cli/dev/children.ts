/** The two programs of the trial set-up as children of this one: their output in files, their end told, no orphan left. */
import { type ChildProcess, spawn } from "node:child_process";
import { open, readFile } from "node:fs/promises";
import { McpError } from "../../values/error.ts";
import type { DevUser } from "./dev-user.ts";

export interface Program {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly logPath: string;
  /** Absent: run as this process's own user. */
  readonly user?: DevUser;
}

export interface Child {
  readonly pid: number;
  /** Resolves, with the error to report, when it ends without having been asked to. */
  readonly ended: Promise<McpError>;
  /** SIGTERM, and SIGKILL after `patienceMs`; resolves when it is gone. */
  stop(patienceMs: number): Promise<void>;
}

const LAST_LINES = 8;

export async function startChild(program: Program): Promise<Child> {
  const log = await open(program.logPath, "a", 0o600);
  const { user } = program;
  const child = spawn(program.command, [...program.args], {
    stdio: ["ignore", log.fd, log.fd],
    detached: true, // Ctrl-C is for us: we stop them in order
    ...(user === undefined ? {} : { cwd: user.cwd, env: user.env, ...user.ids }),
  });
  await log.close();
  const exit = new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("exit", (code, signal) => resolve(`it ended with ${code ?? signal}`));
  });
  return { pid: child.pid ?? -1, ended: exit.then((how) => endedError(program, how)), stop: stopper(child, exit) };
}

function stopper(child: ChildProcess, exit: Promise<string>): Child["stop"] {
  return async (patienceMs) => {
    child.kill("SIGTERM");
    const timer = setTimeout(() => child.kill("SIGKILL"), patienceMs);
    await exit;
    clearTimeout(timer);
  };
}

async function endedError({ name, logPath }: Program, how: string): Promise<McpError> {
  const log = await readFile(logPath, "utf8").catch(() => "");
  const last = log.trimEnd().split("\n").slice(-LAST_LINES).join("\n");
  const said = last === "" ? {} : { cause: new Error(last) };
  return new McpError("E_NODE_FAILED", `${name}: ${how}`, { hint: `its whole log is ${logPath}`, ...said });
}
