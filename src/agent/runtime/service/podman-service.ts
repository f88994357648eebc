/**
 * Keeps somebody listening on podman's socket. Where nobody does, `podman system service` is run as our child, and
 * again, with growing pauses, when it ends. Whoever else listens (a systemd socket, the service of an agent that was
 * killed) is used as it is and left alone at the end. Containers do not depend on the service: their monitors (conmon)
 * have sessions of their own.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { McpError, messageOf } from "../../../values/error.ts";
import { endService } from "./end-podman-service.ts";
import { isListening } from "./podman-socket.ts";

/** How long a service that was just started may take until it listens (0.1 s as a rule, seconds on a cold disk). */
const START_LIMIT_MS = 20_000;
const LOOK_EVERY_MS = 20;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
/** A service that lived so long was well: the pauses begin anew. */
const HEALTHY_MS = 60_000;
const KEPT_OUTPUT = 2_000;

export interface PodmanServiceOptions {
  readonly socketPath: string;
  /** Its abort is a `stop`. */
  readonly signal: AbortSignal;
  /** The program and what stands before "system service"; podman by default. */
  readonly command?: readonly [string, ...string[]];
  /** Told when the service was started, ended or could not be started. */
  readonly onNote?: (note: string) => void;
}

export class PodmanService {
  readonly #options: PodmanServiceOptions;
  readonly #life = new AbortController();
  #child: ChildProcess | undefined;
  /** The one start under way: two services on one socket would take it from each other. */
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
   * Returns once somebody listens. @throws McpError E_RUNTIME_UNREACHABLE when podman cannot be started, with what it
   * printed; it is tried again all the same, until `stop`.
   */
  start(): Promise<void> {
    this.#starting ??= this.#startOnce().finally(() => {
      this.#starting = undefined;
    });
    return this.#starting;
  }

  /** For `PodmanCallOptions.onUnreachable`: somebody found nobody listening. */
  wake(): void {
    if (this.#work !== undefined || this.#life.signal.aborted) return;
    this.#work = this.#keepRunning().finally(() => {
      this.#work = undefined;
    });
  }

  /** Ends our own service, never another's; containers go on. */
  async stop(): Promise<void> {
    this.#life.abort(new McpError("E_INTERRUPTED", "podman's service is not needed any more"));
    const child = this.#child;
    if (child !== undefined) await endService(child);
    await this.#work;
  }

  /** Tries, never before the pause is over, until somebody listens. Never rejects. */
  async #keepRunning(): Promise<void> {
    const { signal } = this.#life;
    while (!signal.aborted) {
      try {
        await sleep(Math.max(0, this.#notBeforeMs - Date.now()), undefined, { signal });
        await this.start();
        return;
      } catch (error) {
        if (!signal.aborted) this.#note(messageOf(error));
      }
    }
  }

  async #startOnce(): Promise<void> {
    const { socketPath } = this.#options;
    if (await isListening(socketPath)) return;
    if (this.#child !== undefined) await endService(this.#child); // it runs, but not on this socket any more
    await mkdir(dirname(socketPath), { recursive: true, mode: 0o700 }); // podman does not
    await rm(socketPath, { force: true }); // left behind by a service that was killed; nobody listens on it
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
    this.#note(`started podman's service, process ${child.pid}`);
  }

  #spawn(): ChildProcess {
    const [program, ...before] = this.#options.command ?? ["podman"];
    const args = [...before, "system", "service", "--time=0", `unix://${this.#options.socketPath}`];
    // A session of its own, so that Ctrl-C in the agent's terminal does not end podman before the agent has finished.
    // And a directory that anybody may enter: podman refuses to start in one that is closed to its user.
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
        await endService(child);
        throw unreachable(why, output.text);
      }
      await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined); // aborted: seen above
    }
    if (signal.aborted) await endService(child);
    signal.throwIfAborted();
  }

  #onEnd(how: string, livedMs: number): void {
    this.#child = undefined;
    if (livedMs >= HEALTHY_MS) this.#pauseMs = FIRST_PAUSE_MS;
    this.#notBeforeMs = Date.now() + this.#pauseMs;
    this.#pauseMs = Math.min(2 * this.#pauseMs, LONGEST_PAUSE_MS);
    if (!this.#life.signal.aborted) this.#note(`podman's service: ${how}`);
    this.wake();
  }

  #note(note: string): void {
    this.#options.onNote?.(note);
  }
}

function unreachable(why: string, output: string): McpError {
  const said = output.trim();
  const message = `cannot start podman's service: ${why}${said === "" ? "" : `: ${said}`}`;
  return new McpError("E_RUNTIME_UNREACHABLE", message, { hint: "try `podman system service` as the agent's user" });
}
