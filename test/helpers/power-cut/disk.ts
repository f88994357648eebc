/**
 * A disk with a cache: it repeats recorded steps, and shows what a power cut at this moment may leave. POSIX promises only
 * what was synced: the content and mode of a file by fsync of the file, its name by fsync of the directory. Everything since
 * then may or may not have reached the disk: of each directory the first so many changes, of each file any of its writes.
 */
import { constants } from "node:fs";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ContentStep, Step } from "./steps.ts";

/** What reached the disk without being synced. */
export interface Luck {
  /** How many of a directory's pending changes, from the first. */
  names(pending: number): number;
  /** Whether this pending write, truncation or mode of a file did. */
  content(): boolean;
}

/** Only what was synced. */
export const NOTHING: Luck = { names: () => 0, content: () => false };
/** All names and no content: what journaling file systems do to a file that is renamed without fsync. */
export const NAMES: Luck = { names: (pending) => pending, content: () => false };

/** What a power cut leaves: files and directories by path, directories before what they hold. */
export type Remains = ReadonlyMap<string, { readonly mode: number; readonly content?: Buffer }>;

type Entry = File | Directory;
type NameChange = readonly (readonly [name: string, entry: Entry | undefined])[];
type ContentChange = (content: Content) => Content;

interface Content {
  readonly bytes: Buffer;
  readonly mode: number;
}

class File {
  synced: Content;
  pending: ContentChange[] = [];
  constructor(mode: number) {
    this.synced = { bytes: Buffer.alloc(0), mode };
  }
}

class Directory {
  readonly mode: number;
  synced = new Map<string, Entry>();
  pending: NameChange[] = [];
  now = new Map<string, Entry>();
  constructor(mode: number) {
    this.mode = mode;
  }
  change(...changes: NameChange): void {
    apply(this.now, changes);
    this.pending.push(changes);
  }
}

function apply(entries: Map<string, Entry>, changes: NameChange): void {
  for (const [name, entry] of changes) {
    if (entry === undefined) entries.delete(name);
    else entries.set(name, entry);
  }
}

const UMASK = 0o022;

export class Disk {
  readonly #root: string;
  readonly #top = new Directory(0o700);
  readonly #open = new Map<number, Entry>();

  /** @param root the recorded directory, empty when the record began; it is itself on the disk */
  constructor(root: string) {
    this.#root = root;
  }

  step(step: Step): void {
    switch (step.call) {
      case "open":
        this.#opened(step);
        break;
      case "close":
        this.#open.delete(step.fd);
        break;
      case "sync":
        this.#sync(this.#open.get(step.fd));
        break;
      case "write":
      case "truncate":
      case "mode":
        fileAt(this.#open.get(step.fd))?.pending.push(contentChange(step));
        break;
      case "rename":
        this.#rename(step.from, step.to);
        break;
      case "link":
        this.#name(step.to, this.#find(step.from)?.entry);
        break;
      case "mkdir":
        this.#name(step.path, new Directory(step.number & ~UMASK));
        break;
      case "rmdir":
      case "unlink":
        this.#name(step.path, undefined);
        break;
      case "chmod":
        fileAt(this.#find(step.path)?.entry)?.pending.push(setMode(step.number));
        break;
      case "symlink":
        throw new Error("symbolic links are not repeated");
    }
  }

  #opened({ fd, flags, mode, path }: Step & { call: "open" }): void {
    const at = this.#find(path);
    if (at === undefined) return;
    let entry = at.entry;
    if (entry === undefined) {
      entry = new File(mode & ~UMASK);
      at.directory.change([at.name, entry]);
    }
    if (entry instanceof File && (flags & constants.O_TRUNC) !== 0) entry.pending.push(cut(0));
    this.#open.set(fd, entry);
  }

  #sync(entry: Entry | undefined): void {
    if (entry instanceof File) entry.synced = contentOf(entry, () => true);
    if (entry instanceof Directory) entry.synced = new Map(entry.now);
    if (entry !== undefined) entry.pending = [];
  }

