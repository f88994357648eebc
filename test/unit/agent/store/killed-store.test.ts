/**
 * An agent that is killed at any step of storing an accepted document: before or after its file is staged, the database commits, or
 * the file gets its name. The next agent opens what was left on the disk at that moment, and may be killed in turn.
 */
import assert from "node:assert/strict";
import { cp, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { AcceptedFiles } from "../../../../src/agent/store/accepted-files.ts";
import { filedStore } from "../../../../src/agent/store/mirrored-store.ts";
import { openLibsqlStore } from "../../../../src/agent/store/open-libsql-store.ts";
import { openStore } from "../../../../src/agent/store/open-store.ts";
import { EMPTY_MEMORY, type Store } from "../../../../src/agent/store/store.ts";
import { documentHash } from "../../../../src/schemas/service/spec-hash.ts";
import { desired, NODE, NOW_MS } from "../../../helpers/builders.ts";
import type { Scope } from "../../../helpers/scope.ts";
import { memoryDir } from "../../../helpers/temp-dir.ts";
import { type Death, Life } from "../../../twin/mortal.ts";
import { ACCEPTED_FILE_VERBS, STAGED_FILE_VERBS, STORE_VERBS } from "../../../twin/verbs.ts";

const GENERATIONS = [1, 2, 3] as const;

/** The store as an agent has it, whose every step passes the agent's life. */
async function mortalStore(directory: string, life: Life): Promise<Store> {
  const { store } = openLibsqlStore(join(directory, "mcp.db"), { nowMs: NOW_MS });
  const files = life.port(await AcceptedFiles.open(join(directory, "accepted")), ACCEPTED_FILE_VERBS);
  const stage = async (...given: Parameters<AcceptedFiles["stage"]>) =>
    life.port(await files.stage(...given), STAGED_FILE_VERBS);
  const mortalFiles = new Proxy(files, {
    get: (_, key) => (key === "stage" ? stage : Reflect.get(files, key, files)),
  });
  return filedStore({ store: life.port(store, STORE_VERBS), files: mortalFiles, onClosed: () => undefined });
}

async function acceptAll(store: Store, from: number): Promise<void> {
  for (const generation of GENERATIONS.filter((one) => one > from)) {
    const document = desired({ generation });
    const event = { version: 1, id: `event-${generation}`, node: NODE, kind: "desired-accepted" } as const;
    const told = { ...event, severity: "info", at: document.at, message: `generation ${generation}` } as const;
    await store.accept(document, { generation, hash: documentHash(document) }, EMPTY_MEMORY, [told]);
  }
}

/** @returns the step at which it died, and the directory as it was then; undefined when it lived to the end. */
async function die(t: Scope, directory: string, death: Death) {
  const life = new Life();
  const store = await mortalStore(directory, life);
  const stored = (await store.services())[0]?.ref.generation ?? 0;
  const ended = new Promise<"dead">((resolve) => life.dieAt({ ...death, onDeath: () => resolve("dead") }));
  if ((await Promise.race([acceptAll(store, stored), ended])) !== "dead") return undefined;
  const left = await memoryDir(t);
  await cp(directory, left, { recursive: true }); // nothing is closed and nothing is flushed, as after SIGKILL
  return { verb: life.diedAt ?? "", left };
}

async function checkLeft(directory: string): Promise<number> {
  const rebuilt: unknown[] = [];
  const store = await openStore(join(directory, "mcp.db"), { onRebuilt: (how) => rebuilt.push(how) });
  const [row] = await store.services();
  const generation = row?.ref.generation ?? 0;
  const events = await store.eventsAfter(0, 10);
  assert.deepEqual(
    events.map(({ id }) => id),
    GENERATIONS.filter((one) => one <= generation).map((one) => `event-${one}`),
    "a document and its event are stored together",
  );
  const files = await readdir(join(directory, "accepted"));
  assert.deepEqual(files, generation === 0 ? [] : ["web.json"], "nothing half written is left");
  if (generation > 0) {
    const { generation: filed } = JSON.parse(await readFile(join(directory, "accepted", "web.json"), "utf8"));
    assert.equal(filed, generation, "the file is repaired");
  }
  assert.deepEqual(rebuilt, [], "the file was never newer than the database");
  await acceptAll(store, generation);
  assert.equal((await store.services())[0]?.ref.generation, GENERATIONS.at(-1));
  await store.close();
  return generation;
}

describe("an agent that is killed while it stores an accepted document", () => {
  it("leaves a document and its event, or neither, and no half-written file", async (t) => {
    const killed = new Set<string>();
    for (const moment of ["before", "after"] as const) {
      for (let change = 1; ; change++) {
        const first = await die(t, await memoryDir(t), { change, moment });
        if (first === undefined) break;
        killed.add(first.verb);
        const again = await memoryDir(t);
        await cp(first.left, again, { recursive: true });
        const second = await die(t, again, { change: 1 + (change % 3), moment: "after" });
        if (second !== undefined) await checkLeft(second.left);
        const generation = await checkLeft(first.left);
        const committed = Math.floor((change + (moment === "after" ? 1 : 0)) / 3);
        assert.equal(generation, committed, `killed ${moment} ${first.verb}, change ${change}`);
      }
    }
    assert.deepEqual([...killed].toSorted(), ["accept", "commit", "stage"]);
  });
});
