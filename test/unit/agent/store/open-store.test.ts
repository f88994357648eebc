import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { copyFile, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import Database from "libsql";
import { EMPTY_MEMORY } from "../../../../src/agent/store/store.ts";
import { messageOf } from "../../../../src/values/error.ts";
import {
  ALL_AT_5,
  accept,
  filled,
  generations,
  modeOf,
  namesPath,
  open,
  SIZE,
} from "../../../fixtures/store/opened.ts";
import { documentOf, draftOf, memoryOf, refOf, tombstoneOf } from "../../../fixtures/store/samples.ts";
import { tempDir } from "../../../helpers/temp-dir.ts";

describe("opening the store", () => {
  it("creates directories for their owner alone, and files likewise", async (t) => {
    const directory = join(await tempDir(t), "var", "mcp");
    const { store } = await open(join(directory, "mcp.db"), t);
    await accept(store, "web", 1);
    assert.deepEqual([await modeOf(directory), await modeOf(join(directory, "accepted"))], ["700", "700"]);
    for (const name of ["mcp.db", "mcp.db-wal", "mcp.db-shm", "mcp.db.lock", "accepted/web.json"]) {
      assert.equal(await modeOf(join(directory, name)), "600", name);
    }
  });

  it("refuses a second agent, naming the path, and lets one in after the first has closed", async (t) => {
    const path = join(await tempDir(t), "mcp.db");
    const { store } = await open(path);
    await assert.rejects(open(path), namesPath(path));
    await accept(store, "web", 1);
    await store.close();
    const { store: next } = await open(path, t);
    assert.deepEqual(await generations(next), { web: 1 });
  });

  it("refuses a database of a newer version and leaves it untouched", async (t) => {
    const path = await filled(t);
    const database = new Database(path);
    database.exec("PRAGMA user_version = 99");
    database.close();
    await assert.rejects(open(path), namesPath(path));
    assert.deepEqual(
      (await readdir(join(path, ".."))).filter((name) => name.includes("corrupt")),
      [],
    );
  });

  it("refuses another program's database and leaves it untouched", async (t) => {
    const path = join(await tempDir(t), "other.db");
    const database = new Database(path);
    database.exec("CREATE TABLE recipe (name TEXT)");
    database.close();
    await assert.rejects(open(path), namesPath(path));
    assert.equal(existsSync(`${path}.corrupt-1`), false);
  });

  it("names the path and the cause when the disk refuses", async (t) => {
    const directory = await tempDir(t);
    await writeFile(join(directory, "file"), "");
    const path = join(directory, "file", "mcp.db");
    await assert.rejects(
      open(path),
      (error) => namesPath(join(directory, "file"))(error) && /not a directory|already exists/.test(messageOf(error)),
    );
  });

  it("takes an accepted document that only its file has, once, and keeps what the database remembers", async (t) => {
    const path = await filled(t);
    const older = `${path}.copy`;
    await copyFile(path, older);
    const { store } = await open(path);
    await accept(store, "s3", 6);
    await store.close();
    await copyFile(older, path);

    const second = await open(path, undefined, 9e12);
    assert.deepEqual(second.rebuilt, [{ reason: "older", services: ["s3"] }]);
    const row = (await second.store.services()).find(({ service }) => service === "s3");
    assert.deepEqual([row?.ref, row?.memory], [refOf(documentOf("s3", 6)), memoryOf(5)]);
    await second.store.append([draftOf("later")]);
    const newest = (await second.store.eventsAfter(8e12, 2)).map(({ message }) => message);
    assert.deepEqual(newest, ["later"], "above every number that the lost database may have used");
    await second.store.close();
    assert.deepEqual((await open(path, t)).rebuilt, []);
  });

  it("writes a file again that lags behind the database, as after a crash between the two", async (t) => {
    const path = await filled(t);
    const file = join(path, "../accepted/s1.json");
    await writeFile(file, JSON.stringify(documentOf("s1", 4)));
    await rm(join(path, "../accepted/s2.json"));
    const staged = join(path, "../accepted/.s1.json.0f9b8f6e-0000-4000-8000-000000000000.tmp");
    await writeFile(staged, "half");
    const { store, rebuilt } = await open(path, t);
    assert.deepEqual(rebuilt, []);
    assert.deepEqual(await generations(store), ALL_AT_5);
    assert.deepEqual(JSON.parse(await readFile(file, "utf8")), documentOf("s1", 5));
    assert.ok(existsSync(join(path, "../accepted/s2.json")));
    assert.equal(existsSync(staged), false);
  });

  it("does not fall back to a file of the same generation but other content", async (t) => {
    const path = await filled(t);
    await writeFile(join(path, "../accepted/s1.json"), JSON.stringify(tombstoneOf("s1", 5)));
    const { store } = await open(path, t);
    assert.deepEqual((await store.services()).find(({ service }) => service === "s1")?.document, documentOf("s1", 5));
  });

  it("leaves neither change nor event nor half a file when the file cannot be written", async (t) => {
    const path = await filled(t);
    const { store } = await open(path, t);
    await rm(join(path, "../accepted"), { recursive: true });
    const before = await store.undeliveredCount();
    await assert.rejects(accept(store, "s1", 6), namesPath(join(path, "../accepted/s1.json")));
    assert.equal((await generations(store))["s1"], 5);
    assert.equal(await store.undeliveredCount(), before);
  });

  it("leaves the file as it was when the database refuses", async (t) => {
    const path = await filled(t);
    const { store } = await open(path, t);
    const document = documentOf("s1", 6);
    const twice = draftOf("twice");
    await assert.rejects(store.accept(document, refOf(document), EMPTY_MEMORY, [twice, twice]), namesPath(path));
    assert.deepEqual(JSON.parse(await readFile(join(path, "../accepted/s1.json"), "utf8")), documentOf("s1", 5));
    assert.equal((await readdir(join(path, "../accepted"))).length, SIZE);
  });

  it("carries out concurrent accepts in the order they were asked for, however long each file takes", async (t) => {
    const path = await filled(t);
    const { store } = await open(path, t);
    const big = { ...documentOf("s1", 6), message: "x".repeat(8_000_000) };
    await Promise.all([
      store.accept(big, refOf(big), EMPTY_MEMORY, []),
      accept(store, "s1", 7),
      accept(store, "s1", 8),
    ]);
    assert.equal((await generations(store))["s1"], 8);
    assert.equal(JSON.parse(await readFile(join(path, "../accepted/s1.json"), "utf8")).generation, 8);
  });
});
