/** A push on the node: refused before anything is written, stored only with the right digest, and nothing left behind. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { access, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { cleanUpTransfers } from "../../../../src/agent/files/clean-up-transfers.ts";
import type { FilePorts } from "../../../../src/agent/files/file-ports.ts";
import { plainFiles } from "../../../../src/agent/files/plain-files.ts";
import { claimOf, startPush } from "../../../../src/agent/files/push-transfer.ts";
import { tempJournal } from "../../../../src/agent/files/temp-journal.ts";
import type { NodeBus } from "../../../../src/bus/ports/node-bus.ts";
import type { PushOrder } from "../../../../src/schemas/wire/request.ts";
import { hasCode } from "../../../../src/values/error.ts";
import type { Scope } from "../../../helpers/scope.ts";
import { tempDir } from "../../../helpers/temp-dir.ts";

const TRANSFER = "0123456789abcdef01234567";
const TEXT = "a first piece, a second one";
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const order = (own: Partial<PushOrder> = {}): PushOrder => ({
  verb: "push",
  transfer: TRANSFER,
  service: "web",
  path: "conf/app",
  size: TEXT.length,
  mode: 0o640,
  ...own,
});

/** A node's file service over a directory; `calls` lists what it asked the bus for, and the events. */
async function nodeWith(scope: Scope, own: Partial<FilePorts> = {}) {
  const dir = await tempDir(scope);
  await mkdir(join(dir, "srv"));
  const journal = tempJournal(join(dir, "journal"));
  const calls: string[] = [];
  const ports: FilePorts = {
    bus: {
      write: () => assert.fail("a push writes nothing to the bus"),
      read: async function* () {
        yield Buffer.from(TEXT.slice(0, 8));
        yield Buffer.from(TEXT.slice(8));
      },
      discard: async (transfer) => void calls.push(`discarded ${transfer}`),
    },
    files: plainFiles(join(dir, "srv")),
    journal,
    maxFileBytes: 1_000,
    signal: new AbortController().signal,
    cleanedUp: async () => void calls.push("cleaned up"),
    emit: async (kind, facts) => void calls.push(`${kind} ${facts.place.path} by ${facts.author}`),
    warn: () => (error) => assert.fail(String(error)),
    ...own,
  };
  const names = async () => (await readdir(join(dir, "srv"), { recursive: true })).sort();
  return { dir, ports, journal, calls, names };
}

describe("a push", () => {
  it("is stored with its mode, reported once, and leaves nothing behind", async (t) => {
    const { dir, ports, journal, calls, names } = await nodeWith(t);
    const push = startPush(ports, order(), "ann@desk");
    await push.ready;
    assert.deepEqual(await journal.entries(), [{ transfer: TRANSFER, place: { service: "web", path: "conf/app" } }]);
    push.commit(sha256(TEXT));
    assert.equal((await push.stored).sha256, sha256(TEXT));
    assert.equal(push.received(), TEXT.length);
    assert.equal(await readFile(join(dir, "srv/web/conf/app"), "utf8"), TEXT);
    assert.deepEqual(await names(), ["web", "web/conf", "web/conf/app"]);
    assert.deepEqual(await journal.entries(), []);
    assert.deepEqual(calls, ["cleaned up", "file-pushed conf/app by ann@desk", `discarded ${TRANSFER}`]);
  });

  it("with another digest than the operator's leaves the old file and no other", async (t) => {
    const { dir, ports, journal, calls, names } = await nodeWith(t);
    await mkdir(join(dir, "srv/web/conf"), { recursive: true });
    await writeFile(join(dir, "srv/web/conf/app"), "old");
    const push = startPush(ports, order(), "ann@desk");
    push.commit(sha256("something else"));
    await assert.rejects(push.stored, (error) => hasCode(error, "E_FILE") && /was damaged/.test(String(error)));
    assert.equal(await readFile(join(dir, "srv/web/conf/app"), "utf8"), "old");
    assert.deepEqual(await names(), ["web", "web/conf", "web/conf/app"]);
    assert.deepEqual([await journal.entries(), calls], [[], ["cleaned up", `discarded ${TRANSFER}`]]);
  });

  it("that is too large, or has a mode with setuid bits, is refused before anything is written", async (t) => {
    for (const own of [{ size: 1_001 }, { mode: 0o4755 }, { mode: -1 }, { size: -1 }, { size: 0.5 }]) {
      const { ports, journal, names } = await nodeWith(t);
      const push = startPush(ports, order(own), "ann@desk");
      push.stored.catch(() => undefined);
      await assert.rejects(push.ready, (error) => hasCode(error, "E_FILE") || hasCode(error, "E_INVALID_MESSAGE"));
      assert.deepEqual([await names(), await journal.entries()], [[], []], JSON.stringify(own));
    }
  });

  it("that cannot be written leaves no entry in the journal", async (t) => {
    const { dir, ports, journal } = await nodeWith(t);
    await writeFile(join(dir, "srv/web"), "a file where a directory should be");
    const push = startPush(ports, order(), "ann@desk");
    push.stored.catch(() => undefined);
    await assert.rejects(push.ready, (error) => hasCode(error, "E_FILE"));
    assert.deepEqual(await journal.entries(), []);
  });

  it("belongs to its author: nobody else's request finds it", () => {
    assert.notEqual(claimOf(order(), "ann@desk"), claimOf(order(), "bob@desk"));
  });
});

describe("the start of an agent", () => {
  it("removes the half-written files that the journal lists, reads past a damaged entry, and clears the bucket", async (t) => {
    const { dir, ports, journal } = await nodeWith(t);
    const place = { service: "web", path: "conf/app" };
    await journal.add({ transfer: TRANSFER, place });
    await writeFile(join(dir, "journal", `${"f".repeat(24)}.json`), '{"service":');
    const file = await ports.files.receive({ place, transfer: TRANSFER, size: 4, mode: 0o600 });
    await file.write(Buffer.from("half"));
    const temporary = join(dir, `srv/web/conf/.mcp-${TRANSFER}.part`);
    await access(temporary);
    const cleared = { count: 0 };
    const files = { clear: async () => void cleared.count++ } as unknown as NodeBus["files"];
    const bus = { files, isConnected: () => true, onConnect: () => () => undefined } as never;
    const warn = () => (error: unknown) => assert.fail(String(error));
    await cleanUpTransfers({ bus, files: ports.files, journal, warn })();
    await assert.rejects(access(temporary));
    assert.deepEqual([await journal.entries(), cleared.count], [[], 1]);
  });
});
