/** What is pulled takes nobody's place unless told to, and leaves nothing half-written behind. */
import assert from "node:assert/strict";
import { mkdir, readdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, test } from "node:test";
import { openTarget } from "../../../../src/cli/files/local-target.ts";
import { hasCode } from "../../../../src/values/error.ts";
import { tempDir } from "../../../helpers/temp-dir.ts";

const conflict = (error: unknown) => hasCode(error, "E_CONFLICT");

async function save(path: string, text: string, force = false): Promise<boolean> {
  const target = await openTarget({ path, size: text.length, mode: 0o640, force });
  try {
    await target.write(Buffer.from(text));
    return (await target.commit()).replaced;
  } finally {
    await target.discard();
  }
}

describe("a pulled file", () => {
  test("is put in place with its mode, directories made on the way", async (t) => {
    const dir = await tempDir(t);
    assert.equal(await save(join(dir, "a/b/c"), "text"), false);
    assert.equal(await readFile(join(dir, "a/b/c"), "utf8"), "text");
    assert.equal((await stat(join(dir, "a/b/c"))).mode & 0o7777, 0o640);
    assert.deepEqual(await readdir(join(dir, "a/b")), ["c"]);
  });

  test("never takes a file's place without force", async (t) => {
    const dir = await tempDir(t);
    await writeFile(join(dir, "a"), "mine");
    await symlink("nowhere", join(dir, "link"));
    await assert.rejects(save(join(dir, "a"), "theirs"), conflict);
    await assert.rejects(save(join(dir, "link"), "theirs"), conflict);
    assert.equal(await readFile(join(dir, "a"), "utf8"), "mine");
    assert.equal(await save(join(dir, "a"), "theirs", true), true);
    assert.equal(await readFile(join(dir, "a"), "utf8"), "theirs");
    assert.deepEqual((await readdir(dir)).sort(), ["a", "link"]);
  });

  test("does not take the place of a file that appeared while it was pulled", async (t) => {
    const dir = await tempDir(t);
    const target = await openTarget({ path: join(dir, "a"), size: 6, mode: 0o644, force: false });
    await target.write(Buffer.from("theirs"));
    await writeFile(join(dir, "a"), "mine");
    await assert.rejects(target.commit(), conflict);
    await target.discard();
    assert.equal(await readFile(join(dir, "a"), "utf8"), "mine");
    assert.deepEqual(await readdir(dir), ["a"]);
  });

  test("does not replace a directory even with force, and says when there is no room", async (t) => {
    const dir = await tempDir(t);
    await mkdir(join(dir, "d"));
    const failed = (error: unknown) => hasCode(error, "E_FILE");
    const before = openTarget({ path: join(dir, "d"), size: 1, mode: 0o644, force: true });
    await assert.rejects(before, failed, "before anything is sent");
    await assert.rejects(openTarget({ path: join(dir, "big"), size: 2 ** 60, mode: 0o644, force: false }), failed);
    await assert.rejects(save(join(dir, "d/../d/x/\0"), "x"), failed);
    assert.deepEqual(await readdir(dir), ["d"]);
  });

  test("that is discarded leaves nothing", async (t) => {
    const dir = await tempDir(t);
    const target = await openTarget({ path: join(dir, "a"), size: 6, mode: 0o644, force: false });
    await target.write(Buffer.from("the"));
    await target.discard();
    assert.deepEqual(await readdir(dir), []);
  });
});
