/**
 * The accepted documents as plain files, `accepted/<service>.json` next to the database: the second copy, from which a
 * lost database is rebuilt even when the bus is lost too. A file is never newer than the database (mirrored-store.ts).
 */
import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { createPrivateDirectory, type StagedFile, TEMPORARY_NAME } from "../../disk/atomic-file.ts";
import { stageFile } from "../../disk/atomic-file-sync.ts";
import type { DesiredService } from "../../schemas/service/desired.ts";
import { desiredCodec } from "../../schemas/wire/codec.ts";
import { McpError, messageOf } from "../../values/error.ts";
import { isName } from "../../values/names.ts";
import { storeError } from "./store-error.ts";

/** A file in the directory that is not a valid accepted document. */
export interface UnreadableFile {
  readonly path: string;
  readonly reason: string;
}

export interface AcceptedDocuments {
  readonly documents: readonly DesiredService[];
  readonly unreadable: readonly UnreadableFile[];
}

const SUFFIX = ".json";

export class AcceptedFiles {
  readonly #directory: string;

  private constructor(directory: string) {
    this.#directory = directory;
  }

  /** Creates the directory if it is missing, mode 0700. @throws McpError E_STORE */
  static async open(directory: string): Promise<AcceptedFiles> {
    await orStoreError(`cannot create ${directory}`, () => createPrivateDirectory(directory));
    return new AcceptedFiles(directory);
  }

  /** Writes and syncs the document next to its file; `commit` renames it. @throws McpError E_STORE */
  async stage(document: DesiredService): Promise<StagedFile> {
    if (!isName(document.service)) throw new McpError("E_STORE", "the document has an invalid service name");
    const path = join(this.#directory, document.service + SUFFIX);
    const failure = `cannot write ${path}`;
    const staged = await orStoreError(failure, () => stageFile(path, desiredCodec.encode(document)));
    return {
      commit: () => orStoreError(failure, () => staged.commit()),
      discard: () => staged.discard(),
    };
  }

  /** Writes a file of this size and removes it again. @throws McpError E_STORE */
  async probe(bytes: number): Promise<void> {
    const path = join(this.#directory, "room");
    const staged = await orStoreError(`cannot write ${path}`, () => stageFile(path, new Uint8Array(bytes)));
    await staged.discard();
  }

  /** Stages and commits. @throws McpError E_STORE */
  async write(document: DesiredService): Promise<void> {
    await (await this.stage(document)).commit();
  }

  /** All readable documents by name, and all unreadable files; removes files that a crash left half written. */
  async readAll(): Promise<AcceptedDocuments> {
    const documents: DesiredService[] = [];
    const unreadable: UnreadableFile[] = [];
    for (const name of await orStoreError(`cannot read ${this.#directory}`, () => readdir(this.#directory))) {
      const path = join(this.#directory, name);
      if (TEMPORARY_NAME.test(name)) await orStoreError(`cannot remove ${path}`, () => rm(path, { force: true }));
      if (!name.endsWith(SUFFIX)) continue;
      const read = await readOne(path, name.slice(0, -SUFFIX.length));
      if ("reason" in read) unreadable.push(read);
      else documents.push(read);
    }
    return { documents: documents.sort((a, b) => (a.service < b.service ? -1 : 1)), unreadable };
  }
}

async function readOne(path: string, service: string): Promise<DesiredService | UnreadableFile> {
  try {
    const document = desiredCodec.decode(await readFile(path));
    return document.service === service
      ? document
      : { path, reason: "its content belongs to another service than its name" };
  } catch (error) {
    return { path, reason: messageOf(error) };
  }
}

async function orStoreError<T>(message: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw storeError(message, cause);
  }
}
