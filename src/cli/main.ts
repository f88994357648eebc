/**
 * The program `mcp`: fails closed (an event loop that empties early is no success), answers `--version` without loading
 * anything else, builds the context from this process and hands over. Nothing here but wiring.
 */
import { VERSION } from "../schemas/version.ts";
import { COMPLETE } from "./completion/words.ts";
import type { CliContext } from "./context.ts";

/** What is still open then (a socket that hangs, a timer) must not keep the prompt away. */
const LINGER_MS = 1_000;

async function main(argv: readonly string[]): Promise<void> {
  process.exitCode = 1;
  if (argv.length === 1 && (argv[0] === "--version" || argv[0] === "-v")) {
    process.stdout.write(`${VERSION}\n`);
    process.exitCode = 0;
    return;
  }
  const { runCli } = await import("./run-cli.ts");
  process.exitCode = await runCli(argv, await processContext());
  // A shell that completes waits for the end of the program, so nothing may linger then.
  setTimeout(() => process.exit(), argv[0] === COMPLETE ? 0 : LINGER_MS).unref();
}

async function processContext(): Promise<CliContext> {
  const [{ endController }, { localAuthor }] = await Promise.all([import("./interrupts.ts"), import("./author.ts")]);
  const { env, stdin, stdout, stderr } = process;
  const end = endController(stdout, stderr);
  const cwd = process.cwd();
  return {
    env,
    stdin,
    stdout,
    stderr,
    colorDepth: 1, // colours are output.ts's business, not clipanion's
    cwd,
    signal: end.signal,
    now: Date.now,
    author: localAuthor,
    settings: async (choice) => (await import("./settings/read-settings.ts")).readSettings({ ...choice, env, cwd }),
    busSettings: async (choice) => (await import("./open-bus.ts")).busSettings({ ...choice, env, cwd }, localAuthor()),
    openBus: async (choice) => {
      const onLost = (reason: Error) => end.abort(reason);
      return (await import("./open-bus.ts")).openBus({ ...choice, env, cwd, onLost }, localAuthor());
    },
    openAccounts: async (choice, creds) =>
      (await import("./open-bus.ts")).openAccounts({ ...choice, env, cwd }, localAuthor(), creds),
    provisionBus: async (choice, options) =>
      (await import("./open-bus.ts")).provisionBus({ ...choice, env, cwd }, localAuthor(), options),
  };
}

void main(process.argv.slice(2));
