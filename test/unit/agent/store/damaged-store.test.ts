import assert from "node:assert/strict";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { copyFile, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import Database from "libsql";
import { setAside } from "../../../../src/agent/store/damaged-store.ts";
import { snapshotStore } from "../../../../src/agent/store/store-snapshot.ts";
import { hasCode, messageOf } from "../../../../src/values/error.ts";
import { ALL_AT_5, accept, filled, generations, open, SIZE } from "../../../fixtures/store/opened.ts";
import { documentOf, draftOf, memoryOf } from "../../../fixtures/store/samples.ts";
import { tempDir } from "../../../helpers/temp-dir.ts";

describe("a damaged store", () => {
  const flip = (path: string, offset: number, bit = 0) => {
    const bytes = readFileSync(path);
    bytes[offset] = (bytes[offset] ?? 0) ^ (1 << bit);
    writeFileSync(path, bytes);
  };

  // All of them: SQLite leaves stale copies in the free parts of its pages.
  const flipAll = (path: string, text: string) => {
    const bytes = readFileSync(path);
    for (let at = bytes.indexOf(text); at >= 0; at = bytes.indexOf(text, at + 1)) flip(path, at + text.length - 1);
  };

  const change = (path: string, sql: string) => {
    const database = new Database(path);
    database.exec(`${sql}; PRAGMA wal_checkpoint(TRUNCATE);`);
    database.close();
  };

  const clearPage = (path: string, name: string) => {
    const database = new Database(path);
    const row: unknown = database.prepare("SELECT rootpage FROM sqlite_schema WHERE name = ?").get(name);
    database.close();
    assert.ok(typeof row === "object" && row !== null && "rootpage" in row);
    const size = readFileSync(path).readUInt16BE(16);
    const bytes = readFileSync(path);
    writeFileSync(path, bytes.fill(0, (Number(row.rootpage) - 1) * size, Number(row.rootpage) * size));
  };

  /** Only the first page, with an empty list of tables: what its header says remains. */
  const withoutTables = (bytes: Buffer) => {
    const page = Buffer.from(bytes.subarray(0, bytes.readUInt16BE(16)));
    page.writeUInt32BE(1, 28); // pages of the file
    page.writeUInt8(13, 100); // a leaf
    page.writeUInt16BE(0, 101); // free blocks
    page.writeUInt16BE(0, 103); // cells
    page.writeUInt16BE(page.length, 105); // where the cells begin
    page.writeUInt8(0, 107);
    page.fill(0, 108);
    return page;
  };

  const DAMAGES: Record<string, (path: string) => Promise<void> | void> = {
    "truncated to half": (path) => truncate(path, Math.floor(statSync(path).size / 8192) * 4096),
    "truncated inside a page": (path) => truncate(path, statSync(path).size - 100),
    "with a flipped bit in its magic": (path) => flip(path, 3),
    "with a flipped bit in its page size": (path) => flip(path, 16, 4),
    "with its schema version gone": (path) => flip(path, 63, 0),
    "of random bytes": (path) =>
      writeFile(path, Buffer.from(Array.from({ length: 9_000 }, (_, i) => (i * 131 + 7) % 251))),
    "with a flipped bit in a document": (path) => flipAll(path, '"author":"ann'),
    "with a flipped bit in an event": (path) => flipAll(path, '"severity":'),
    "with another generation than its document": (path) => change(path, "UPDATE service SET generation = 4"),
    "with a page of zeros that is not read at the start": (path) => clearPage(path, "sqlite_autoindex_event_1"),
    "without its tables": (path) => writeFile(path, withoutTables(readFileSync(path))),
  };

  for (const [how, damage] of Object.entries(DAMAGES)) {
    it(`${how}: is set releaseWhile whole and filled again from the files`, async (t) => {
      const path = await filled(t);
      await damage(path);
      const damaged = await readFile(path);
      const { store, rebuilt } = await open(path, t);
      assert.deepEqual(await generations(store), ALL_AT_5);
      assert.equal(rebuilt.length, 1);
      const { damage: cause, ...report } = rebuilt[0] ?? {};
      assert.ok(cause instanceof Error);
      assert.deepEqual(report, {
        reason: "damaged",
        setAside: `${path}.corrupt-1`,
        services: Object.keys(ALL_AT_5).sort(),
      });
      assert.deepEqual(await readFile(`${path}.corrupt-1`), damaged);
    });
  }

  it("is set aside with its log", async (t) => {
    const path = join(await tempDir(t), "mcp.db");
    const suffixes = ["", "-wal", "-shm"];
    for (const suffix of suffixes) writeFileSync(path + suffix, `the text of ${suffix}`);
    const target = setAside(path);
    for (const suffix of suffixes) {
      assert.equal(existsSync(path + suffix), false, suffix);
      assert.equal(readFileSync(target + suffix, "utf8"), `the text of ${suffix}`);
    }
  });

  for (const [how, lose] of Object.entries({
    "of zero length": (path: string) => truncate(path, 0),
    "that is gone": (path: string) => rm(path),
  })) {
    it(`${how}: is filled again from the files and reported as missing`, async (t) => {
      const path = await filled(t);
      await lose(path);
      const { store, rebuilt } = await open(path, t);
      assert.deepEqual(await generations(store), ALL_AT_5);
      assert.deepEqual(
        rebuilt.map(({ reason }) => reason),
        ["missing"],
      );
    });
  }

  it("never loses an accepted document or crashes, whatever bit of its header flips", async (t) => {
    const path = await filled(t);
    const sound = await readFile(path);
    const outcomes = new Set<string>();
    for (let offset = 0; offset < 100; offset++) {
      await writeFile(path, sound);
      flip(path, offset, offset % 8);
      outcomes.add(await outcomeOf(path));
    }
    assert.ok(outcomes.has("damaged") && outcomes.has("sound"), [...outcomes].join());
  });

  // Either it opens with everything in it, rebuilt or not, or it is refused and its bytes are where they were.
  async function outcomeOf(path: string): Promise<string> {
    const bytes = await readFile(path);
    try {
      const { store, rebuilt } = await open(path);
      assert.deepEqual(await generations(store), ALL_AT_5);
      await store.close();
      return rebuilt[0]?.reason ?? "sound";
    } catch (error) {
      assert.ok(hasCode(error, "E_STORE"), messageOf(error));
      assert.deepEqual(await readFile(path), bytes);
      return "refused";
    }
  }

  it("keeps every damaged database under a name of its own", async (t) => {
    const path = await filled(t);
    for (const n of [1, 2]) {
      await writeFile(
        path,
        `garbage number ${n}, long enough to be looked at as a database header of a hundred bytes`.repeat(9),
      );
      const { store, rebuilt } = await open(path);
      await store.close();
      assert.equal(rebuilt[0]?.setAside, `${path}.corrupt-${n}`);
    }
    assert.ok(existsSync(`${path}.corrupt-1`) && existsSync(`${path}.corrupt-2`));
  });

  it("does not take the new log away when the damaged connection is collected", async (t) => {
    const path = await filled(t);
    await truncate(path, 8192);
    const { store } = await open(path, t);
    await accept(store, "s1", 6);
    setFlagsFromString("--expose-gc");
    const collect: () => void = runInNewContext("gc");
    for (let i = 0; i < 5; i++) {
      collect();
      await new Promise((resolve) => setImmediate(resolve));
    }
    assert.ok(statSync(`${path}-wal`).size > 0);
    await accept(store, "s1", 7);
    assert.equal((await generations(store))["s1"], 7);
  });

  it("reports garbage among the files and takes the others", async (t) => {
    const path = await filled(t);
    await rm(path);
    const files = join(path, "../accepted");
    await writeFile(join(files, "s1.json"), "{");
    await writeFile(join(files, "s2.json"), JSON.stringify(documentOf("s3", 9)));
    await writeFile(join(files, "No Name.json"), "\0");
    await writeFile(join(files, "README"), "not ours");
    const { store, unreadable } = await open(path, t);
    const names = unreadable.map((file) => file.path.slice(files.length + 1));
    assert.deepEqual(names.sort(), ["No Name.json", "s1.json", "s2.json"]);
    assert.equal(Object.keys(await generations(store)).length, SIZE - 2);
    assert.equal(await readFile(join(files, "s1.json"), "utf8"), "{");
  });

  it("never reuses a number when its log was lost while it was open", async (t) => {
    const path = await filled(t);
    const { store } = await open(path, undefined, 1);
    await store.append([draftOf("a"), draftOf("b")]);
    const copy = join(await tempDir(t), "mcp.db");
    await copyFile(path, copy); // the file alone, as a careless backup takes it
    await store.close();
    const { store: restored } = await open(copy, t, 9e12);
    await restored.append([draftOf("c")]);
    const last = new Database(copy).prepare("SELECT max(sequence) AS last FROM event").all();
    assert.deepEqual(last, [{ last: 9e12 }]);
  });

  it("never goes back to lower numbers when its log was lost and the clock is behind", async (t) => {
    const path = await filled(t);
    const { store } = await open(path, t);
    const copy = join(await tempDir(t), "mcp.db");
    await copyFile(path, copy);
    const { store: restored } = await open(copy, t, 1);
    await restored.append([draftOf("next")]);
    const events = await restored.eventsAfter(0, 1_000);
    assert.equal(events.length, SIZE + 1);
    assert.equal(events.at(-1)?.message, "next");
    await store.close();
  });

  it("is no snapshot: a copy that fails leaves no file", async (t) => {
    const directory = await tempDir(t);
    const path = join(directory, "mcp.db");
    await writeFile(path, "not a database, but long enough for the header of one. ".repeat(200));
    const target = join(directory, "copy.db");
    await assert.rejects(snapshotStore(path, target), (error) => hasCode(error, "E_STORE"));
    assert.ok(!existsSync(target));
  });

  it("is not one whose memory an older version wrote: what is missing there has its default", async (t) => {
    const path = await filled(t);
    change(path, `UPDATE service SET memory = '{"appliedGeneration":5}'`);
    const { store, rebuilt } = await open(path, t);
    assert.deepEqual(rebuilt, []);
    for (const { memory } of await store.services()) assert.deepEqual(memory, memoryOf(5));
  });
});
