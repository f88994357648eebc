/**
 * Opens the agent's store: locks it against a second agent, checks it, and compares it with the accepted files. A
 * damaged database is set aside and rebuilt from those files; for each service the higher generation wins,
 * and for equal generations the database, since it was committed first.
 */
import { dirname, join } from "node:path";
import { createPrivateDirectory } from "../../disk/atomic-file.ts";
import { documentHash } from "../../schemas/service/spec-hash.ts";
import type { ServiceName } from "../../values/names.ts";
import { type AcceptedDocuments, AcceptedFiles, type UnreadableFile } from "./accepted-files.ts";
import { isDamaged, setAside } from "./damaged-store.ts";
import { filedStore } from "./mirrored-store.ts";
import { type OpenedLibsqlStore, openLibsqlStore } from "./open-libsql-store.ts";
import { EMPTY_MEMORY, type Store } from "./store.ts";
import { startError, storeError } from "./store-error.ts";
import { acquireStoreLock } from "./store-lock.ts";

/** What the agent must report: its store is not as it left it. */
export interface RebuiltStore {
  /** damaged: set aside · missing: there was no database · older: accepted files had newer documents. */
  readonly reason: "damaged" | "missing" | "older";
  /** Path of the damaged database now, and what was wrong with it. */
  readonly setAside?: string;
  readonly damage?: unknown;
  /** Services taken from their files. */
  readonly services: readonly ServiceName[];
}

export interface OpenStoreOptions {
  /** Called, before the promise resolves, when the store had to be rebuilt or completed. */
  readonly onRebuilt: (rebuilt: RebuiltStore) => void;
  /** Called with files in `accepted/` that are not accepted documents; the file of a known service is rewritten. */
  readonly onUnreadable?: (files: readonly UnreadableFile[]) => void;
  /** Unix milliseconds. */
  readonly nowMs?: () => number;
}

/**
 * @throws McpError E_STORE when another agent uses it, a newer version wrote it, or the disk refuses; the message names
 * the path.
 */
export async function openStore(path: string, options: OpenStoreOptions): Promise<Store> {
  try {
    return await openLocked(path, options);
  } catch (error) {
    throw startError(error);
  }
}

async function openLocked(path: string, options: OpenStoreOptions): Promise<Store> {
  await prepareDirectory(path);
  const lock = acquireStoreLock(path);
  try {
    const files = await AcceptedFiles.open(join(dirname(path), "accepted"));
    const onDisk = await files.readAll();
    if (onDisk.unreadable.length > 0) options.onUnreadable?.(onDisk.unreadable);
    const store = await openAgreed(path, onDisk, { ...options, files });
    return filedStore({ store, files, onClosed: () => lock.release() });
  } catch (error) {
    lock.release();
    throw error;
  }
}

type Agreement = OpenStoreOptions & { readonly files: AcceptedFiles };

async function openAgreed(path: string, onDisk: AcceptedDocuments, options: Agreement): Promise<Store> {
  const nowMs = options.nowMs ?? Date.now;
  const opened = openOrReplace(path, nowMs());
  try {
    const services = await takeFromFiles(opened.store, onDisk);
    if (services.length > 0 && !opened.created) opened.startSequenceFrom(nowMs());
    await repairFiles(opened.store, onDisk, options.files);
    const rebuilt = describe(opened, services);
    if (rebuilt !== undefined) options.onRebuilt(rebuilt);
    return opened.store;
  } catch (error) {
    await opened.store.close();
    throw error;
  }
}

interface Opened extends OpenedLibsqlStore {
  readonly setAside?: string;
  readonly damage?: unknown;
}

function openOrReplace(path: string, nowMs: number): Opened {
  try {
    return openLibsqlStore(path, { nowMs });
  } catch (damage) {
    if (!isDamaged(damage)) throw damage;
    return { setAside: setAside(path), damage, ...openLibsqlStore(path, { nowMs }) };
  }
}

/** Accepts documents from files with a higher generation than the database. @returns their services. */
async function takeFromFiles(store: Store, { documents }: AcceptedDocuments): Promise<ServiceName[]> {
  const rows = new Map((await store.services()).map((row) => [row.service, row]));
  const newer = documents.filter((document) => document.generation > (rows.get(document.service)?.ref.generation ?? 0));
  for (const document of newer) {
    const ref = { generation: document.generation, hash: documentHash(document) };
    await store.accept(document, ref, rows.get(document.service)?.memory ?? EMPTY_MEMORY, []);
  }
  return newer.map((document) => document.service);
}

async function repairFiles(store: Store, { documents }: AcceptedDocuments, files: AcceptedFiles): Promise<void> {
  const hashes = new Map(documents.map((document) => [document.service, documentHash(document)]));
  for (const { service, document, ref } of await store.services()) {
    if (hashes.get(service) !== ref.hash) await files.write(document);
  }
}

function describe(opened: Opened, services: readonly ServiceName[]): RebuiltStore | undefined {
  const { setAside, damage } = opened;
  if (setAside !== undefined) return { reason: "damaged", setAside, damage, services };
  if (services.length === 0) return undefined;
  return { reason: opened.created ? "missing" : "older", services };
}

async function prepareDirectory(path: string): Promise<void> {
  try {
    await createPrivateDirectory(dirname(path));
  } catch (cause) {
    throw storeError(`cannot create ${dirname(path)}`, cause);
  }
}
