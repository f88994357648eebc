import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { describe, it } from "node:test";
import { openLibsqlStore } from "../../../../src/agent/store/open-libsql-store.ts";
import { snapshotStore } from "../../../../src/agent/store/store-snapshot.ts";
import { hasCode } from "../../../../src/values/error.ts";
import { accept, filled, generations, modeOf, open } from "../../../fixtures/store/opened.ts";
import { tempDir } from "../../../helpers/temp-dir.ts";

const WRITER = new URL("../../../fixtures/store/writer.ts", import.meta.url).pathname;

describe("a store and its process", () => {
  it("has every acknowledged write after kill -9 in the middle of writes", async (t) => {
    const path = join(await tempDir(t), "mcp.db");
    for (const [round, atLeast] of [40, 40, 40].entries()) {
      const acknowledged = await writeUntilKilled(path, atLeast + round);
      const { store, rebuilt } = await open(path);
      assert.deepEqual(rebuilt, []);
      const generation = (await generations(store))["web"] ?? 0;
      assert.ok(generation === acknowledged.accepted || generation === acknowledged.accepted + 1);
      const file = JSON.parse(await readFile(join(path, "../accepted/web.json"), "utf8"));
      assert.equal(file.generation, generation);
      const stored = new Set<string>();
      for (let event = await store.nextUndelivered(); event !== undefined; event = await store.nextUndelivered()) {
        stored.add(event.id);
        await store.markDelivered(event.id);
      }
      for (const id of acknowledged.events) assert.ok(stored.has(id), `${id} was acknowledged and is lost`);
      await store.close();
      await rm(join(path, ".."), { recursive: true }); // the writer begins at generation 1 again
    }
  });

  for (const [how, spoil] of Object.entries({
    "is missing": (path: string) => rm(`${path}-wal`),
    "is garbage": (path: string) => writeFile(`${path}-wal`, Buffer.alloc(50_000, 0x5a)),
    "is cut short": (path: string) => truncate(`${path}-wal`, 5_000),
  })) {
    it(`has every acknowledged document when the log of a killed agent ${how}`, async (t) => {
      const path = join(await tempDir(t), "mcp.db");
      const acknowledged = await writeUntilKilled(path, 40);
      await spoil(path);
      const { store, rebuilt } = await open(path, t);
      assert.ok(((await generations(store))["web"] ?? 0) >= acknowledged.accepted);
      assert.deepEqual(rebuilt, [{ reason: "older", services: ["web"] }]);
    });
  }

  it("can be copied while an agent writes to it, and the copy has everything acknowledged before", async (t) => {
    const path = await filled(t);
    const { store } = await open(path, t);
    await accept(store, "s1", 6);
    const copy = join(await tempDir(t), "copy.db");
    await snapshotStore(path, copy);
    assert.equal(await modeOf(copy), "600");
    await accept(store, "s1", 7);
    const { store: copied } = openLibsqlStore(copy, { nowMs: Date.now() });
    t.after(() => copied.close());
    assert.equal((await generations(copied))["s1"], 6);
    await assert.rejects(snapshotStore(join(path, "../nowhere.db"), `${copy}.2`), (error) => hasCode(error, "E_STORE"));
    assert.equal(existsSync(`${copy}.2`), false);
  });
});

async function writeUntilKilled(path: string, lines: number) {
  const child = spawn(process.execPath, ["--import", "tsx", WRITER, path], { stdio: ["ignore", "pipe", "inherit"] });
  const acknowledged = { accepted: 0, events: [] as string[] };
  let seen = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    const [verb, number] = line.split(" ");
    assert.ok(verb === "accept" || verb === "append", line);
    if (verb === "accept") acknowledged.accepted = Number(number);
    acknowledged.events.push(`${verb}-${number}`);
    if (++seen === lines) child.kill("SIGKILL");
  }
  return acknowledged;
}
