/** A snapshot of the store is an ordinary database: any libSQL or SQLite client reads it. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { createClient } from "@libsql/client";
import { openStore } from "../../src/agent/store/open-store.ts";
import { EMPTY_MEMORY } from "../../src/agent/store/store.ts";
import { documentHash } from "../../src/schemas/service/spec-hash.ts";
import { tempDir } from "../helpers/temp-dir.ts";
import { desired } from "./bus-fixtures.ts";

test("a snapshot taken while the store is open holds the accepted services", async (t) => {
  const dir = await tempDir(t);
  const store = await openStore(join(dir, "store", "mcp.db"), { onRebuilt: () => undefined });
  t.after(() => store.close());
  const document = desired({ generation: 7 });
  await store.accept(document, { generation: 7, hash: documentHash(document) }, EMPTY_MEMORY, []);
  const target = join(dir, "copy.db");
  await store.snapshot(target);

  const client = createClient({ url: pathToFileURL(target).href });
  t.after(() => client.close());
  const { rows } = await client.execute("SELECT * FROM service");
  assert.equal(rows.length, 1);
  assert.match(JSON.stringify(rows[0]), /"web"/);
});
