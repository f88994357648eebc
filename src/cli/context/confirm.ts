/** Asks before something is destroyed. Without a terminal nothing is asked, and only `--yes` continues. */
import { createInterface } from "node:readline/promises";
import { textOf } from "../../terminal/cell.ts";
import { widthOf } from "../../terminal/width.ts";
import { wrapCells } from "../../terminal/wrap.ts";
import { McpError } from "../../values/error.ts";
import type { CliContext } from "./context.ts";

/** A blank and `yes`. */
const ROOM_FOR_ANSWER = 4;

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
  const answer = await ask(context, questionText(options.question, widthOf(context.stderr)));
  if (!/^y(es)?$/i.test(answer.trim())) throw new McpError("E_UNCONFIRMED", "not confirmed: nothing was changed");
}

/** At a terminal the question is broken between words, with room for the answer. */
function questionText(question: string, width = Number.POSITIVE_INFINITY): string {
  const lines = wrapCells([`${question} [y/N]`], { width: width - ROOM_FOR_ANSWER, indent: 0 });
  return `${lines.map((line) => line.map(textOf).join("")).join("\n")} `;
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
