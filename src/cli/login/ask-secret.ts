/** Asks for a secret without echo. Only at a terminal; the question is on stderr. */
import { read } from "read";
import { McpError } from "../../values/error.ts";
import type { CliContext } from "../context/context.ts";

/** @throws McpError E_INTERRUPTED on Ctrl-C, which arrives as input when echo is off */
export async function askSecret({ stdin, stderr }: CliContext, prompt: string): Promise<string> {
  const input = stdin as NodeJS.ReadStream; // any stream will do; the package's types ask for more than it uses
  const output = stderr as NodeJS.WriteStream;
  try {
    return await read({ prompt, input, output, silent: true, terminal: true });
  } catch (cause) {
    throw new McpError("E_INTERRUPTED", "interrupted", { cause, hint: "nothing was sent" });
  } finally {
    stderr.write("\n"); // the one that was typed was not echoed either
  }
}
