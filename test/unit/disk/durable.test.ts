/** Every writer of src/disk syncs the file before it is at its path, and the directory after. */
import assert from "node:assert/strict";
import fs from "node:fs";
import { type FileHandle, open, readFile, stat } from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { createPrivateDirectory, writeAtomically, writeOnce } from "../../../src/disk/atomic-file.ts";
import { stageFile } from "../../../src/disk/atomic-file-sync.ts";
import { replacePrivateText, replaceText, stagePrivateText } from "../../../src/disk/replace-text.ts";
import { openVersionedText } from "../../../src/disk/versioned-text.ts";
import { tempDir } from "../../helpers/temp-dir.ts";

interface Sync {
  readonly inode: number;
  readonly isDirectory: boolean;
  /** Whether the path under test held the new text at that moment. */
  readonly isPublished: boolean;
}

/** Records every fsync of this process, by file handle or by descriptor, until the test ends. */
async function recordSyncs(t: TestContext, path: string, text: string): Promise<Sync[]> {
  const syncs: Sync[] = [];
  const record = (stats: fs.Stats) => {
    const isPublished = fs.existsSync(path) && fs.readFileSync(path, "utf8") === text;
    syncs.push({ inode: stats.ino, isDirectory: stats.isDirectory(), isPublished });
  };
  const handle = await open("/", "r");
  const prototype = Object.getPrototypeOf(handle) as FileHandle;
  await handle.close();
  const { sync } = prototype;
  t.mock.method(prototype, "sync", async function (this: FileHandle) {
    record(await this.stat());
    await sync.call(this);
  });
  const { fsyncSync } = fs;
  t.mock.method(fs, "fsyncSync", (descriptor: number) => {
    record(fs.fstatSync(descriptor));
    fsyncSync(descriptor);
  });
  syncBuiltinESMExports();
  t.after(() => {
    t.mock.restoreAll();
    syncBuiltinESMExports();
  });
  return syncs;
}

const OLD = "old";
const TEXT = "new";

const WRITERS: Record<string, { old: boolean; name?: string; write(path: string): Promise<void> }> = {
  "writeAtomically of a new file": { old: false, write: (path) => writeAtomically(path, TEXT) },
  "writeAtomically over an old file": { old: true, write: (path) => writeAtomically(path, TEXT) },
  writeOnce: { old: false, write: (path) => writeOnce(path, TEXT) },
  "replaceText of a new file": { old: false, write: (path) => replaceText(path, TEXT, undefined) },
  "replaceText over an old file": { old: true, write: (path) => replaceText(path, TEXT, OLD) },
  replacePrivateText: { old: true, write: (path) => replacePrivateText(path, TEXT, OLD) },
  stagePrivateText: { old: true, write: async (path) => (await stagePrivateText(path, TEXT, OLD)).commit() },
  stageFile: { old: true, write: async (path) => (await stageFile(path, Buffer.from(TEXT))).commit() },
  openVersionedText: {
    old: false,
    name: "1.json",
    write: (path) => openVersionedText(join(path, "..")).update(() => TEXT),
  },
};

describe("a write is durable", () => {
  for (const [title, { old, name = "file", write }] of Object.entries(WRITERS)) {
    it(title, async (t) => {
      const directory = await tempDir(t);
      const path = join(directory, name);
      if (old) fs.writeFileSync(path, OLD);
      const syncs = await recordSyncs(t, path, TEXT);
      await write(path);
      const { ino } = await stat(path);
      assert.deepEqual(syncs, [
        { inode: ino, isDirectory: false, isPublished: false },
        { inode: (await stat(directory)).ino, isDirectory: true, isPublished: true },
      ]);
      assert.equal(await readFile(path, "utf8"), TEXT);
      assert.deepEqual(fs.readdirSync(directory), [name]);
    });
  }

  it("createPrivateDirectory, each level", async (t) => {
    const directory = await tempDir(t);
    const syncs = await recordSyncs(t, join(directory, "none"), TEXT);
    await createPrivateDirectory(join(directory, "a", "b", "c"));
    const inodes = [join(directory, "a", "b"), join(directory, "a"), directory].map((one) => fs.statSync(one).ino);
    assert.deepEqual(
      syncs.map(({ inode }) => inode),
      inodes,
    );
    await createPrivateDirectory(join(directory, "a", "b", "c"));
    assert.equal(syncs.length, inodes.length);
  });
});

describe("writeOnce", () => {
  it("never replaces a file, and leaves no temporary file", async (t) => {
    const directory = await tempDir(t);
    const path = join(directory, "key");
    await writeOnce(path, OLD);
    await assert.rejects(writeOnce(path, TEXT), { code: "E_CONFLICT", message: /key: exists and is not overwritten/ });
    assert.equal(await readFile(path, "utf8"), OLD);
    assert.equal((await stat(path)).mode & 0o777, 0o600);
    assert.deepEqual(fs.readdirSync(directory), ["key"]);
  });
});
