/**
 * A record of each half-written file, written next to the store before the file is created. An agent that was killed
 * finds and removes the files at its next start without searching every service's data.
 */
import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { writeAtomically } from "../../disk/atomic-file.ts";
import { isTransferId } from "../../schemas/wire/file-transfer.ts";
import { isMissing } from "../../values/if-there.ts";
import type { FileAddress } from "./file-address.ts";

export interface JournalEntry {
  readonly transfer: string;
  readonly place: FileAddress;
}

export interface TempJournal {
  add(note: JournalEntry): Promise<void>;
  clear(transfer: string): Promise<void>;
  /** Entries that were not cleared. Unreadable ones are left out. */
  entries(): Promise<JournalEntry[]>;
}

/** @param directory created if it is missing, mode 0700 */
export function tempJournal(directory: string): TempJournal {
  const pathOf = (transfer: string) => join(directory, `${transfer}.json`);
  return {
    add: async ({ transfer, place: { service, path } }) => {
      await writeAtomically(pathOf(transfer), JSON.stringify({ service, path }));
    },
    clear: (transfer) => rm(pathOf(transfer), { force: true }),
    entries: async () => {
      const transfers = (await namesIn(directory)).map((name) => name.replace(/\.json$/, "")).filter(isTransferId);
      const notes = await Promise.all(transfers.map((transfer) => readNote(pathOf(transfer), transfer)));
      return notes.filter((note) => note !== undefined);
    },
  };
}

async function namesIn(directory: string): Promise<string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

async function readNote(path: string, transfer: string): Promise<JournalEntry | undefined> {
  try {
    const { service, path: below } = JSON.parse(await readFile(path, "utf8")) as { service: unknown; path: unknown };
    if (typeof service === "string" && typeof below === "string") return { transfer, place: { service, path: below } };
  } catch {
    // Damaged: version 0.1 wrote the entry in place, and a power cut left a part of it.
  }
  return undefined;
}
