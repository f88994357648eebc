/**
 * A text that several processes read and change without locks: a directory of files `<version>.json`; the highest
 * version is the current text. A change creates the next version with link(2), which fails if another process was
 * first; the change is then repeated on that version. The two newest versions stay for readers that have listed them.
 */
import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { errnoOf, ifThere } from "../values/if-there.ts";
import { createPrivateDirectory, linkDurably, temporaryPath, writeNewFile } from "./atomic-file.ts";

export interface VersionedText {
  /** Undefined if there is no version yet. */
  read(): Promise<string | undefined>;
  /** Replaces the text with the result of `change`, which is called again whenever another process was first. */
  update(change: (text: string | undefined) => string): Promise<void>;
}

/** Each failed attempt is another process's success. */
const MAX_ATTEMPTS = 100;
const KEPT_VERSIONS = 2;

export function openVersionedText(directory: string): VersionedText {
  return {
    read: async () => (await newest(directory)).text,
    update: async (change) => {
      await createPrivateDirectory(directory);
      for (let attempt = 1; ; attempt++) {
        const { version, text } = await newest(directory);
        if (await tryVersion(directory, version + 1, change(text))) return await prune(directory, version + 1);
        if (attempt >= MAX_ATTEMPTS) throw new Error(`${directory}: another process was first ${attempt} times`);
      }
    },
  };
}

interface Version {
  /** 0 if there is none. */
  readonly version: number;
  readonly text: string | undefined;
}

async function newest(directory: string): Promise<Version> {
  for (let attempt = 1; ; attempt++) {
    const version = Math.max(0, ...(await versions(directory)));
    if (version === 0) return { version, text: undefined };
    const text = await ifThere(readFile(pathOf(directory, version), "utf8"));
    if (text !== undefined) return { version, text };
    if (attempt >= MAX_ATTEMPTS) throw new Error(`${directory}: the newest version disappeared ${attempt} times`);
  }
}

/**
 * False if another process created this version first or has gone past it. In the second case the link can succeed,
 * because the version was pruned before, but a newer one exists.
 */
async function tryVersion(directory: string, version: number, text: string): Promise<boolean> {
  const path = pathOf(directory, version);
  const temporary = temporaryPath(path);
  try {
    await writeNewFile(temporary, text);
    await linkDurably(temporary, path);
  } catch (error) {
    if (errnoOf(error) === "EEXIST") return false;
    throw error;
  } finally {
    await rm(temporary, { force: true });
  }
  return Math.max(...(await versions(directory))) === version;
}

async function prune(directory: string, version: number): Promise<void> {
  const old = (await versions(directory)).filter((one) => one <= version - KEPT_VERSIONS);
  await Promise.all(old.map((one) => rm(pathOf(directory, one), { force: true })));
}

async function versions(directory: string): Promise<number[]> {
  const names = (await ifThere(readdir(directory))) ?? [];
  return names.flatMap((name) => (/^\d{1,15}\.json$/.test(name) ? [Number.parseInt(name, 10)] : []));
}

function pathOf(directory: string, version: number): string {
  return join(directory, `${version}.json`);
}
