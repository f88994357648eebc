/**
 * A power cut at any moment, with any luck: what was promised is there, and nothing half written is taken for whole. The
 * writes are those of the real code, recorded at the C library (test/helpers/power-cut); the disk forgets all that was not
 * synced, or keeps an arbitrary part of it.
 */
import assert from "node:assert/strict";
import { mkdir, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, it } from "node:test";
import { plainFiles } from "../../src/agent/files/plain-files.ts";
import { tempJournal } from "../../src/agent/files/temp-journal.ts";
import { openStore, type RebuiltStore } from "../../src/agent/store/open-store.ts";
import type { Store } from "../../src/agent/store/store.ts";
import { readBackup } from "../../src/cli/backup/backup-file.ts";
import { openSeenStates } from "../../src/cli/change/seen-states.ts";
import { openIdentityDir } from "../../src/cli/identity/identity-dir.ts";
import { ifThere } from "../../src/values/if-there.ts";
import * as act from "../helpers/power-cut/acts.ts";
import { lay } from "../helpers/power-cut/disk.ts";
import { aftermaths, recordAct } from "../helpers/power-cut/recorded.ts";
import type { Scope } from "../helpers/scope.ts";
import { memoryDir } from "../helpers/temp-dir.ts";

/** Lucks in addition to "nothing" and "names alone", for each moment. */
const SEEDS = Number(process.env["MCP_TEST_CASES"] ?? 4);

/** The last value of a kind of promise: of `accepted 3` it is `3`. */
type Last = (kind: string) => string | undefined;
type Check = (root: string, last: Last, promised: readonly string[]) => Promise<void>;

async function survives(scope: Scope, name: act.ActName, check: Check): Promise<void> {
  const recording = await recordAct(scope, name);
  const dir = await memoryDir(scope);
  const all = aftermaths(recording, SEEDS);
  assert.ok(all.length >= 20, `only ${all.length} different outcomes`);
  for (const { remains, promised, when } of all) {
    const root = join(dir, "root");
    await mkdir(root, { mode: 0o700 });
    await lay(remains, root);
    const last: Last = (kind) => promised.findLast((one) => one.startsWith(`${kind} `))?.slice(kind.length + 1);
    await check(root, last, promised).catch((cause: unknown) => {
      throw new Error(`${when}, promised: ${promised.join(", ") || "nothing"}`, { cause });
    });
    await rm(root, { recursive: true });
  }
}

async function opened(path: string): Promise<{ store: Store; rebuilt: RebuiltStore[]; unreadable: unknown[] }> {
  const [rebuilt, unreadable] = [[] as RebuiltStore[], [] as unknown[]];
  const store = await openStore(path, {
    onRebuilt: (one) => rebuilt.push(one),
    onUnreadable: (files) => unreadable.push(...files),
  });
  return { store, rebuilt, unreadable };
}

async function generationIn(store: Store): Promise<number> {
  return (await store.services())[0]?.ref.generation ?? 0;
}

const checkStore: Check = async (root, last, promised) => {
  const { store, rebuilt, unreadable } = await opened(join(root, act.STORE));
  try {
    assert.deepEqual([rebuilt, unreadable], [[], []], "the store is whole");
    const [row] = await store.services();
    assert.ok((row?.ref.generation ?? 0) >= Number(last("accepted") ?? 0), "the accepted generation");
    assert.ok((row?.memory.appliedGeneration ?? 0) >= Number(last("applied") ?? 0), "the applied generation");
    const events = (await store.eventsAfter(0, 100)).map(({ message }) => message);
    const stored = promised.flatMap((one) => (one.startsWith("event ") ? one.slice("event ".length) : []));
    assert.deepEqual(events.slice(0, stored.length), stored, "the events, in order");
    assert.equal(new Set(events).size, events.length, "each event once");
    const facts = { rift: ["rift", "orion"], orion: ["orion"] };
    const fact = last("fact") as keyof typeof facts | undefined;
    if (fact !== undefined) assert.ok(facts[fact].includes((await store.fact("identity")) ?? ""), "the fact");
  } finally {
    await store.close();
  }
};

/** The second copy of what was accepted must be as durable as the first: the database may be lost. */
const checkAcceptedFiles: Check = async (root, last) => {
  for (const suffix of ["", "-wal", "-shm"]) await rm(join(root, act.STORE + suffix), { force: true });
  const { store, unreadable } = await opened(join(root, act.STORE));
  try {
    assert.deepEqual(unreadable, []);
    assert.ok((await generationIn(store)) >= Number(last("accepted") ?? 0), "the accepted generation");
    const names = (await ifThere(readdir(join(root, "state/accepted")))) ?? [];
    assert.deepEqual(
      names.filter((name) => name !== "web.json"),
      [],
      "no leftover",
    );
  } finally {
    await store.close();
  }
};

