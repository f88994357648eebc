/** Runs `mcp` in this process, with captured streams and a bus of memory, as a user would type it. */
import { PassThrough, Writable } from "node:stream";
import type { AccountServer } from "../../src/bus/admin/account-server.ts";
import type { OperatorBus } from "../../src/bus/ports/operator-bus.ts";
import type { CliContext } from "../../src/cli/context/context.ts";
import { busSettings, openAccounts, openBus, provisionBus } from "../../src/cli/open-bus.ts";
import type { Terminal } from "../../src/cli/output/output.ts";
import { runCli as run } from "../../src/cli/run-cli.ts";
import { readSettings } from "../../src/cli/settings/read-settings.ts";
import { MemoryOperatorBus } from "../twin/memory-operator-bus.ts";
import { MemoryAccountServer } from "./memory-account-server.ts";

/** The time in these tests, unless they give their own. */
export const TEST_NOW_MS = Date.parse("2025-06-01T12:00:00Z");

/** Where no settings of the person who runs the tests lie. */
const NO_HOME = "/nonexistent";

export interface RunCliOptions {
  /** Default: an empty MemoryOperatorBus. */
  readonly bus?: OperatorBus;
  /** What connecting does instead: for unreachable buses. */
  readonly openBus?: CliContext["openBus"];
  /** Default: a server that takes everything and knows what it was given. */
  readonly accounts?: AccountServer;
  readonly provisionBus?: CliContext["provisionBus"];
  /** Connects as the program does; for buses that cannot be reached. */
  readonly real?: true;
  /** Default: nothing but a HOME that does not exist. Settings come from `MCP_…` variables or a file named here. */
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly tty?: boolean;
  /** Of the terminal; default: so many that no message is wrapped, however long a path in it is. */
  readonly columns?: number;
  /** What is typed in, all at once or as the test goes on; with `tty`, at a terminal. */
  readonly stdin?: string | PassThrough;
  readonly nowMs?: number;
  readonly author?: string;
  readonly signal?: AbortSignal;
  /** Called with everything printed so far, whenever something is. */
  readonly onOutput?: (stdout: string, stderr: string) => void;
}

export interface CliResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Paths in messages differ from machine to machine, and so would the words that a line ends with. */
const WIDE = 1000;

/** `runCli(["list", "--json"], { bus })`. */
export async function runCli(argv: readonly string[], options: RunCliOptions = {}): Promise<CliResult> {
  const { nowMs = TEST_NOW_MS, author = "alice@laptop", tty = false } = options;
  const { env = { HOME: NO_HOME }, cwd = NO_HOME } = options;
  const bus = options.bus ?? new MemoryOperatorBus(() => nowMs);
  const texts = { stdout: "", stderr: "" };
  const capture = (name: "stdout" | "stderr") =>
    captureStream({ isTTY: tty, columns: options.columns ?? WIDE }, (chunk) => {
      texts[name] += chunk;
      options.onOutput?.(texts.stdout, texts.stderr);
    });
  const input = options.stdin instanceof PassThrough ? options.stdin : new PassThrough().end(options.stdin ?? "");
  const stdin = Object.assign(input, { isTTY: tty && options.stdin !== undefined });
  const context: CliContext = {
    env,
    stdin,
    stdout: capture("stdout"),
    stderr: capture("stderr"),
    colorDepth: 1,
    cwd,
    signal: options.signal ?? new AbortController().signal,
    now: () => nowMs,
    author: () => author,
    settings: (choice) => readSettings({ ...choice, env, cwd }),
    busSettings: async () => ({ servers: [], name: "test", inboxPrefix: "_INBOX_test" }),
    openBus: options.openBus ?? (async () => asAuthor(bus, author)),
    openAccounts: async () => options.accounts ?? new MemoryAccountServer(),
    provisionBus: options.provisionBus ?? (async () => ({ streams: [], warnings: [] })),
  };
  return { code: await run(argv, options.real ? { ...context, ...realWays(env, cwd, author) } : context), ...texts };
}

function realWays(env: NodeJS.ProcessEnv, cwd: string, author: string): Partial<CliContext> {
  return {
    openBus: (choice, own) => openBus({ ...choice, env, cwd }, author, own),
    openAccounts: (choice, creds) => openAccounts({ ...choice, env, cwd }, author, creds),
    provisionBus: (choice, how) => provisionBus({ ...choice, env, cwd }, author, how),
    busSettings: (choice) => busSettings({ ...choice, env, cwd }, author),
  };
}

/** The same bus, written to by this author. */
function asAuthor(bus: OperatorBus, author: string): OperatorBus {
  return new Proxy(bus, {
    get: (target, key) => {
      if (key === "author") return author;
      const member: unknown = Reflect.get(target, key);
      return typeof member === "function" ? member.bind(target) : member;
    },
  });
}

function captureStream(terminal: Pick<Terminal, "isTTY" | "columns">, onText: (chunk: string) => void): Terminal {
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      onText(chunk.toString());
      done();
    },
  });
  return Object.assign(stream, terminal);
}
