/** What a node says about a file it sends: its size and its permissions, but no more than those. */
import assert from "node:assert/strict";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import type { OperatorBus } from "../../../../src/bus/ports/operator-bus.ts";
import { pullFile } from "../../../../src/cli/files/pull-file.ts";
import { tempDir } from "../../../helpers/temp-dir.ts";

const EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

async function* noBytes(): AsyncGenerator<Uint8Array> {
  yield* [];
}

/** A node that sends an empty file and claims this mode for it. */
function nodeWith(mode: number): OperatorBus {
  const file = { path: "tool", size: 0, mode };
  const reply = { version: 1, id: "1", node: "rift", sequence: 0, last: true } as const;
  return {
    ask: async function* () {
      yield { ...reply, body: { verb: "pull", file, sha256: EMPTY } };
    },
    files: () => ({ read: () => noBytes(), discard: async () => undefined }),
  } as unknown as OperatorBus;
}

test("a node cannot give a pulled file the bits that make it run as another user", async (t) => {
  const file = join(await tempDir(t), "tool");
  const job = { node: "rift", service: "web", path: "tool", file, force: false };
  const options = { signal: t.signal, onFound: () => undefined, onBytes: () => undefined };
  const pulled = await pullFile(nodeWith(0o6755), job, options);
  assert.equal(pulled.mode, 0o755);
  assert.equal((await stat(file)).mode & 0o7777, 0o755);
});