  #rename(from: string, to: string): void {
    const [old, next] = [this.#find(from), this.#find(to)];
    if (old === undefined || next === undefined) throw new Error(`rename across the recorded directory: ${from}`);
    if (old.directory === next.directory) {
      old.directory.change([old.name, undefined], [next.name, old.entry]);
    } else {
      next.directory.change([next.name, old.entry]); // POSIX promises nothing of both together
      old.directory.change([old.name, undefined]);
    }
  }

  #name(path: string, entry: Entry | undefined): void {
    const at = this.#find(path);
    at?.directory.change([at.name, entry]);
  }

  /** Where a path leads; undefined outside of the recorded directory. */
  #find(path: string): { directory: Directory; name: string; entry: Entry | undefined } | undefined {
    const [start, names] = this.#start(path);
    if (!(start instanceof Directory)) return undefined;
    const walk = { directory: start, entry: start as Entry | undefined, name: "." };
    for (const name of names) {
      if (!(walk.entry instanceof Directory)) throw new Error(`${path} leads through what is not a directory`);
      walk.directory = walk.entry;
      walk.entry = walk.directory.now.get(name);
      walk.name = name;
    }
    return walk;
  }

  #start(path: string): [Entry | undefined, string[]] {
    const namesOf = (rest: string) => rest.split("/").filter((name) => name !== "" && name !== ".");
    const byFd = /^\/proc\/self\/fd\/(\d+)(?:\/(.*))?$/.exec(path);
    if (byFd !== null) return [this.#open.get(Number(byFd[1])), namesOf(byFd[2] ?? "")];
    if (path !== this.#root && !path.startsWith(`${this.#root}/`)) return [undefined, []];
    return [this.#top, namesOf(path.slice(this.#root.length))];
  }

  /** The bytes of a file as the running program sees them. */
  read(path: string): Buffer {
    const file = fileAt(this.#find(path)?.entry);
    return file === undefined ? Buffer.alloc(0) : contentOf(file, () => true).bytes;
  }

  /** What is there after a power cut now. */
  remains(luck: Luck): Remains {
    const found = new Map<string, { mode: number; content?: Buffer }>();
    collect(this.#top, { path: "", luck, found });
    return found;
  }
}

interface Collection {
  readonly path: string;
  readonly luck: Luck;
  readonly found: Map<string, { mode: number; content?: Buffer }>;
}

function collect(directory: Directory, { path, luck, found }: Collection): void {
  const entries = new Map(directory.synced);
  for (const changes of directory.pending.slice(0, luck.names(directory.pending.length))) apply(entries, changes);
  for (const [name, entry] of [...entries].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const below = join(path, name);
    if (entry instanceof Directory) {
      found.set(below, { mode: entry.mode });
      collect(entry, { path: below, luck, found });
    } else {
      const { bytes, mode } = contentOf(entry, luck.content);
      found.set(below, { mode, content: bytes });
    }
  }
}

function contentOf(file: File, isKept: () => boolean): Content {
  return file.pending.reduce((content, change) => (isKept() ? change(content) : content), file.synced);
}

const fileAt = (entry: Entry | undefined) => (entry instanceof File ? entry : undefined);

const setMode =
  (mode: number): ContentChange =>
  ({ bytes }) => ({ bytes, mode: mode & 0o7777 });

const cut =
  (length: number): ContentChange =>
  ({ bytes, mode }) => ({
    bytes: Buffer.concat([bytes, Buffer.alloc(Math.max(0, length - bytes.length))]).subarray(0, length),
    mode,
  });

function contentChange(step: ContentStep): ContentChange {
  if (step.call !== "write") return step.call === "truncate" ? cut(step.number) : setMode(step.number);
  const { at, bytes: written } = step;
  return ({ bytes, mode }) => {
    const whole = Buffer.alloc(Math.max(bytes.length, at + written.length));
    bytes.copy(whole);
    written.copy(whole, at);
    return { bytes: whole, mode };
  };
}

/** Writes what a power cut left to an empty directory. */
export async function lay(remains: Remains, directory: string): Promise<void> {
  for (const [path, { mode, content }] of remains) {
    const target = join(directory, path);
    if (content === undefined) await mkdir(target);
    else await writeFile(target, content);
    await chmod(target, mode);
  }
}
