/**
 * Opens a text in the user's editor. The editor works on a copy in a private temporary directory, so an incomplete or
 * invalid text never gets into the real file.
 */
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { McpError } from "../../values/error.ts";
import type { CliContext } from "../context/context.ts";
import { splitCommand } from "./split-command.ts";

const DEFAULT_EDITOR = "vi";
const SUCCESS = "exit code 0";

export interface Draft {
  readonly path: string;
  /** Opens the editor and returns the text after it has ended. @throws McpError E_USAGE, E_FILE */
  edit(): Promise<string>;
  remove(): Promise<void>;
}

/** @param name file name; its extension tells the editor the language */
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

/** Runs $VISUAL, $EDITOR or vi. */
async function runEditor({ env, signal, stdout }: CliContext, path: string): Promise<void> {
  const from = env["VISUAL"] ? "$VISUAL" : "$EDITOR";
  const [program, ...words] = splitCommand(env["VISUAL"] || env["EDITOR"] || DEFAULT_EDITOR, from);
  // The editor needs the terminal, even if our own output is redirected.
  const screen = stdout.isTTY === true ? 1 : 2;
  const child = spawn(program, [...words, path], { stdio: [0, screen, 2], env, signal });
  const end = await new Promise<string>((resolve, reject) => {
    child.once("error", (cause) => reject(editorError(`cannot start the editor "${program}"`, cause)));
    child.once("close", (code, name) => resolve(code === null ? `signal ${name}` : `exit code ${code}`));
  });
  if (end !== SUCCESS) throw editorError(`the editor "${program}" failed with ${end}; nothing was changed`);
}

function editorError(message: string, cause?: unknown): McpError {
  return new McpError("E_USAGE", message, {
    ...(cause === undefined ? {} : { cause }),
    hint: 'choose another with $VISUAL or $EDITOR, for example EDITOR="nano"',
  });
}
