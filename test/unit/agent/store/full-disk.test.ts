/** What SQLite and the file system say of a full disk, in words; nothing that was stored is lost by it. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { LibsqlStore } from "../../../../src/agent/store/libsql-store.ts";
import { openLibsqlStore } from "../../../../src/agent/store/open-libsql-store.ts";
import type { Store } from "../../../../src/agent/store/store.ts";
import { openDatabase, type StoreDatabase } from "../../../../src/agent/store/store-database.ts";
import { isWriteFailure, storeError } from "../../../../src/agent/store/store-error.ts";
import { McpError, messageOf } from "../../../../src/values/error.ts";
import { draftOf, drain } from "../../../fixtures/store/samples.ts";
import { tempDir } from "../../../helpers/temp-dir.ts";

interface Limited {
  readonly store: Store;
  readonly database: StoreDatabase;
  readonly path: string;
}

/** A store whose file may grow by no page. */
async function full(t: TestContext): Promise<Limited> {
  const path = join(await tempDir(t), "mcp.db");
  const { store: first } = openLibsqlStore(path, { nowMs: Date.now() });
  await first.append([draftOf("before")]);
  await first.close();
  const database = openDatabase(path);
  database.exec("PRAGMA max_page_count=1"); // SQLite raises it to the present size
  const store = new LibsqlStore(database);
  t.after(() => store.close());
  return { store, database, path };
}

const isFull = (path: string) => (error: unknown) => {
  assert.ok(error instanceof McpError);
  assert.equal(error.code, "E_STORE");
  assert.match(messageOf(error), new RegExp(`^cannot (write to|change) ${path}: the disk is full$`));
  assert.match(error.hint, /free space on that disk/);
  return true;
};

const LARGE = "x".repeat(100_000);

describe("a store on a full disk", () => {
  it("names the path and the reason, keeps what it has, and works when there is room", async (t) => {
    const { store, database, path } = await full(t);
    await assert.rejects(store.append([draftOf(LARGE)]), isFull(path));
    await assert.rejects(store.append([draftOf("small"), draftOf(LARGE)]), isFull(path));
    assert.equal(await store.undeliveredCount(), 1);
    database.exec("PRAGMA max_page_count=100000");
    await store.append([draftOf("after")]);
    assert.deepEqual(await drain(store), ["before", "after"]);
  });

  it("is noticed by the probe, which leaves nothing behind", async (t) => {
    const { store, database, path } = await full(t);
    await assert.rejects(store.probe(), isFull(path));
    database.exec("PRAGMA max_page_count=100000");
    await store.probe();
    assert.deepEqual(database.all("SELECT name FROM fact WHERE name = 'probe'"), []);
  });
});

describe("a failed write of the store", () => {
  const systemError = (code: string) => Object.assign(new Error(`${code}: i/o error, write`), { code, errno: -1 });

  it("is explained for a full disk and a used quota, and keeps the cause of every other", () => {
    assert.equal(messageOf(storeError("cannot write x", systemError("ENOSPC"))), "cannot write x: the disk is full");
    assert.match(messageOf(storeError("cannot write x", systemError("EDQUOT"))), /^cannot write x: the disk quota/);
    assert.equal(messageOf(storeError("cannot write x", systemError("EIO"))), "cannot write x: i/o error");
  });

  it("is told from a refusal of the store itself", () => {
    assert.ok(isWriteFailure(storeError("cannot write x", systemError("EIO"))));
    assert.ok(!isWriteFailure(new McpError("E_STORE", "service web was never accepted here")));
  });

  it("is not a use after the store was closed, which no free space repairs", async (t) => {
    const path = `${await tempDir(t)}/mcp.db`;
    const { store } = openLibsqlStore(path, { nowMs: 1 });
    await store.close();
    const error: unknown = await store.append([draftOf("late")]).catch((thrown: unknown) => thrown);
    assert.match(messageOf(error), /it is closed$/);
    assert.ok(!isWriteFailure(error));
  });
});
