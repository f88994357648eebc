/**
 * A file that is pulled. It is written to a temporary file next to the target, which is renamed when it is complete. Without
 * `force` it never replaces a file, not even one that is created during the transfer.
 */
import { randomBytes } from "node:crypto";
import { type FileHandle, link, lstat, open, rename, rm, statfs } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { createDirectory, syncReadableDirectory } from "../../disk/atomic-file.ts";
import { McpError } from "../../values/error.ts";
import { errnoOf } from "../../values/if-there.ts";
import { localError } from "../../values/local-error.ts";

export interface TargetOptions {
  readonly path: string;
  readonly size: number;
  /** Permission bits. */
  readonly mode: number;
  readonly force: boolean;
}

export interface LocalTarget {
  /** Accepts one piece while the previous one is written; throws the error of the previous one. */
  write(data: Uint8Array): Promise<void>;
  /** @throws McpError E_CONFLICT if the target exists, without `force` */
  commit(): Promise<{ readonly replaced: boolean }>;
  /** Removes what was written; does nothing after `commit`. */
  discard(): Promise<void>;
}

/** @throws McpError E_CONFLICT if the file exists, without `force`; E_FILE */
export async function openTarget({ path, size, mode, force }: TargetOptions): Promise<LocalTarget> {
  await requireFree(path, force);
  const directory = dirname(path);
  const temp = join(directory, `.${basename(path).slice(0, 200)}.${randomBytes(6).toString("hex")}.part`);
  try {
    await createDirectory(directory);
    await requireSpace(directory, path, size);
    const file = await open(temp, "wx", 0o600);
    return pulledFile({ file, temp, path, mode, force });
  } catch (error) {
    throw localError(path, error);
  }
}

async function requireFree(path: string, force: boolean): Promise<void> {
  const stats = await lstat(path).catch(() => undefined); // missing or not readable: creating it reports the error
  if (stats === undefined || (force && (stats.isFile() || stats.isSymbolicLink()))) return;
  if (stats.isFile() || stats.isSymbolicLink()) throw existsError(path);
  throw new McpError("E_FILE", `${path} on this machine is not a regular file`, {
    hint: "name another path for the file",
  });
}

function existsError(path: string): McpError {
  return new McpError("E_CONFLICT", `${path} already exists`, {
    hint: "name another path, or repeat with `--force` to replace it",
  });
}

async function requireSpace(directory: string, path: string, size: number): Promise<void> {
  const { bavail, bsize } = await statfs(directory);
  if (size <= bavail * bsize) return;
  throw new McpError("E_FILE", `${path} needs ${size} bytes, and this machine's disk has ${bavail * bsize} left`);
}

interface PulledFile extends Omit<TargetOptions, "size"> {
  readonly file: FileHandle;
  readonly temp: string;
}

function pulledFile({ file, temp, path, mode, force }: PulledFile): LocalTarget {
  const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw localError(path, error);
    }
  };
  const append = async (data: Uint8Array) => {
    for (let done = 0; done < data.length; ) done += (await file.write(data, done)).bytesWritten;
  };
  const state = { writing: Promise.resolve() };
  return {
    write: (data) =>
      guarded(async () => {
        await state.writing;
        state.writing = append(data);
        state.writing.catch(() => undefined); // the next write or commit reports it
      }),
    commit: () =>
      guarded(async () => {
        await state.writing;
        await file.chmod(mode);
        await file.sync();
        await file.close();
        const replaced = (await lstat(path).catch(() => undefined)) !== undefined;
        if (force) await rename(temp, path);
        else await linkOnce(temp, path);
        await syncReadableDirectory(dirname(path));
        return { replaced };
      }),
    discard: async () => {
      await state.writing.catch(() => undefined); // the file is removed below
      await file.close().catch(() => undefined); // commit has closed it
      await rm(temp, { force: true });
    },
  };
}

/** Unlike a rename, a link fails if the target exists. On a file system without links, checks before the rename. */
async function linkOnce(temp: string, path: string): Promise<void> {
  try {
    await link(temp, path);
  } catch (error) {
    const code = errnoOf(error);
    if (code === "EEXIST") throw existsError(path);
    if (code !== "EPERM" && code !== "ENOTSUP" && code !== "EOPNOTSUPP") throw error;
    await requireFree(path, false);
    await rename(temp, path);
  }
}
