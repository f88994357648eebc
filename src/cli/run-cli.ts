/**
 * One command line, from words to exit code: help, parsing, the command. Prints what cannot be understood on stderr
 * with exit 2; never throws and never exits, so that tests run it in their own process.
 */
import { Cli } from "clipanion";
import { widthOf } from "../terminal/width.ts";
import { VERSION } from "../values/version.ts";
import { allCommands, type CommandClass, commandsOf } from "./commands/index.ts";
import { COMPLETE } from "./completion/words.ts";
import type { CliContext } from "./context/context.ts";
import { EXIT_OF } from "./context/exit-codes.ts";
import { commandOf, commandsBelow, wordPositions, wordsOf } from "./help/command-words.ts";
import { commandHelp, helpWidth, overview, shortOverview } from "./help/help.ts";
import { explainParseError, unknownCommand } from "./help/parse-error.ts";
import { calledBy } from "./help/program-name.ts";
import { expandAlias } from "./help/synonyms.ts";
import { errorDocument, errorLines, reportOf } from "./output/error-report.ts";
import { createOutput } from "./output/output.ts";

/** @returns the exit code. */
export async function runCli(typed: readonly string[], context: CliContext): Promise<number> {
  const argv = withoutAlias(typed);
  try {
    if (argv[0] === "--version" || argv[0] === "-v") return printVersion(context);
    if (argv[0] === COMPLETE) return await complete(argv.slice(1), context);
    if (asksForHelp(argv)) return await printHelp(argv, context);
    const cli = cliFor(await commandsOf(wordsOf(argv)[0]));
    return await cli.run(cli.process([...argv], context), context);
  } catch (error) {
    return await complain(error, argv, context);
  }
}

/** `mcp ls` → `mcp list`, and `mcp help ls` → `mcp help list`. */
function withoutAlias(argv: readonly string[]): string[] {
  if (argv[0] === COMPLETE) return [...argv];
  const [first, second] = wordPositions(argv);
  const index = first !== undefined && argv[first] === "help" ? second : first;
  return index === undefined ? [...argv] : expandAlias(argv, index);
}

/** Clipanion builds a machine of all it knows at every start, so it is given as little as possible. */
function cliFor(classes: readonly CommandClass[]): Cli<CliContext> {
  const cli = new Cli<CliContext>({ binaryName: "mcp", enableColors: false });
  for (const commandClass of classes) cli.register(commandClass);
  return cli;
}

function printVersion(context: CliContext): number {
  context.stdout.write(`${VERSION}\n`);
  return 0;
}

/** Loaded only when a shell asks. */
async function complete(typed: readonly string[], context: CliContext): Promise<number> {
  const { printCompletions } = await import("./completion/complete.ts");
  return await printCompletions(typed, context, cliFor(await allCommands()).definitions());
}

function asksForHelp(argv: readonly string[]): boolean {
  const end = argv.indexOf("--");
  const own = end === -1 ? argv : argv.slice(0, end);
  return argv.length === 0 || own[0] === "help" || own.includes("--help") || own.includes("-h");
}

/** Help for one command, for the commands below some words, or for all; without any words only the common ones. */
async function printHelp(typed: readonly string[], context: CliContext): Promise<number> {
  const definitions = cliFor(await allCommands()).definitions();
  const words = wordsOf(typed).filter((word, index) => index > 0 || word !== "help");
  const command = words.length === 0 ? undefined : commandOf(words, definitions);
  const below = command === undefined ? commandsBelow(words, definitions) : [command];
  if (below.length === 0) throw unknownCommand(words, definitions);
  const { program = "mcp" } = context;
  const width = helpWidth(widthOf(context.stdout)) - (program.length - "mcp".length);
  const heading = `mcp ${VERSION}: rootless podman containers on many machines`;
  const show = typed.length === 0 ? shortOverview : overview;
  const out = outputFor(typed, context);
  const lines = command ? commandHelp(command, width) : show(below, heading, width);
  for (const line of lines) out.print(...calledBy(program, line));
  return 0;
}

async function complain(error: unknown, argv: readonly string[], context: CliContext): Promise<number> {
  const isParseError = error instanceof Error && "clipanion" in error;
  const known = isParseError ? explainParseError(error, argv, cliFor(await allCommands()).definitions()) : error;
  const report = reportOf(known);
  if (wantsJson(argv)) context.stderr.write(`${JSON.stringify(errorDocument(report))}\n`);
  else
    for (const line of errorLines(report, { utc: argv.includes("--utc") })) outputFor(argv, context).complain(...line);
  return EXIT_OF[report.code];
}

/** `--json` or `-o json`, as far as that can be said of a line that was not understood. */
function wantsJson(argv: readonly string[]): boolean {
  return argv.some((word, index) =>
    word === "json" ? ["-o", "--output"].includes(argv[index - 1] ?? "") : ["--json", "--output=json"].includes(word),
  );
}

function outputFor(argv: readonly string[], { stdout, stderr, env }: CliContext) {
  return createOutput({ stdout, stderr, env, color: !argv.includes("--no-color"), quiet: false });
}
