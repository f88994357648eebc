/**
 * Keeps a service listening on podman's socket. Where none listens, it runs `podman system service` as a child. When that
 * ends or cannot start, it retries with exponential backoff. Another listener (a systemd socket, the
 * service of a killed agent) is used as it is and never stopped. Containers do not depend on the service:
 * their monitors (conmon) have sessions of their own.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { McpError, messageOf } from "../../../values/error.ts";
import { isListening } from "./podman-socket.ts";
import { stopService } from "./stop-podman-service.ts";

/** A new service must listen within this time (usually 0.1 s, seconds on a cold disk). */
const START_LIMIT_MS = 20_000;
const POLL_EVERY_MS = 20;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
/** After a run of this length the backoff starts from its beginning. */
const HEALTHY_MS = 60_000;
const KEPT_OUTPUT = 2_000;

export interface PodmanServiceOptions {
  readonly socketPath: string;
  /** An abort has the effect of `stop`. */
  readonly signal: AbortSignal;
  /** The program and its arguments before "system service"; podman by default. */
  readonly command?: readonly [string, ...string[]];
  /** Called when the service started. */
  readonly onMessage?: (note: string) => void;
  /** Called each time it ended or could not start. */
  readonly onProblem?: (problem: string) => void;
}

export class PodmanService {
  readonly #options: PodmanServiceOptions;
  readonly #life = new AbortController();
  #child: ChildProcess | undefined;
  /** The start under way. There is at most one: two services would take the socket from each other. */
  #starting: Promise<void> | undefined;
  #work: Promise<void> | undefined;
  #notBeforeMs = 0;
  #pauseMs = FIRST_PAUSE_MS;

  constructor(options: PodmanServiceOptions) {
    this.#options = options;
    options.signal.throwIfAborted();
    options.signal.addEventListener("abort", () => void this.stop(), { once: true });
  }

  /** True while the service that answers is our own child. */
  get isOurs(): boolean {
    return this.#child !== undefined;
  }

  /**
   * Returns once the socket has a listener.
   * @throws McpError E_RUNTIME_UNREACHABLE with podman's output when it cannot start. `wake` tries again.
   */
  start(): Promise<void> {
    this.#starting ??= this.#startOnce()
      .catch((error: unknown) => {
        this.#delayNext();
        throw error;
      })
      .finally(() => {
        this.#starting = undefined;
      });
    return this.#starting;
  }

  /** For `PodmanCallOptions.onUnreachable`: a call found no listener. */
  wake(): void {
    if (this.#work !== undefined || this.#life.signal.aborted) return;
    this.#work = this.#keepRunning().finally(() => {
      this.#work = undefined;
    });
  }

  /** Stops our own service, never another one. Containers keep running. */
  async stop(): Promise<void> {
    this.#life.abort(new McpError("E_INTERRUPTED", "podman's service is no longer needed"));
    const child = this.#child;
    if (child !== undefined) await stopService(child);
    await this.#work;
  }

  /** Tries after each pause until the socket has a listener. Never rejects. */
  async #keepRunning(): Promise<void> {
    const { signal } = this.#life;
    while (!signal.aborted) {
      try {
        await sleep(Math.max(0, this.#notBeforeMs - Date.now()), undefined, { signal });
        await this.start();
        return;
      } catch (error) {
        if (!signal.aborted) this.#options.onProblem?.(messageOf(error));
      }
    }
  }

  async #startOnce(): Promise<void> {
    const { socketPath } = this.#options;
    if (await isListening(socketPath)) return;
    if (this.#child !== undefined) await stopService(this.#child); // it runs, but its socket is gone
    await makeRoom(socketPath);
    this.#life.signal.throwIfAborted();
    const child = this.#spawn();
    const output = { text: "" };
    child.stderr?.on("data", (chunk: Buffer) => {
      output.text = `${output.text}${chunk}`.slice(-KEPT_OUTPUT);
    });
    const ended = new Promise<string>((resolve) => {
      child.once("error", (error) => resolve(error.message));
      child.once("exit", (code, by) => resolve(`it ended (${code ?? by})`));
    });
    this.#child = child;
    const startedMs = Date.now();
    void ended.then((how) => this.#onEnd(how, Date.now() - startedMs));
    await this.#untilListening(child, ended, output);
    this.#options.onMessage?.(`started podman's service, process ${child.pid}`);
  }

  #spawn(): ChildProcess {
    const [program, ...before] = this.#options.command ?? ["podman"];
    const args = [...before, "system", "service", "--time=0", `unix://${this.#options.socketPath}`];
    // A session of its own: Ctrl-C in the agent's terminal must not stop podman before the agent has finished.
    // The root directory: podman refuses to start in a directory that its user cannot enter.
    return spawn(program, args, { cwd: "/", detached: true, stdio: ["ignore", "ignore", "pipe"] });
  }

  async #untilListening(child: ChildProcess, ended: Promise<string>, output: { text: string }) {
    const { signal } = this.#life;
    const end: { how?: string } = {};
    void ended.then((how) => {
      end.how = how;
    });
    const deadlineMs = Date.now() + START_LIMIT_MS;
    while (!(await isListening(this.#options.socketPath))) {
      if (signal.aborted) break;
      const why = end.how ?? (Date.now() > deadlineMs ? `it did not listen within ${START_LIMIT_MS} ms` : undefined);
      if (why !== undefined) {
        await stopService(child);
        throw unreachable(why, output.text);
      }
      await sleep(POLL_EVERY_MS, undefined, { signal }).catch(() => undefined); // aborted: seen above
    }
    if (signal.aborted) await stopService(child);
    signal.throwIfAborted();
  }

  #onEnd(how: string, livedMs: number): void {
    this.#child = undefined;
    if (livedMs >= HEALTHY_MS) this.#pauseMs = FIRST_PAUSE_MS;
    this.#delayNext();
    if (!this.#life.signal.aborted) this.#options.onProblem?.(`podman's service: ${how}`);
    this.wake();
  }

  /** A failed start throws and also ends its child: that counts as one failure, with one pause. */
  #delayNext(): void {
    if (Date.now() < this.#notBeforeMs) return;
    this.#notBeforeMs = Date.now() + this.#pauseMs;
    this.#pauseMs = Math.min(2 * this.#pauseMs, LONGEST_PAUSE_MS);
  }
}

/** Creates the socket's directory, since podman does not, and removes the socket that a killed service left behind. */
async function makeRoom(socketPath: string): Promise<void> {
  try {
    await mkdir(dirname(socketPath), { recursive: true, mode: 0o700 });
    await rm(socketPath, { force: true });
  } catch (cause) {
    const message = `cannot start podman's service: no directory for its socket ${socketPath}`;
    throw new McpError("E_RUNTIME_UNREACHABLE", message, { cause, hint: "mcp-agent doctor" });
  }
}

function unreachable(why: string, output: string): McpError {
  const said = output.trim();
  const message = `cannot start podman's service: ${why}${said === "" ? "" : `: ${said}`}`;
  return new McpError("E_RUNTIME_UNREACHABLE", message, { hint: "try `podman system service` as the agent's user" });
}
