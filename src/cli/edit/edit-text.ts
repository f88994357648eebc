/**
 * Lets a person change a text in the editor of their choice: on a copy in a directory of its own that only they may
 * read, so that what they edit is never half a file, and what is wrong never lies where it counts.
 */
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { McpError } from "../../values/error.ts";
import type { CliContext } from "../context/context.ts";
import { splitCommand } from "./split-command.ts";

const FALLBACK = "vi";

export interface Draft {
  readonly path: string;
  /** Opens the editor and gives the text as it is when the editor has ended. @throws McpError E_USAGE, E_FILE */
  edit(): Promise<string>;
  remove(): Promise<void>;
}

/** @param name of the file, which tells editors its kind */
export async function openDraft(context: CliContext, name: string, text: string): Promise<Draft> {
  const directory = await mkdtemp(join(tmpdir(), "mcp-edit-"));
  const path = join(directory, name);
  await writeFile(path, text, { mode: 0o600 });
  return {
    path,
    edit: async () => {
      await runEditor(context, path);
      return await readFile(path, "utf8");
    },
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}

/** $VISUAL, else $EDITOR, else vi. */
async function runEditor({ env, signal, stdout }: CliContext, path: string): Promise<void> {
  const from = env["VISUAL"] ? "$VISUAL" : "$EDITOR";
  const [program, ...words] = splitCommand(env["VISUAL"] || env["EDITOR"] || FALLBACK, from);
  // An editor draws on the terminal, also when our own output goes elsewhere.
  const screen = stdout.isTTY === true ? 1 : 2;
  const child = spawn(program, [...words, path], { stdio: [0, screen, 2], env, signal });
  const end = await new Promise<number | string>((resolve, reject) => {
    child.once("error", (cause) => reject(editorError(`cannot start the editor "${program}"`, cause)));
    child.once("close", (code, name) => resolve(code ?? name ?? "nothing"));
  });
  if (end !== 0) throw editorError(`the editor "${program}" ended with ${end}; nothing was changed`);
}

function editorError(message: string, cause?: unknown): McpError {
  return new McpError("E_USAGE", message, {
    ...(cause === undefined ? {} : { cause }),
    hint: 'name another with $VISUAL or $EDITOR, for example EDITOR="nano"',
  });
}
