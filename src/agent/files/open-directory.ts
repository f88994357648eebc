/**
 * Walks below the files root one name at a time, through open directories and never through a symbolic link, so that
 * it stays below the root even if somebody swaps directories at the same time. Node has no openat;
 * `/proc/self/fd/<fd>/<name>` does the same.
 */
import { constants } from "node:fs";
import { type FileHandle, lstat, mkdir, open, realpath } from "node:fs/promises";
import { McpError } from "../../values/error.ts";
import { errnoOf } from "../../values/if-there.ts";
import { fileError, kindOf } from "./file-errors.ts";

const WALK = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
const NEW_DIRECTORY_MODE = 0o755;

/** The path that names a child of an open directory. */
export const childPath = (directory: FileHandle, name: string) => `/proc/self/fd/${directory.fd}/${name}`;
/** The path that names an open directory itself. */
export const ownPath = (directory: FileHandle) => `/proc/self/fd/${directory.fd}/.`;

export interface Walk {
  readonly root: string;
  /** Names below the root; empty for the root itself. */
  readonly names: readonly string[];
  /** True creates missing directories, but not the root itself. */
  readonly create: boolean;
}

/** Opens the directory; the caller closes it. @throws McpError E_NOT_FOUND, E_FILE that names the part in the way */
export async function openDirectory({ root, names, create }: Walk): Promise<FileHandle> {
  const way = { here: await openRoot(root), shown: "" };
  for (const name of names) {
    const above = way.here;
    way.shown = way.shown === "" ? name : `${way.shown}/${name}`;
    try {
      way.here = await enter(above, name, create);
    } catch (error) {
      throw await explained(above, name, { shown: way.shown, error });
    } finally {
      await above.close();
    }
  }
  return way.here;
}

/** One name deeper; `above` stays open. */
export function enterDirectory(above: FileHandle, name: string): Promise<FileHandle> {
  return open(childPath(above, name), WALK);
}

async function openRoot(root: string): Promise<FileHandle> {
  try {
    return await open(await realpath(root), WALK); // the root itself may be a symbolic link: the settings chose it
  } catch (cause) {
    throw new McpError("E_FILE", `cannot open the files root ${root}`, {
      cause,
      hint: "create the directory and give it to the agent's user",
    });
  }
}

async function enter(above: FileHandle, name: string, create: boolean): Promise<FileHandle> {
  try {
    return await enterDirectory(above, name);
  } catch (error) {
    if (!create || errnoOf(error) !== "ENOENT") throw error;
    await mkdir(childPath(above, name), { mode: NEW_DIRECTORY_MODE }).catch((cause: unknown) => {
      if (errnoOf(cause) !== "EEXIST") throw cause;
    });
    await above.sync(); // or a power cut would take the new directory, with the file that is in it by then
    return await enterDirectory(above, name);
  }
}

async function explained(above: FileHandle, name: string, { shown, error }: { shown: string; error: unknown }) {
  if (errnoOf(error) !== "ENOTDIR" && errnoOf(error) !== "ELOOP") return fileError(`directory ${shown}`, error);
  const stats = await lstat(childPath(above, name)).catch(() => undefined);
  const kind = stats === undefined ? "gone" : (kindOf(stats) ?? "a file");
  return new McpError("E_FILE", `${shown} is ${kind}, not a directory`, {
    cause: error,
    hint: "symbolic links are not followed; use the path of the directory itself",
  });
}
