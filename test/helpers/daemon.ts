/**
 * A server process of a test: started, waited for until it says that it is ready, and never left behind.
 * Where `setpriv` exists the kernel kills it even when the test process is killed with SIGKILL.
 */
import { type ChildProcess, type SpawnOptions, type StdioOptions, spawn } from "node:child_process";
import { existsSync } from "node:fs";

export interface DaemonOptions extends Pick<SpawnOptions, "uid" | "gid" | "env" | "cwd"> {
  readonly command: string;
  readonly args: readonly string[];
  /** Ready when this matches the output (stdout and stderr) so far. */
  readonly ready: RegExp;
  readonly timeoutMs?: number;
  /** What the kernel sends when the test process dies; default KILL. TERM for what passes it on to children of its own. */
  readonly deathSignal?: "KILL" | "TERM";
}

export interface Daemon {
  readonly pid: number;
  /** The match that said "ready", for ports printed there. */
  readonly readyMatch: RegExpMatchArray;
  /** Everything it printed so far, the last 64 KiB. */
  output(): string;
  signal(signal: NodeJS.Signals): void;
  /** Resolves when the process has ended, however it did. */
  readonly ended: Promise<void>;
}

const SETPRIV = "/usr/bin/setpriv";
const KEPT_CHARACTERS = 65_536;

/** Starts the process and waits until it is ready. Throws with its output when it ends or stays silent instead. */
export async function startDaemon(options: DaemonOptions): Promise<Daemon> {
  const child = spawnTied(options);
  const log = { text: "" };
  const ended = new Promise<void>((resolve) => {
    child.once("exit", () => resolve()); // not "close": a grandchild may hold the pipes longer
    child.once("error", () => resolve());
  });
  const readyMatch = await whenReady(child, log, options);
  const { pid } = child;
  if (pid === undefined) throw new Error(`${options.command} did not start`);
  return { pid, readyMatch, output: () => log.text, signal: (signal) => child.kill(signal), ended };
}

function whenReady(child: ChildProcess, log: { text: string }, options: DaemonOptions): Promise<RegExpMatchArray> {
  return new Promise<RegExpMatchArray>((resolve, reject) => {
    const fail = (why: string) => {
      child.kill("SIGKILL");
      clearTimeout(timer);
      reject(new Error(`${options.command} ${why}; its output:\n${log.text}`));
    };
    const timer = setTimeout(() => fail("was not ready in time"), options.timeoutMs ?? 15_000);
    const read = (chunk: Buffer) => {
      log.text = (log.text + chunk.toString()).slice(-KEPT_CHARACTERS);
      const match = log.text.match(options.ready);
      if (match === null) return;
      clearTimeout(timer);
      resolve(match);
    };
    child.stdout?.on("data", read);
    child.stderr?.on("data", read);
    child.once("error", (error) => fail(`did not start: ${error.message}`));
    child.once("exit", (code, signal) => fail(`ended (${code ?? signal}) before it was ready`));
  });
}

function spawnTied({ command, args, deathSignal = "KILL", uid, gid, env, cwd }: DaemonOptions): ChildProcess {
  const stdio: StdioOptions = ["ignore", "pipe", "pipe"];
  const options = { uid, gid, env, cwd, stdio };
  if (!existsSync(SETPRIV)) return spawn(command, args, options);
  return spawn(SETPRIV, ["--pdeathsig", deathSignal, "--", command, ...args], options);
}

/** Sends a signal to a process that may have ended meanwhile, which is no error. */
export function trySignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}
