/** The two programs of the trial set-up as child processes: their output goes to files, and none is left running. */
import { type ChildProcess, spawn } from "node:child_process";
import { open } from "node:fs/promises";
import { McpError } from "../../values/error.ts";
import type { DevUser } from "./dev-user.ts";
import { lastLines, lastProblem } from "./log-tail.ts";

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
  /** Resolves, with the error to report, when it exits without having been asked to. */
  readonly ended: Promise<McpError>;
  /** SIGTERM, and SIGKILL after `patienceMs`; resolves when it has exited. */
  stop(patienceMs: number): Promise<void>;
  /** The last warning or error in its log since it was started. */
  lastProblem(): Promise<string | undefined>;
}

const LAST_LINES = 8;

export async function startChild(program: Program): Promise<Child> {
  const { user, logPath } = program;
  const log = await open(logPath, "a", 0o600);
  const { size: from } = await log.stat();
  const child = spawn(program.command, [...program.args], {
    stdio: ["ignore", log.fd, log.fd],
    detached: true, // Ctrl-C reaches only us; we stop them in order
    ...(user === undefined ? {} : { cwd: user.cwd, env: user.env, ...user.ids }),
  });
  const exit = new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(`it cannot be started: ${error.message}`));
    child.once("exit", (code, signal) =>
      resolve(code === null ? `${signal} killed it` : `it exited with code ${code}`),
    );
  });
  await log.close();
  return {
    pid: child.pid ?? -1,
    ended: exit.then((how) => endedError(program, how, from)),
    stop: stopper(child, exit),
    lastProblem: () => lastProblem(logPath, from),
  };
}

function stopper(child: ChildProcess, exit: Promise<string>): Child["stop"] {
  return async (patienceMs) => {
    child.kill("SIGTERM");
    const timer = setTimeout(() => child.kill("SIGKILL"), patienceMs);
    await exit;
    clearTimeout(timer);
  };
}

async function endedError({ name, logPath }: Program, how: string, from: number): Promise<McpError> {
  const last = await lastLines(logPath, from, LAST_LINES);
  const cause = last === "" ? {} : { cause: new Error(last) };
  return new McpError("E_NODE_FAILED", `${name}: ${how}`, { hint: `see its log: ${logPath}`, ...cause });
}