const checkSnapshots: Check = async (root, _last, promised) => {
  for (const path of act.SNAPSHOTS.filter((one) => promised.includes(`snapshot ${one}`))) {
    const alone = join(root, "restored", path);
    await mkdir(dirname(alone), { recursive: true });
    for (const suffix of ["", "-wal", "-journal"]) {
      await ifThere(rename(join(root, path + suffix), alone + suffix));
    }
    const { store, rebuilt } = await opened(alone);
    try {
      assert.equal(await generationIn(store), 1, path);
      assert.deepEqual(rebuilt, []);
    } finally {
      await store.close();
    }
  }
};

const checkIdentity: Check = async (root, last) => {
  const path = join(root, act.IDENTITY);
  const key = last("identity");
  if (key === undefined) return;
  const dir = await openIdentityDir(path);
  assert.equal(dir.identity["break-glass"].publicKey, key);
  assert.ok((await readFile(dir.enrollCreds, "utf8")).includes("BEGIN NATS USER JWT"));
  const [node, retired, bridge] = [last("node"), last("retired"), last("bridge")];
  const retiredNow = await dir.retiredAccounts("node", "rift");
  if (retired !== undefined) assert.deepEqual(await dir.accountNames("node"), [], "the name is free again");
  if (node !== undefined && !retiredNow.includes(node)) {
    assert.equal(retired, undefined, "the key is retired");
    assert.equal((await dir.accountKey("node", "rift")).publicKey, node);
    const creds = await dir.bridgeCreds("rift");
    // Retiring a key begins with removing these.
    if (bridge !== undefined && creds !== undefined) assert.ok(creds === "second" || bridge === "first", "the bridge");
  }
  const servers = last("bus");
  if (servers !== undefined) assert.deepEqual(dir.bus.servers, [servers]);
};

const checkReceived: Check = async (root, last) => {
  const services = join(root, act.SERVICES);
  for (const [path, text] of Object.entries(act.SENT)) {
    const found = await ifThere(readFile(join(services, "web", path), "utf8"));
    const promised = last(path);
    const allowed = path === "old/conf" ? [text, act.REPLACED] : [text];
    if (promised === undefined) {
      assert.ok(found === undefined || allowed.includes(found), `${path} is half written`);
      continue;
    }
    assert.ok(found !== undefined && allowed.includes(found), `${path} is as it was promised`);
    assert.ok(promised !== `${act.REPLACED.length}` || found === act.REPLACED, `${path} is the new one`);
    assert.equal((await stat(join(services, "web", path))).mode & 0o777, 0o640);
  }
  await checkTemporaries(root, services);
};

/** The next agent removes the half-written files that its journal lists; there must be no others. */
async function checkTemporaries(root: string, services: string): Promise<void> {
  const files = plainFiles(services);
  for (const { place, transfer } of await tempJournal(join(root, act.JOURNAL)).entries()) {
    await files.removeTemp(place, transfer);
  }
  const names = (await ifThere(readdir(services, { recursive: true }))) ?? [];
  assert.deepEqual(
    names.filter((name) => name.endsWith(".part")),
    [],
    "half-written files that nobody removes",
  );
}

const checkWorkstation: Check = async (root, last, promised) => {
  const pulled = last("pulled");
  const found = await ifThere(readFile(join(root, act.PULLED), "utf8"));
  const texts = ["first", act.PULLED_TEXT];
  assert.ok(found === undefined ? pulled === undefined : texts.includes(found), "the pulled file");
  if (pulled === `${act.PULLED_TEXT.length}`) assert.equal(found, act.PULLED_TEXT);
  if (promised.includes("backup")) {
    const lines: string[] = [];
    for await (const line of readBackup(join(root, act.BACKUP))) lines.push(line);
    assert.deepEqual(lines, ["a line"]);
  }
  const definition = await ifThere(readFile(join(root, act.DEFINITION), "utf8"));
  const definitions = { first: ["first", "second"], second: ["second"] };
  const wanted = last("definition") as keyof typeof definitions | undefined;
  const allowed = wanted === undefined ? [undefined, "first"] : definitions[wanted];
  assert.ok(
    allowed.some((one) => one === definition),
    `the definition is ${definition}`,
  );
  const seen = await openSeenStates(act.SEEN.env(root), act.SEEN.servers).read("rift", "web");
  assert.ok((seen?.generation ?? 0) >= Number(last("seen") ?? 0), "the seen state");
};

describe("a power cut", () => {
  const acts: Record<string, readonly [act.ActName, Check]> = {
    "loses nothing that the store acknowledged, and never damages it": ["store", checkStore],
    "loses no accepted document, even if the database is lost too": ["store", checkAcceptedFiles],
    "leaves a snapshot whole once it is reported": ["snapshot", checkSnapshots],
    "leaves the identity of a bus whole, with every key that was made": ["identity", checkIdentity],
    "leaves a pushed file old or new, with no half-written file that nobody removes": ["received", checkReceived],
    "leaves what the CLI wrote on a workstation: pulled files, backups, definitions, seen states": [
      "workstation",
      checkWorkstation,
    ],
  };
  for (const [title, [name, check]] of Object.entries(acts)) it(title, (t) => survives(t, name, check));
});
