/**
 * The program `mcp`: fails closed (an event loop that empties early is not a success), answers `--version` without
 * loading anything else, builds the context from this process and runs the command line.
 */
import { VERSION } from "../values/version.ts";
import type { CliContext } from "./context/context.ts";

async function main(argv: readonly string[]): Promise<void> {
  process.exitCode = 1;
  if (argv.length === 1 && (argv[0] === "--version" || argv[0] === "-v")) {
    process.stdout.write(`${VERSION}\n`);
    process.exitCode = 0;
    return;
  }
  const { runCli } = await import("./run-cli.ts");
  process.exitCode = await runCli(argv, await processContext());
  await Promise.all([written(process.stdout), written(process.stderr)]);
  process.exit(); // what is still open (a socket that hangs, a timer) must not keep the prompt away
}

/** Waits until a full pipe is read; a pipe that nobody reads any longer has failed. */
function written(stream: NodeJS.WriteStream): Promise<void> {
  if (stream.writableLength === 0 || stream.destroyed) return Promise.resolve();
  return new Promise((resolve) => stream.write("", () => resolve()));
}

async function processContext(): Promise<CliContext> {
  const [{ endController }, { localAuthor }, { programName }] = await Promise.all([
    import("./interrupts.ts"),
    import("./local-author.ts"),
    import("./help/program-name.ts"),
  ]);
  const { env, stdin, stdout, stderr } = process;
  const end = endController(stdout, stderr);
  const cwd = process.cwd();
  return {
    env,
    stdin,
    stdout,
    stderr,
    colorDepth: 1, // output.ts makes the colors, not clipanion
    cwd,
    program: programName(process.argv[1]),
    signal: end.signal,
    now: Date.now,
    author: localAuthor,
    settings: async (choice) => (await import("./settings/read-settings.ts")).readSettings({ ...choice, env, cwd }),
    busSettings: async (choice) => (await import("./open-bus.ts")).busSettings({ ...choice, env, cwd }, localAuthor()),
    openBus: async (choice, own) => {
      const onLost = (reason: Error) => end.abort(reason);
      return (await import("./open-bus.ts")).openBus({ ...choice, env, cwd, onLost }, localAuthor(), own);
    },
    openAccounts: async (choice, creds) =>
      (await import("./open-bus.ts")).openAccounts({ ...choice, env, cwd }, localAuthor(), creds),
    provisionBus: async (choice, options) =>
      (await import("./open-bus.ts")).provisionBus({ ...choice, env, cwd }, localAuthor(), options),
  };
}

void main(process.argv.slice(2));
