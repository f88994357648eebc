/** An ordinary user without subordinate ids hears so before anything is created. */
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { requireSubordinateIds } from "../../../../src/cli/dev/rootless/require-subordinate-ids.ts";
import type { McpError } from "../../../../src/values/error.ts";
import { tempDir } from "../../../helpers/temp-dir.ts";

async function files(t: TestContext, subuid: string, subgid: string) {
  const dir = await tempDir(t);
  const paths = { subuid: join(dir, "subuid"), subgid: join(dir, "subgid") };
  await writeFile(paths.subuid, subuid);
  await writeFile(paths.subgid, subgid);
  return paths;
}

const ANN = { username: "ann", uid: 1001 };

test("a user with both ranges passes, by name or by number", async (t) => {
  await requireSubordinateIds(ANN, await files(t, "ann:100000:65536\n", "1001:100000:65536\n"));
});

test("a user without one of them gets the command that adds a free range", async (t) => {
  const missing = await files(t, "ann:100000:65536\n", "");
  await assert.rejects(requireSubordinateIds(ANN, missing), (error: McpError) => {
    assert.equal(error.code, "E_UNSUPPORTED");
    assert.match(error.message, /user ann has no subordinate ids/);
    assert.match(error.hint, /^sudo usermod --add-subuids (\d+)-(\d+) --add-subgids \1-\2 ann$/);
    return true;
  });
  await assert.rejects(requireSubordinateIds(ANN, { subuid: "/nowhere", subgid: "/nowhere" }), /no subordinate ids/);
});
