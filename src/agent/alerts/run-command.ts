/**
 * Runs a program to its end, without a shell, in a process group of its own. The group is killed at its
 * deadline or when the signal aborts. The call ends, no matter what the program does with its input and output.
 */
import { type ChildProcess, spawn } from "node:child_process";
import type { Readable } from "node:stream";
import { messageOf } from "../../values/error.ts";
import { killGroup } from "../runtime/service/kill-group.ts";
import { ChildController } from "../state/child-controller.ts";

export interface CommandRun {
  /** The program and its arguments. */
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly input: string;
  readonly limitMs: number;
}

export interface CommandEnd {
  /** Absent when it was killed or could not be started. */
  readonly exitCode?: number;
  /** Without an exit code: how it ended. */
  readonly trouble?: string;
  /** The first characters of its output. */
  readonly stdout: string;
  readonly stderr: string;
  readonly tookMs: number;
}

/** Characters kept of each output; the rest is read and discarded. */
const MAX_OUTPUT = 4_096;
/** How long to wait for more output after the program has ended: a child it left behind may hold the pipe open. */
const OUTPUT_GRACE_MS = 200;

/** Never rejects. */
export async function runCommand(run: CommandRun, signal: AbortSignal): Promise<CommandEnd> {
  const [program = "", ...args] = run.command;
  const startedMs = performance.now();
  const over = new ChildController(signal);
  const deadline = { passed: false };
  const timer = setTimeout(() => {
    deadline.passed = true;
    over.abort();
  }, run.limitMs);
  const outputs = { stdout: "", stderr: "" };
  try {
    const child = spawn(program, args, { env: run.env, detached: true, stdio: ["pipe", "pipe", "pipe"] });
    collect(child.stdout, (text) => {
      outputs.stdout = (outputs.stdout + text).slice(0, MAX_OUTPUT);
    });
    collect(child.stderr, (text) => {
      outputs.stderr = (outputs.stderr + text).slice(0, MAX_OUTPUT);
    });
    child.stdin.on("error", () => undefined); // the program need not read its input
    child.stdin.end(run.input);
    const how = await endOf(child, over.signal);
    const killed = deadline.passed ? `killed after ${run.limitMs} ms` : "killed before it ended";
    return { ...(how === "killed" ? { trouble: killed } : how), ...outputs, tookMs: performance.now() - startedMs };
  } catch (error) {
    return { trouble: messageOf(error), ...outputs, tookMs: performance.now() - startedMs };
  } finally {
    clearTimeout(timer);
    over.detach();
  }
}

function collect(stream: Readable, take: (text: string) => void): void {
  stream.setEncoding("utf8").on("data", take);
  stream.on("error", () => undefined); // closed by us, below
}

type How = Pick<CommandEnd, "exitCode" | "trouble">;

async function endOf(child: ChildProcess, over: AbortSignal): Promise<How | "killed"> {
  const ended = new Promise<How>((resolve) => {
    child.once("error", (error) => resolve({ trouble: messageOf(error) }));
    child.once("exit", (code, signal) =>
      resolve(code === null ? { trouble: `ended by ${signal}` } : { exitCode: code }),
    );
  });
  const closed = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const aborted = new Promise<"killed">((resolve) => {
    if (over.aborted) resolve("killed");
    over.addEventListener("abort", () => resolve("killed"), { once: true });
  });
  const how = await Promise.race([ended, aborted]);
  if (how === "killed" && child.pid !== undefined) {
    await killGroup(child.pid).catch(() => undefined); // the pipes are closed below all the same
    child.kill("SIGKILL");
  }
  await Promise.race([closed, grace()]);
  for (const stream of [child.stdin, child.stdout, child.stderr]) stream?.destroy();
  child.unref();
  return how;
}

function grace(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, OUTPUT_GRACE_MS);
  });
}
