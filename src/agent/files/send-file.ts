/** One file being sent: opened without following symbolic links and without blocking (as for a pipe), then read in order. */
import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { FILE_CHUNK_BYTES } from "../../schemas/wire/buckets.ts";
import { sizelessError } from "../../values/local-error.ts";
import type { OutgoingFile } from "./file-access.ts";
import { addressText, type FileAddress, splitPath } from "./file-address.ts";
import { fileError, requireFile } from "./file-errors.ts";
import { childPath, openDirectory } from "./open-directory.ts";

const READ = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK | constants.O_NOCTTY;

/** Implements `FileAccess.send` with the permissions of this process. */
export async function sendFile(root: string, place: FileAddress): Promise<OutgoingFile> {
  const { directory: names, name } = splitPath(place);
  const shown = addressText(place);
  const directory = await openDirectory({ root, names, create: false });
  try {
    const file = await open(childPath(directory, name), READ);
    return await describe(file, place).catch(async (error: unknown) => {
      await file.close();
      throw error;
    });
  } catch (error) {
    throw fileError(shown, error);
  } finally {
    await directory.close();
  }
}

async function describe(file: FileHandle, place: FileAddress): Promise<OutgoingFile> {
  const stats = await file.stat();
  const shown = addressText(place);
  requireFile(shown, stats);
  if (stats.size === 0 && (await hasMore(file, 0))) throw sizelessError(shown);
  return {
    file: { path: place.path, size: stats.size, mode: stats.mode & 0o777 },
    bytes: () => bytesOf(file, stats.size, shown),
    hasGrown: () => hasMore(file, stats.size),
    close: () => file.close(),
  };
}

async function hasMore(file: FileHandle, position: number): Promise<boolean> {
  return (await file.read(Buffer.alloc(1), 0, 1, position)).bytesRead > 0;
}

async function* bytesOf(file: FileHandle, size: number, shown: string): AsyncGenerator<Uint8Array> {
  for (let position = 0; position < size; ) {
    const buffer = Buffer.allocUnsafeSlow(Math.min(FILE_CHUNK_BYTES, size - position));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, position).catch((error: unknown) => {
      throw fileError(shown, error);
    });
    if (bytesRead === 0) return; // it became shorter: the reader notices that
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}
