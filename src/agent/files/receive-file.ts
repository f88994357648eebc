/**
 * One file being received: written under a temporary name next to its target, then mode, fsync, rename, fsync of the
 * directory. The target is unchanged until the rename. After a failure no temporary file is left.
 */
import { constants } from "node:fs";
import { type FileHandle, lstat, open, rename, statfs, unlink } from "node:fs/promises";
import { tempName } from "../../schemas/wire/file-path.ts";
import type { FileOwner } from "../../schemas/wire/request.ts";
import { McpError } from "../../values/error.ts";
import { errnoOf } from "../../values/if-there.ts";
import type { IncomingFile, ReceiveOrder } from "./file-access.ts";
import { addressText, splitPath } from "./file-address.ts";
import { bareError, fileError, requireFile } from "./file-errors.ts";
import { readIdMaps, requireMapped } from "./id-map.ts";
import { childPath, openDirectory, ownPath } from "./open-directory.ts";

const NEW_FILE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
/** Data is synced to the disk in steps, so that the last fsync of a large file does not take seconds. */
const FLUSH_BYTES = 32 * 1024 * 1024;

/** Implements `FileAccess.receive` with the permissions of this process. */
export async function receiveFile(root: string, order: ReceiveOrder): Promise<IncomingFile> {
  const { directory: names, name } = splitPath(order.place);
  const shown = addressText(order.place);
  const directory = await openDirectory({ root, names, create: true });
  try {
    const before = await existing(directory, name, shown);
    await requireSpace(directory, order.size, shown);
    const owner = ownerFor(order, before, shown);
    if (owner !== undefined) requireMapped(shown, owner, await readIdMaps());
    const temp = tempName(order.transfer);
    const file = await open(childPath(directory, temp), NEW_FILE, 0o600);
    return new ReceivedFile({ directory, file, temp, name, shown, mode: order.mode, ...(owner && { owner }) });
  } catch (error) {
    await directory.close();
    throw fileError(shown, error);
  }
}

/** The file that would be replaced. @throws McpError E_FILE when it is not a regular file */
async function existing(directory: FileHandle, name: string, shown: string) {
  try {
    const stats = await lstat(childPath(directory, name));
    requireFile(shown, stats);
    return stats;
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

async function requireSpace(directory: FileHandle, size: number, shown: string): Promise<void> {
  const { bavail, bsize } = await statfs(ownPath(directory));
  const free = bavail * bsize;
  if (size <= free) return;
  throw new McpError("E_FILE", `${shown} needs ${size} bytes, but the node's disk has only ${free} left`, {
    hint: "free some space on the node; the existing file is unchanged",
  });
}

/** A replaced file keeps its owner. @throws McpError E_FILE with EPERM as cause if that is not permitted */
function ownerFor(order: ReceiveOrder, before: FileOwner | undefined, shown: string): FileOwner | undefined {
  const self = process.geteuid?.() ?? 0;
  const kept = before !== undefined && before.uid !== self ? { uid: before.uid, gid: before.gid } : undefined;
  const owner = order.owner ?? kept;
  if (owner === undefined || self === 0) return owner;
  throw fileError(shown, bareError("EPERM")); // only root may give files away
}

interface ReceivedFileOptions {
  readonly directory: FileHandle;
  readonly file: FileHandle;
  readonly temp: string;
  readonly name: string;
  readonly shown: string;
  readonly mode: number;
  readonly owner?: FileOwner;
}

class ReceivedFile implements IncomingFile {
  readonly #options: ReceivedFileOptions;
  #unflushed = 0;
  #flushing: Promise<void> = Promise.resolve();
  /** One piece is written while the next is taken from the bus and hashed. */
  #writing: Promise<void> = Promise.resolve();
  #ended = false;

  constructor(options: ReceivedFileOptions) {
    this.#options = options;
  }

  async write(data: Uint8Array): Promise<void> {
    await this.#written();
    this.#writing = this.#append(data);
    this.#writing.catch(() => undefined); // the next caller that waits for it gets the error
  }

  async #written(): Promise<void> {
    try {
      await this.#writing;
    } catch (error) {
      throw fileError(this.#options.shown, error);
    }
  }

  async #append(data: Uint8Array): Promise<void> {
    const { file } = this.#options;
    for (let done = 0; done < data.length; ) done += (await file.write(data, done)).bytesWritten;
    this.#unflushed += data.length;
    if (this.#unflushed < FLUSH_BYTES) return;
    await this.#flushing; // one at a time: a slow disk slows the sender down
    this.#unflushed = 0;
    this.#flushing = file.datasync();
    this.#flushing.catch(() => undefined); // the next caller that waits for it gets the error
  }

  async commit(): Promise<{ replaced: boolean }> {
    const { directory, file, temp, name, shown, mode, owner } = this.#options;
    await this.#written();
    try {
      await this.#flushing;
      if (owner !== undefined) await file.chown(owner.uid, owner.gid);
      await file.chmod(mode);
      await file.sync();
      const before = await existing(directory, name, shown);
      await rename(childPath(directory, temp), childPath(directory, name));
      await directory.sync();
      await this.#close();
      return { replaced: before !== undefined };
    } catch (error) {
      throw fileError(shown, error);
    }
  }

  async discard(): Promise<void> {
    if (this.#ended) return;
    const { directory, temp } = this.#options;
    await Promise.allSettled([this.#writing, this.#flushing]); // what they wrote is removed next
    await unlink(childPath(directory, temp)).catch(() => undefined); // already removed
    await this.#close();
  }

  async #close(): Promise<void> {
    this.#ended = true;
    await this.#options.file.close();
    await this.#options.directory.close();
  }
}
