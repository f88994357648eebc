/** Asks before something is destroyed. Without a terminal nothing is asked, and only `--yes` continues. */
import { createInterface } from "node:readline/promises";
import { McpError } from "../../values/error.ts";
import { escaped } from "../output/cell.ts";
import type { CliContext } from "./context.ts";

/** @throws McpError E_UNCONFIRMED when the answer is not yes, or nobody can be asked. */
export async function confirm(
  context: CliContext,
  options: { readonly question: string; readonly yes: boolean; readonly consequence?: string },
): Promise<void> {
  if (options.yes) return;
  if (!hasTerminal(context)) {
    const consequence = options.consequence ?? "this removes containers";
    throw new McpError("E_UNCONFIRMED", `${consequence}, and there is no terminal to ask at`);
  }
  const answer = await ask(context, `${escaped(options.question)} [y/N] `);
  if (!/^y(es)?$/i.test(answer.trim())) throw new McpError("E_UNCONFIRMED", "not confirmed: nothing was changed");
}

/** True when a person can be asked. */
export function hasTerminal({ stdin, stderr }: CliContext): boolean {
  return "isTTY" in stdin && stdin.isTTY === true && stderr.isTTY === true;
}

/** Empty when the terminal is closed (Ctrl-D). The terminal keeps its own line editing, so that Ctrl-C is a signal. */
export async function ask({ stdin, stderr, signal }: CliContext, question: string): Promise<string> {
  const lines = createInterface({ input: stdin, output: stderr, terminal: false });
  try {
    const closed = new Promise<string>((resolve) => lines.once("close", () => resolve("")));
    return await Promise.race([lines.question(question, { signal }), closed]);
  } finally {
    lines.close();
  }
}
