/** A text that somebody else has changed in between is never replaced, and nothing is left next to it. */
import assert from "node:assert/strict";
import { chmod, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { replacePrivateText, replaceText, stagePrivateText } from "../../../src/disk/replace-text.ts";
import { hasCode } from "../../../src/values/error.ts";
import { tempDir } from "../../helpers/temp-dir.ts";

const isConflict = (error: unknown) => hasCode(error, "E_CONFLICT");

const WAYS = {
  replaceText,
  replacePrivateText,
  stagePrivateText: async (path: string, text: string, expected: string | undefined) =>
    (await stagePrivateText(path, text, expected)).commit(),
};

for (const [name, replace] of Object.entries(WAYS)) {
  describe(name, () => {
    it("replaces the text that it was made from", async (t) => {
      const path = join(await tempDir(t), "shop.toml");
      await replace(path, "first", undefined);
      await replace(path, "second", "first");
      assert.equal(await readFile(path, "utf8"), "second");
    });

    it("leaves a text that has changed, one that is new, and one that is gone", async (t) => {
      const directory = await tempDir(t);
      const path = join(directory, "shop.toml");
      await assert.rejects(replace(path, "second", "first"), isConflict);
      assert.deepEqual(await readdir(directory), []);
      await writeFile(path, "by somebody else");
      await assert.rejects(replace(path, "second", "first"), isConflict);
      await assert.rejects(replace(path, "first", undefined), isConflict);
      assert.equal(await readFile(path, "utf8"), "by somebody else");
      assert.deepEqual(await readdir(directory), ["shop.toml"]);
    });
  });
}

it("a definition keeps its mode, and a private text becomes private", async (t) => {
  const path = join(await tempDir(t), "shop.toml");
  await writeFile(path, "first");
  await chmod(path, 0o640);
  await replaceText(path, "second", "first");
  assert.equal((await stat(path)).mode & 0o777, 0o640);
  await replacePrivateText(path, "third", "second");
  assert.equal((await stat(path)).mode & 0o777, 0o600);
});
