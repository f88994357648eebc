/**
 * A text that several processes read and change without locks: a directory of files `<version>.json`, the highest is
 * the text. A change makes the next version, complete, by link(2), which fails when somebody else made it first: that
 * one is then read and changed anew. The two newest versions stay, so that a reader finds what it has just seen listed.
 */
import { randomBytes } from "node:crypto";
import { link, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { errnoOf, ifThere } from "../values/if-there.ts";

export interface VersionedFile {
  /** Undefined when there is none. */
  read(): Promise<string | undefined>;
  /** Replaces the text by what `change` makes of it; called again when somebody else was quicker. */
  update(change: (text: string | undefined) => string): Promise<void>;
}

/** Each lost turn is one that another process won. */
const MAX_TRIES = 100;
const KEPT = 2;

export function openVersionedFile(directory: string): VersionedFile {
  return {
    read: async () => (await newest(directory)).text,
    update: async (change) => {
      await mkdir(directory, { recursive: true, mode: 0o700 });
      for (let tries = 1; ; tries++) {
        const { version, text } = await newest(directory);
        if (await tryVersion(directory, version + 1, change(text))) return await prune(directory, version + 1);
        if (tries >= MAX_TRIES) throw new Error(`${directory}: somebody else was quicker ${tries} times`);
      }
    },
  };
}

interface Version {
  /** 0 when there is none. */
  readonly version: number;
  readonly text: string | undefined;
}

async function newest(directory: string): Promise<Version> {
  for (let tries = 1; ; tries++) {
    const version = Math.max(0, ...(await versions(directory)));
    if (version === 0) return { version, text: undefined };
    const text = await ifThere(readFile(pathOf(directory, version), "utf8"));
    if (text !== undefined) return { version, text };
    if (tries >= MAX_TRIES) throw new Error(`${directory}: its newest file vanishes again and again`);
  }
}

/**
 * False when another process made this version first, or has gone past it: had it been removed as old before, the
 * link would be made, but a newer one is there.
 */
async function tryVersion(directory: string, version: number, text: string): Promise<boolean> {
  const temporary = join(directory, `.${randomBytes(6).toString("hex")}.tmp`);
  try {
    await writeFile(temporary, text, { mode: 0o600, flag: "wx" });
    await link(temporary, pathOf(directory, version));
  } catch (error) {
    if (errnoOf(error) === "EEXIST") return false;
    throw error;
  } finally {
    await rm(temporary, { force: true });
  }
  return Math.max(...(await versions(directory))) === version;
}

async function prune(directory: string, version: number): Promise<void> {
  const old = (await versions(directory)).filter((one) => one <= version - KEPT);
  await Promise.all(old.map((one) => rm(pathOf(directory, one), { force: true })));
}

async function versions(directory: string): Promise<number[]> {
  const names = (await ifThere(readdir(directory))) ?? [];
  return names.flatMap((name) => (/^\d{1,15}\.json$/.test(name) ? [Number.parseInt(name, 10)] : []));
}

function pathOf(directory: string, version: number): string {
  return join(directory, `${version}.json`);
}
