/** A local file to push: its size and mode, then its bytes in order, never more than that size. */
import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { FILE_CHUNK_BYTES } from "../../schemas/wire/buckets.ts";
import { McpError } from "../../values/error.ts";
import { localError, sizelessError } from "../../values/local-error.ts";

/** A named pipe must not make the command wait for its other end. */
const READ = constants.O_RDONLY | constants.O_NONBLOCK;

export interface LocalSource {
  readonly path: string;
  readonly size: number;
  /** Permission bits. */
  readonly mode: number;
}

/** @throws McpError E_NOT_FOUND, E_FILE if it is not a regular file or cannot be read */
export async function statSource(path: string): Promise<LocalSource> {
  const file = await openSource(path);
  try {
    const stats = await file.stat();
    if (stats.isDirectory()) {
      throw new McpError("E_USAGE", `${path} is a directory`, { hint: "add `--recursive` to push what is in it" });
    }
    if (!stats.isFile()) throw new McpError("E_FILE", `${path} is not a file`, { hint: "only files can be pushed" });
    if (stats.size === 0 && (await hasMore(file, 0))) throw sizelessError(path);
    return { path, size: stats.size, mode: stats.mode & 0o777 };
  } finally {
    await file.close();
  }
}

/** Yields its bytes, up to the size at the start. @param onGrown called when it is longer at the end */
export async function* readSource({ path, size }: LocalSource, onGrown: () => void): AsyncGenerator<Uint8Array> {
  const file = await openSource(path);
  try {
    for (let position = 0; position < size; ) {
      const buffer = Buffer.allocUnsafeSlow(Math.min(FILE_CHUNK_BYTES, size - position));
      const { bytesRead } = await file.read(buffer, 0, buffer.length, position);
      if (bytesRead === 0) return; // it became shorter: the writer reports it
      position += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
    if (await hasMore(file, size)) onGrown();
  } catch (error) {
    throw localError(path, error);
  } finally {
    await file.close();
  }
}

async function hasMore(file: FileHandle, position: number): Promise<boolean> {
  return (await file.read(Buffer.alloc(1), 0, 1, position)).bytesRead > 0;
}

async function openSource(path: string): Promise<FileHandle> {
  try {
    return await open(path, READ);
  } catch (error) {
    throw localError(path, error);
  }
}
