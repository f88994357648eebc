/** The files of accepted documents: only names of services become names of files. */
import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { it } from "node:test";
import { AcceptedFiles } from "../../../../src/agent/store/accepted-files.ts";
import { hasCode } from "../../../../src/values/error.ts";
import { documentOf } from "../../../fixtures/store/samples.ts";
import { tempDir } from "../../../helpers/temp-dir.ts";

it("a document with another name than a service may have becomes no file, there or elsewhere", async (t) => {
  const directory = await tempDir(t);
  const files = await AcceptedFiles.open(join(directory, "accepted"));
  for (const service of ["../outside", "a/b", "", ".hidden", "Web", "nul\0l"]) {
    const write = files.write({ ...documentOf("web", 1), service });
    await assert.rejects(
      write,
      (error) => hasCode(error, "E_STORE") && /invalid service name/.test(String(error)),
      service,
    );
  }
  assert.deepEqual(await readdir(directory), ["accepted"]);
  assert.deepEqual(await readdir(join(directory, "accepted")), []);
  await files.write(documentOf("web", 1));
  assert.equal((await readdir(join(directory, "accepted"))).length, 1);
});
