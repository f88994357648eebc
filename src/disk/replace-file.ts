/**
 * Replaces a text file in one step: written beside it, fsynced, renamed over it. Mode and owner stay; a symbolic link
 * stays a link and its target is replaced; a reader sees the old text or the new one, never half.
 */
import { open, readFile, realpath, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { McpError } from "../values/error.ts";
import { ifThere, isMissing } from "../values/if-there.ts";
import { placeBeside, syncDirectory } from "./durable-file.ts";

const NEW_FILE_MODE = 0o644;

/**
 * `expected` is the text that the new one was made from (undefined: there must be no such file yet).
 * @throws McpError E_CONFLICT when the file holds something else by now, E_FILE when it cannot be written.
 */
export async function replaceFile(path: string, text: string, expected: string | undefined): Promise<void> {
  await replace(path, { text, expected });
}

/** The same for a text that only its owner may read, whatever mode the file had. */
export async function replacePrivateFile(path: string, text: string, expected: string | undefined): Promise<void> {
  await replace(path, { text, expected, mode: 0o600 });
}

/** A private text that lies beside its place already, so that putting it there takes no room on the disk. */
export interface StagedFile {
  /** @throws McpError E_CONFLICT when the file holds something else by now, E_FILE */
  commit(): Promise<void>;
  discard(): Promise<void>;
}

/** The first half of replacePrivateFile. @throws McpError E_FILE when it cannot be written */
export async function stagePrivateFile(path: string, text: string, expected: string | undefined): Promise<StagedFile> {
  return await stage(path, { text, expected, mode: 0o600 });
}

interface Replacement {
  readonly text: string;
  readonly expected: string | undefined;
  readonly mode?: number;
}

async function replace(path: string, replacement: Replacement): Promise<void> {
  await (await stage(path, replacement)).commit();
}

async function stage(path: string, replacement: Replacement): Promise<StagedFile> {
  const target = await targetOf(path);
  const temporary = placeBeside(target);
  const discard = () => rm(temporary, { force: true });
  const orDiscarded = async (step: () => Promise<void>) => {
    try {
      await step();
    } catch (error) {
      await discard();
      if (error instanceof McpError) throw error;
      throw new McpError("E_FILE", `${path}: cannot be written`, { cause: error });
    }
  };
  await orDiscarded(() => writeBeside(temporary, replacement, target));
  const commit = () =>
    orDiscarded(async () => {
      await assertUnchanged(target, replacement.expected);
      await rename(temporary, target);
      await syncDirectory(dirname(target));
    });
  return { commit, discard };
}

/** What a link leads to; the path itself when nothing is there yet. */
async function targetOf(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (isMissing(error)) return path;
    throw new McpError("E_FILE", `${path}: cannot be reached`, { cause: error });
  }
}

async function writeBeside(temporary: string, { text, mode }: Replacement, target: string): Promise<void> {
  const old = await ifThere(stat(target));
  const file = await open(temporary, "wx", 0o600);
  try {
    await file.writeFile(text);
    const own = await file.stat();
    if (old !== undefined && (old.uid !== own.uid || old.gid !== own.gid)) await file.chown(old.uid, old.gid);
    await file.chmod(mode ?? (old === undefined ? NEW_FILE_MODE : old.mode & 0o7777));
    await file.sync();
  } finally {
    await file.close();
  }
}

async function assertUnchanged(target: string, expected: string | undefined): Promise<void> {
  const now = await ifThere(readFile(target, "utf8"));
  if (now === expected) return;
  const what = expected === undefined ? "is there already" : "was changed meanwhile";
  throw new McpError("E_CONFLICT", `${target}: ${what}; nothing was written`, { hint: "look at it, then try again" });
}
