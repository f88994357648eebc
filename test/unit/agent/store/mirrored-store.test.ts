/** A store with files: of two acceptances of one service, the file of the later one is the one that stays. */
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { it } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { AcceptedFiles } from "../../../../src/agent/store/accepted-files.ts";
import { MemoryStore } from "../../../../src/agent/store/memory-store.ts";
import { filedStore } from "../../../../src/agent/store/mirrored-store.ts";
import { deferred } from "../../../../src/values/deferred.ts";
import { documentOf, memoryOf, refOf } from "../../../fixtures/store/samples.ts";
import { failingStore } from "../../../helpers/failing-store.ts";
import { tempDir } from "../../../helpers/temp-dir.ts";

it("acceptances take turns, and closing waits for the last one", async (t) => {
  const directory = await tempDir(t);
  const inner = new MemoryStore();
  const gate = deferred<void>();
  const order: string[] = [];
  const slow = {
    ...failingStore(inner).store,
    accept: async (...args: Parameters<MemoryStore["accept"]>) => {
      if (args[0].generation === 1) await gate.promise;
      await inner.accept(...args);
      order.push(`accepted ${args[0].generation}`);
    },
  };
  const files = await AcceptedFiles.open(directory);
  const store = filedStore({ store: slow, files, onClosed: () => order.push("closed") });
  const accept = (generation: number) => {
    const document = documentOf("web", generation);
    return store.accept(document, refOf(document), memoryOf(generation), []);
  };
  const all = [accept(1), accept(2), store.close()];
  for (let turns = 0; turns < 50; turns++) await turn(); // as much as the second one needs without the first
  assert.deepEqual(order, []);
  gate.resolve();
  await Promise.all(all);
  assert.deepEqual(order, ["accepted 1", "accepted 2", "closed"]);
  const [name = ""] = await readdir(directory);
  assert.equal(JSON.parse(await readFile(join(directory, name), "utf8")).generation, 2);
});
