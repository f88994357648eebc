/**
 * The frame of a long-running program: its words in, an exit code out, what is thrown as lines on stderr. Rule: it fails
 * closed, since an event loop that empties early is no success.
 */
import { type ParseArgsConfig, parseArgs } from "node:util";
import { McpError, messageOf } from "../values/error.ts";
import { ERROR_HINTS, type ErrorCode } from "../values/error-codes.ts";

/** A socket that is still being dialled must not keep a finished program. */
const LINGER_MS = 1_000;

/** Exit code 2: a supervisor need not try again. Settings that are not safe (E_REFUSED) are among these. */
const LASTING: readonly ErrorCode[] = ["E_USAGE", "E_CONFIG", "E_REFUSED"];

/** Runs `main` with this process's words and ends the process with what it returns; 2, 4 or 1 for what it throws. */
export function runProgram(main: (argv: string[]) => Promise<number>): void {
  process.exitCode = 1;
  void main(process.argv.slice(2))
    .catch(complain)
    .then((code) => {
      process.exitCode = code;
      setTimeout(() => process.exit(), LINGER_MS).unref();
    });
}

/** Options and words as declared. @throws McpError E_USAGE that points to the program's help */
export function parseWords<T extends NonNullable<ParseArgsConfig["options"]>>(
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

/** Prints and gives the exit code of success. */
export function print(text: string): number {
  process.stdout.write(text);
  return 0;
}

function complain(error: unknown): number {
  const known = error instanceof McpError;
  const { code, hint } = known ? error : { code: "E_BUG" as const, hint: ERROR_HINTS.E_BUG };
  const [what = "", ...more] = messageOf(error).split("\n");
  const stack = known || !(error instanceof Error) ? [] : (error.stack ?? "").split("\n").slice(1);
  const lines = [`error: ${what} (${code})`, ...more, ...stack, `hint: ${hint}`];
  process.stderr.write(`${lines.join("\n")}\n`);
  if (code === "E_CONFLICT") return 4;
  return LASTING.includes(code) ? 2 : 1;
}
