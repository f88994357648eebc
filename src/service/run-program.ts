/**
 * Runs a long-running program: command line in, exit code out, errors as lines on stderr. Rule: it fails closed,
 * because an event loop that ends early is not a success.
 */
import { type ParseArgsConfig, parseArgs } from "node:util";
import { textOf } from "../terminal/cell.ts";
import { widthOf } from "../terminal/width.ts";
import { wrapCells } from "../terminal/wrap.ts";
import { McpError, messageOf, NO_RETRY } from "../values/error.ts";
import { ERROR_HINTS, type ErrorCode } from "../values/error-codes.ts";

/** A connection attempt that is still open must not keep a finished program alive. */
const LINGER_MS = 1_000;

/** Exit code 2: a restart does not help. E_REFUSED is about unsafe settings. */
const NOT_RETRIED: readonly ErrorCode[] = ["E_USAGE", "E_CONFIG", "E_REFUSED"];

/** Runs `main` with this process's arguments. The process ends with the returned code, or with 2, 4 or 1 for an error. */
export function runProgram(main: (argv: string[]) => Promise<number>): void {
  process.exitCode = 1;
  void main(process.argv.slice(2))
    .catch(printError)
    .then((code) => {
      process.exitCode = code;
      setTimeout(() => process.exit(), LINGER_MS).unref();
    });
}

/** Options and arguments as declared. @throws McpError E_USAGE that points to the program's help */
export function parseCommandLine<T extends NonNullable<ParseArgsConfig["options"]>>(
  program: string,
  argv: string[],
  options: T,
) {
  try {
    return parseArgs({ args: argv, options, allowPositionals: true });
  } catch (cause) {
    throw usage(program, messageOf(cause));
  }
}

export function usage(program: string, message: string): McpError {
  return new McpError("E_USAGE", message, { hint: `see \`${program} --help\`` });
}

/** Prints the text; what begins with blanks is to copy, and stays as it is. @returns the exit code of success */
export function print(text: string): number {
  const lines = text.split("\n").flatMap((line) => (line.startsWith(" ") ? [line] : forTerminal(line, process.stdout)));
  process.stdout.write(lines.join("\n"));
  return 0;
}

/** At a terminal broken between words. */
function forTerminal(line: string, stream: NodeJS.WriteStream): string[] {
  const width = widthOf(stream);
  return width === undefined ? [line] : wrapCells([line], { width }).map((cells) => cells.map(textOf).join(""));
}

function printError(error: unknown): number {
  const known = error instanceof McpError;
  const { code, hint } = known ? error : { code: "E_BUG" as const, hint: ERROR_HINTS.E_BUG };
  const [what = "", ...more] = messageOf(error).split("\n");
  const stack = known || !(error instanceof Error) ? [] : (error.stack ?? "").split("\n").slice(1);
  const lines = [`error: ${what} (${code})`, ...more, ...stack, `hint: ${hint}`];
  process.stderr.write(`${lines.flatMap((line) => forTerminal(line, process.stderr)).join("\n")}\n`);
  if (code === "E_CONFLICT") return 4;
  const isNotRetried = NOT_RETRIED.includes(code) || (known && error.details === NO_RETRY);
  return isNotRetried ? 2 : 1;
}
