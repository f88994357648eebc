/** A local file to push: as long as it was at the start, with a word when it grows, and never empty by mistake. */
import assert from "node:assert/strict";
import { appendFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { readSource, statSource } from "../../../../src/cli/files/local-source.ts";
import { tempDir } from "../../../helpers/temp-dir.ts";

async function copied(path: string, meanwhile: () => Promise<void>): Promise<{ text: string; grown: boolean }> {
  const source = await statSource(path);
  await meanwhile();
  const result = { text: "", grown: false };
  const onGrown = () => {
    result.grown = true;
  };
  for await (const data of readSource(source, onGrown)) result.text += Buffer.from(data).toString();
  return result;
}

test("a file that grows while it is pushed is pushed as long as it was, and this is said", async (t) => {
  const path = join(await tempDir(t), "log");
  await writeFile(path, "begin");
  assert.deepEqual(await copied(path, async () => undefined), { text: "begin", grown: false });
  assert.deepEqual(await copied(path, () => appendFile(path, " more")), { text: "begin", grown: true });
});

test("a file that has content but no size is refused; an empty one is not", async (t) => {
  await assert.rejects(statSource("/proc/self/status"), { code: "E_FILE", message: /has content but no size/ });
  const path = join(await tempDir(t), "empty");
  await writeFile(path, "");
  assert.equal((await statSource(path)).size, 0);
});
