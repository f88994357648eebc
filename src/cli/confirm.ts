/** Asks before something is destroyed; without a terminal nothing is asked, and only `--yes` goes on. */
import { createInterface } from "node:readline/promises";
import { McpError } from "../schemas/error.ts";
import type { CliContext } from "./context.ts";

/** @throws McpError E_UNCONFIRMED when the answer is not yes, or nobody can be asked. */
export async function confirm(
  context: CliContext,
  options: { readonly question: string; readonly yes: boolean },
): Promise<void> {
  if (options.yes) return;
  const { stdin, stderr, signal } = context;
  if (!("isTTY" in stdin && stdin.isTTY) || stderr.isTTY !== true) {
    throw new McpError("E_UNCONFIRMED", "this removes containers and nobody can be asked: stdin is no terminal");
  }
  const lines = createInterface({ input: stdin, output: stderr });
  try {
    const answer = await lines.question(`${options.question} [y/N] `, { signal });
    if (!/^y(es)?$/i.test(answer.trim())) throw new McpError("E_UNCONFIRMED", "not confirmed: nothing was changed");
  } finally {
    lines.close();
  }
}
