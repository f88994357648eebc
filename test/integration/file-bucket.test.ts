/** Files through a node's bucket on a real server: every size, larger than the bucket, over restarts, several at once. */
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { describe, test } from "node:test";
import { jetstreamManager } from "@nats-io/jetstream";
import { Objm } from "@nats-io/obj";
import { connect } from "@nats-io/transport-node";
import type { FileBucket, FileObject } from "../../src/bus/ports/file-transfers.ts";
import { FILE_CHUNK_BYTES, fileStream } from "../../src/schemas/wire/buckets.ts";
import { hasCode } from "../../src/values/error.ts";
import { gather } from "../helpers/byte-streams.ts";
import { eventually } from "../helpers/eventually.ts";
import type { NatsServer } from "../helpers/nats-server.ts";
import type { Scope } from "../helpers/scope.ts";
import { tempDir } from "../helpers/temp-dir.ts";
import { nodeBus, operatorBus, provisionedServer } from "./bus-fixtures.ts";

const MIB = 1024 * 1024;
const SIZES = [
  0,
  1,
  FILE_CHUNK_BYTES - 1,
  FILE_CHUNK_BYTES,
  FILE_CHUNK_BYTES + 1,
  128 * 1024 - 1,
  128 * 1024 + 1,
  5 * MIB + 3,
];

const sha256 = (data: Uint8Array) => createHash("sha256").update(data).digest("hex");
const objectOf = (size: number): FileObject => ({
  transfer: randomBytes(12).toString("hex"),
  size,
  description: "web/a file",
});

/** In pieces that match no chunk. */
async function* inPieces(data: Uint8Array, piece = 100_000): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < data.length; from += piece) yield data.subarray(from, from + piece);
}

/** Endless zeros cost no memory; counted, so that a test sees how far the writer is. */
async function* zeros(size: number, count: { bytes: number }): AsyncGenerator<Uint8Array> {
  const piece = Buffer.alloc(FILE_CHUNK_BYTES);
  for (; count.bytes < size; count.bytes += piece.length) yield piece.subarray(0, size - count.bytes);
}

async function bothEnds(scope: Scope, server: NatsServer) {
  const [operators, node] = [await operatorBus(scope, server), await nodeBus(scope, server)];
  const operator = operators.files("rift");
  await operator.ensure();
  return { operator, node: node.files };
}

async function managerOf(scope: Scope, server: NatsServer) {
  const nc = await connect({ servers: server.url });
  scope.after(() => nc.close());
  return { nc, jsm: await jetstreamManager(nc) };
}

const stateOf = async (jsm: Awaited<ReturnType<typeof managerOf>>["jsm"]) =>
  (await jsm.streams.info(fileStream("rift"))).state;

async function shrinkBucket(scope: Scope, server: NatsServer, bytes: number): Promise<void> {
  const { jsm } = await managerOf(scope, server);
  await jsm.streams.update(fileStream("rift"), { max_bytes: bytes });
}

for (const version of ["newest", "2.10"] as const) {
  describe(`a file bucket on nats-server ${version}`, () => {
    test("carries files of every size both ways, digests equal", async (t) => {
      const server = await provisionedServer(t, { version });
      const { operator, node } = await bothEnds(t, server);
      for (const size of SIZES) {
        for (const [writer, reader] of [
          [operator, node],
          [node, operator],
        ] as const) {
          const data = randomBytes(size);
          const object = objectOf(size);
          const [written, read] = await Promise.all([
            writer.write(object, inPieces(data), t.signal),
            gather(reader.read(object, t.signal)),
          ]);
          assert.equal(written, sha256(data), `${size} bytes`);
          assert.equal(sha256(read), written);
          await reader.discard(object.transfer);
        }
      }
      const { jsm } = await managerOf(t, server);
      assert.equal((await stateOf(jsm)).messages, 0, "the bucket is empty again");
    });

    test("carries a file larger than itself, the writer waiting for room", async (t) => {
      const server = await provisionedServer(t, { version });
      const { operator, node } = await bothEnds(t, server);
      await shrinkBucket(t, server, 3 * MIB);
      for (const [writer, reader] of [
        [operator, node],
        [node, operator],
      ] as const) {
        const data = randomBytes(12 * MIB);
        const object = objectOf(data.length);
        const [written, read] = await Promise.all([
          writer.write(object, inPieces(data), t.signal),
          gather(reader.read(object, t.signal)),
        ]);
        assert.equal(written, sha256(data));
        assert.equal(sha256(read), written);
        await reader.discard(object.transfer);
      }
    });

    test("survives the server being killed in the middle, both ways", async (t) => {
      const server = await provisionedServer(t, { version });
      const { operator, node } = await bothEnds(t, server);
      for (const [writer, reader] of [
        [operator, node],
        [node, operator],
      ] as const) {
        const data = randomBytes(48 * MIB);
        const object = objectOf(data.length);
        const progress = { read: 0 };
        const counted = async function* () {
          for await (const part of reader.read(object, t.signal)) {
            progress.read += part.length;
            yield part;
          }
        };
        const moving = Promise.all([writer.write(object, inPieces(data), t.signal), gather(counted())]);
        await eventually(() => progress.read > 8 * MIB, { what: "it moves", intervalMs: 1 });
        await server.kill9();
        assert.ok(progress.read < data.length, "killed in the middle");
        await server.restart();
        const [written, read] = await moving;
        assert.equal(written, sha256(data));
        assert.equal(sha256(read), written);
        await reader.discard(object.transfer);
      }
    });
  });
}

