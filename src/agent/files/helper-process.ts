/**
 * The file helper as a child process: `podman unshare` enters the user namespace of the agent's containers, setpriv
 * keeps only the three capabilities needed for files of other ids, then this program runs with its hidden command. No
 * shell is involved. The helper gets one order, bytes, and the environment variables that podman needs.
 */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import type { Readable, Writable } from "node:stream";
import { McpError } from "../../values/error.ts";
import { ERROR_HINTS, type ErrorCode } from "../../values/error-codes.ts";
import { ByteReader } from "./byte-reader.ts";
import { HELPER_COMMAND, type HelperAnswer, type HelperOrder } from "./helper-protocol.ts";

const SETPRIV = "/usr/bin/setpriv";
const DROP = ["--inh-caps=-all", "--bounding-set=-all,+chown,+dac_override,+fowner", "--no-new-privs"];
const KEPT_VARIABLES = /^(PATH|HOME|USER|LOGNAME|LANG|TMPDIR|XDG_RUNTIME_DIR|CONTAINERS_.*)$/;
/** For each answer except bytes: podman enters its namespace in 0.1 s; a cold disk may need longer. */
const ANSWER_TIMEOUT_MS = 30_000;
const KEPT_OUTPUT = 2_000;

export interface HelperSettings {
  readonly root: string;
  readonly env: NodeJS.ProcessEnv;
}

export class HelperProcess {
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #ended: Promise<void>;
  readonly #output = { text: "" };
  readonly #reader: ByteReader;

  /** Starts it and sends it the order. */
  constructor(place: HelperSettings, order: HelperOrder) {
    const [program, ...args] = commandLine(place.root);
    const env = Object.fromEntries(Object.entries(place.env).filter(([name]) => KEPT_VARIABLES.test(name)));
    this.#child = spawn(program, args, { env, cwd: "/", stdio: ["pipe", "pipe", "pipe"] });
    this.#child.stderr.on("data", (chunk: Buffer) => {
      this.#output.text = `${this.#output.text}${chunk}`.slice(-KEPT_OUTPUT);
    });
    this.#child.stdin.on("error", () => undefined); // the helper's own output says why it ended
    this.#ended = new Promise((resolve) => {
      this.#child.once("error", (error) => {
        this.#output.text = error.message;
        resolve();
      });
      this.#child.once("close", () => resolve());
    });
    this.#reader = new ByteReader(this.#child.stdout);
    this.#child.stdin.write(`${JSON.stringify(order)}\n`);
  }

  /** The next answer. @throws McpError that the helper answered with, or E_FILE when it cannot be run */
  async answer(): Promise<unknown> {
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), ANSWER_TIMEOUT_MS);
    try {
      const line = await this.#reader.line();
      if (line === undefined) throw await this.#broken();
      const answer = JSON.parse(line) as HelperAnswer;
      if ("error" in answer) throw answeredError(answer.error);
      return answer.ok;
    } finally {
      clearTimeout(timer);
    }
  }

  /** @throws McpError that the helper answered with instead of reading on */
  async write(data: Uint8Array | string): Promise<void> {
    const { stdin } = this.#child;
    if (stdin.destroyed || this.#child.exitCode !== null) await this.answer();
    if (!stdin.write(data)) await Promise.race([once(stdin, "drain"), once(stdin, "close"), this.#ended]);
  }

  bytes(count: number): AsyncIterable<Uint8Array> {
    return this.#reader.bytes(count);
  }

  /** Closes its input, which makes it clean up and exit, and waits for its end. */
  async end(): Promise<void> {
    this.#child.stdin.end();
    this.#child.stdout.destroy();
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), ANSWER_TIMEOUT_MS);
    await this.#ended;
    clearTimeout(timer);
  }

  async #broken(): Promise<McpError> {
    await this.#ended;
    const said = this.#output.text.trim().split("\n").at(-1) ?? "";
    return new McpError(
      "E_FILE",
      `the file belongs to another user, and the agent cannot enter podman's user namespace: ${said}`,
      {
        hint: "run `podman unshare true` on the node as the agent's user to see why",
      },
    );
  }
}

function commandLine(root: string): [string, ...string[]] {
  const self = [process.execPath, ...process.execArgv, process.argv[1] ?? "", HELPER_COMMAND, root];
  return ["podman", "unshare", ...(existsSync(SETPRIV) ? [SETPRIV, ...DROP, "--"] : []), ...self];
}

function answeredError({ code, message, hint }: Extract<HelperAnswer, { error: unknown }>["error"]): McpError {
  const known = Object.hasOwn(ERROR_HINTS, code) ? (code as ErrorCode) : "E_FILE";
  return new McpError(known, message, hint === undefined ? {} : { hint });
}
