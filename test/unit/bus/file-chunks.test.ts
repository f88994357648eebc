/** Chunks: cut anyhow and repeated in any order, what comes out is the file. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { type Chunk, ChunkOrder, chunkHeaders, splitIntoChunks } from "../../../src/bus/files/file-chunks.ts";
import { FILE_CHUNK_BYTES } from "../../../src/schemas/wire/buckets.ts";
import { hasCode } from "../../../src/values/error.ts";

async function* pieces(data: Buffer, length: number): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < data.length; from += length) yield data.subarray(from, from + length);
}

async function chunksOf(data: Buffer, length: number, size = data.length): Promise<Chunk[]> {
  const chunks: Chunk[] = [];
  for await (const chunk of splitIntoChunks(pieces(data, length), size)) chunks.push(chunk);
  return chunks;
}

/** Bytes that tell where they belong. */
function numbered(size: number): Buffer {
  const data = Buffer.alloc(size);
  for (let at = 0; at + 4 <= size; at += 4) data.writeUInt32BE(at, at);
  return data;
}

describe("a file cut into chunks", () => {
  for (const size of [0, 1, FILE_CHUNK_BYTES - 1, FILE_CHUNK_BYTES, FILE_CHUNK_BYTES + 1, 3 * FILE_CHUNK_BYTES]) {
    test(`of ${size} bytes has full chunks but the last`, async () => {
      const data = numbered(size);
      for (const length of [77_777, FILE_CHUNK_BYTES, 2 * FILE_CHUNK_BYTES + 1]) {
        const chunks = await chunksOf(data, length);
        assert.deepEqual(
          chunks.map(({ index }) => index),
          chunks.map((_, index) => index),
        );
        assert.ok(chunks.slice(0, -1).every((chunk) => chunk.data.length === FILE_CHUNK_BYTES));
        assert.ok(chunks.every((chunk) => chunk.data.length > 0));
        assert.ok(Buffer.concat(chunks.map((chunk) => chunk.data)).equals(data));
      }
    });
  }

  test("ends at the size that was announced, and says when there is less", async () => {
    const data = numbered(1000);
    assert.equal((await chunksOf(data, 64, 900))[0]?.data.length, 900);
    await assert.rejects(chunksOf(data, 64, 1001), (error) => hasCode(error, "E_FILE"));
  });

  test("comes out whole and in order, however a writer that goes back repeats itself", async () => {
    const data = numbered(3 * FILE_CHUNK_BYTES + 5);
    const chunks = await chunksOf(data, FILE_CHUNK_BYTES);
    const noise = fc.array(fc.nat({ max: chunks.length - 1 }), { maxLength: 12 });
    fc.assert(
      fc.property(fc.array(noise, { minLength: chunks.length, maxLength: chunks.length }), (between) => {
        const order = new ChunkOrder(data.length);
        const taken: Uint8Array[] = [];
        const offer = (index: number) => {
          const chunk = chunks[index];
          const got = chunk && order.take(chunkHeaders(chunk.index), chunk.data);
          if (got !== undefined) taken.push(got);
        };
        for (const [index, others] of between.entries()) for (const one of [...others, index]) offer(one);
        for (const index of chunks.keys()) offer(index);
        assert.ok(order.isComplete);
        assert.ok(Buffer.concat(taken).equals(data));
      }),
    );
  });

  test("refuses a chunk of another length, and takes none without a number", () => {
    const order = new ChunkOrder(10);
    assert.throws(
      () => order.take(chunkHeaders(0), Buffer.alloc(9)),
      (error) => hasCode(error, "E_INVALID_MESSAGE"),
    );
    assert.equal(order.take(undefined, Buffer.alloc(10)), undefined);
    assert.equal(order.isComplete, false);
  });
});