describe("a file bucket", () => {
  test("carries several files at once, each in order", async (t) => {
    const server = await provisionedServer(t);
    const { operator, node } = await bothEnds(t, server);
    const move = async (writer: FileBucket, reader: FileBucket) => {
      const data = randomBytes(3 * MIB + 17);
      const object = objectOf(data.length);
      const reading = gather(reader.read(object, t.signal));
      assert.equal(await writer.write(object, inPieces(data), t.signal), sha256(data));
      assert.equal(sha256(await reading), sha256(data));
      await reader.discard(object.transfer);
    };
    await Promise.all([move(operator, node), move(operator, node), move(node, operator), move(operator, node)]);
  });

  test("holds whole objects as the object store's own clients read them", async (t) => {
    const server = await provisionedServer(t);
    const { operator } = await bothEnds(t, server);
    const data = randomBytes(2 * MIB + 5);
    const object = objectOf(data.length);
    await operator.write(object, inPieces(data), t.signal);
    const { nc } = await managerOf(t, server);
    const store = await new Objm(nc).open("mcp-files-rift");
    assert.deepEqual(
      (await store.list()).map(({ name, size }) => ({ name, size })),
      [{ name: object.transfer, size: data.length }],
    );
    assert.equal(sha256((await store.getBlob(object.transfer)) ?? new Uint8Array()), sha256(data));
  });

  test("is the same one when several make it at once, and has its settings", async (t) => {
    const server = await provisionedServer(t);
    const operators = await operatorBus(t, server);
    await Promise.all([1, 2, 3, 4].map(() => operators.files("rift").ensure()));
    const { jsm } = await managerOf(t, server);
    const { config } = await jsm.streams.info(fileStream("rift"));
    assert.equal(config.max_bytes, 2 * 1024 * MIB);
    assert.equal(config.max_age, 24 * 3600 * 1e9);
    assert.equal(config.discard, "new");
  });

  test("is smaller if the server has not enough storage to reserve", async (t) => {
    // The streams of the bus take 4.25 GiB of these 6.
    const jetstream = `jetstream { max_file_store: 6442450944, store_dir: ${JSON.stringify(await tempDir(t))} }`;
    const server = await provisionedServer(t, { jetstream: false, config: jetstream });
    const operators = await operatorBus(t, server);
    await operators.files("rift").ensure();
    const { jsm } = await managerOf(t, server);
    assert.equal((await jsm.streams.info(fileStream("rift"))).config.max_bytes, 256 * MIB);
  });

  test("is refused by a server that takes no message as large as a chunk", async (t) => {
    const server = await provisionedServer(t, { config: "max_payload: 524288" });
    const operators = await operatorBus(t, server);
    await assert.rejects(operators.files("rift").ensure(), (error) => hasCode(error, "E_BUS_MISMATCH"));
  });

  test("refuses an id that would be another subject", async (t) => {
    const server = await provisionedServer(t);
    const { operator } = await bothEnds(t, server);
    for (const transfer of ["", "*", ">", "a.b", "0".repeat(25)]) {
      const object = { transfer, size: 1, description: "x" };
      const invalid = (error: unknown) => hasCode(error, "E_INVALID_MESSAGE");
      await assert.rejects(operator.write(object, inPieces(Buffer.alloc(1)), t.signal), invalid);
      await assert.rejects(gather(operator.read(object, t.signal)), invalid);
      await assert.rejects(operator.discard(transfer), invalid);
    }
  });

  test("ends a write and a read at once when they are canceled, and is empty afterwards", async (t) => {
    const server = await provisionedServer(t);
    const { operator, node } = await bothEnds(t, server);
    await shrinkBucket(t, server, 3 * MIB);
    const object = objectOf(1024 * MIB);
    const end = new AbortController();
    const count = { bytes: 0 };
    const writing = operator.write(object, zeros(object.size, count), end.signal);
    const reading = gather(node.read({ ...object, transfer: objectOf(1).transfer }, end.signal));
    await eventually(() => count.bytes > 2 * MIB, { what: "the bucket fills" });
    const why = new Error("enough");
    end.abort(why);
    await Promise.all([assert.rejects(writing, why), assert.rejects(reading, why)]);
    await operator.discard(object.transfer);
    const { jsm } = await managerOf(t, server);
    await eventually(async () => (await stateOf(jsm)).messages === 0, { what: "the bucket is empty" });
  });

  test("says so when the source is shorter than it said", async (t) => {
    const server = await provisionedServer(t);
    const { operator } = await bothEnds(t, server);
    const short = operator.write(objectOf(2 * MIB), inPieces(randomBytes(MIB)), t.signal);
    await assert.rejects(short, (error) => hasCode(error, "E_FILE"));
  });

  test("is cleared by its node of what an earlier agent left", async (t) => {
    const server = await provisionedServer(t);
    const { operator, node } = await bothEnds(t, server);
    await operator.write(objectOf(MIB), inPieces(randomBytes(MIB)), t.signal);
    const { jsm } = await managerOf(t, server);
    assert.equal((await stateOf(jsm)).messages, 3);
    await node.clear();
    assert.equal((await stateOf(jsm)).messages, 0);
  });

  test("that was never made needs no clearing", async (t) => {
    const server = await provisionedServer(t);
    const node = await nodeBus(t, server);
    await node.files.clear();
  });
});
