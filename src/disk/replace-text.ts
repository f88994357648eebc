/**
 * Replaces a text file atomically if nobody has changed it in between. Mode and owner stay. If the path is a symbolic
 * link, the link stays and its target is replaced.
 */
import { type FileHandle, readFile, realpath, rm, stat } from "node:fs/promises";
import { McpError } from "../values/error.ts";
import { ifThere, isMissing } from "../values/if-there.ts";
import { renameDurably, type StagedFile, temporaryPath, writeNewFile } from "./atomic-file.ts";

const NEW_FILE_MODE = 0o644;

/**
 * @param expected the text that the new one was made from; undefined: the file must not exist
 * @throws McpError E_CONFLICT if the file holds another text, E_FILE if it cannot be written
 */
export async function replaceText(path: string, text: string, expected: string | undefined): Promise<void> {
  await replace(path, { text, expected });
}

/** The same for a text that only its owner may read, whatever mode the file had. */
export async function replacePrivateText(path: string, text: string, expected: string | undefined): Promise<void> {
  await replace(path, { text, expected, mode: 0o600 });
}

/**
 * The first half of replacePrivateText; `commit` throws McpError E_CONFLICT or E_FILE; it needs no additional disk space.
 * @throws McpError E_FILE if it cannot be written
 */
export async function stagePrivateText(path: string, text: string, expected: string | undefined): Promise<StagedFile> {
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

async function stage(path: string, { text, expected, mode }: Replacement): Promise<StagedFile> {
  const target = await targetOf(path);
  const temporary = temporaryPath(target);
  const discard = () => rm(temporary, { force: true });
  const orDiscard = async (step: () => Promise<void>) => {
    try {
      await step();
    } catch (error) {
      await discard();
      if (error instanceof McpError) throw error;
      throw new McpError("E_FILE", `${path}: cannot be written`, { cause: error });
    }
  };
  await orDiscard(() => writeNewFile(temporary, text, (file) => copyModeAndOwner(file, target, mode)));
  const commit = () =>
    orDiscard(async () => {
      await assertUnchanged(target, expected);
      await renameDurably(temporary, target);
    });
  return { commit, discard };
}

/** The target of a symbolic link; the path itself if nothing is there yet. */
async function targetOf(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (isMissing(error)) return path;
    throw new McpError("E_FILE", `${path}: cannot be reached`, { cause: error });
  }
}

async function copyModeAndOwner(file: FileHandle, target: string, mode: number | undefined): Promise<void> {
  const old = await ifThere(stat(target));
  const own = await file.stat();
  if (old !== undefined && (old.uid !== own.uid || old.gid !== own.gid)) await file.chown(old.uid, old.gid);
  await file.chmod(mode ?? (old === undefined ? NEW_FILE_MODE : old.mode & 0o7777));
}

async function assertUnchanged(target: string, expected: string | undefined): Promise<void> {
  const now = await ifThere(readFile(target, "utf8"));
  if (now === expected) return;
  const what = expected === undefined ? "exists already" : "has changed in between";
  throw new McpError("E_CONFLICT", `${target}: ${what}; nothing was written`, { hint: "read it, then try again" });
}
