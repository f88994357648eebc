import assert from "node:assert/strict";
import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { readSeed } from "../../../src/auth/read-seed.ts";
import { tempDir } from "../../helpers/temp-dir.ts";

test("a seed is read from a file that is its owner's alone", async (t) => {
  const path = join(await tempDir(t), "exchange.nk");
  await assert.rejects(readSeed(path), /there is no such file/);
  await writeFile(path, "SEED\n", { mode: 0o600 });
  assert.equal(await readSeed(path), "SEED");
  for (const mode of [0o640, 0o604, 0o620]) {
    await chmod(path, mode);
    await assert.rejects(
      readSeed(path),
      (error: Error) => /others can read/.test(error.message) && !/SEED/.test(error.message),
    );
  }
});
