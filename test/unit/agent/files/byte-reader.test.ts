/** Lines and bytes come out as they were put in, however the stream was cut. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { ByteReader } from "../../../../src/agent/files/byte-reader.ts";
import { gather } from "../../../helpers/byte-streams.ts";

async function* cutAt(data: Buffer, lengths: readonly number[]): AsyncGenerator<Uint8Array> {
  for (let from = 0, turn = 0; from < data.length; turn += 1) {
    const length = lengths[turn % lengths.length] ?? 1;
    yield data.subarray(from, from + length);
    from += length;
  }
}

describe("a stream of lines and bytes", () => {
  test("is taken apart as it was put together", async () => {
    const line = fc.string().map((text) => text.replaceAll("\n", " "));
    const lengths = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 });
    await fc.assert(
      fc.asyncProperty(line, fc.uint8Array(), line, lengths, async (first, bytes, second, cuts) => {
        const data = Buffer.concat([Buffer.from(`${first}\n`), bytes, Buffer.from(`${second}\n`)]);
        const reader = new ByteReader(cutAt(data, cuts));
        assert.equal(await reader.line(), Buffer.from(first).toString());
        assert.ok((await gather(reader.bytes(bytes.length))).equals(Buffer.from(bytes)));
        assert.equal(await reader.line(), Buffer.from(second).toString());
        assert.equal(await reader.line(), undefined);
      }),
    );
  });

  test("that ends early gives what there is", async () => {
    const reader = new ByteReader(cutAt(Buffer.from("abc"), [2]));
    assert.equal((await gather(reader.bytes(10))).toString(), "abc");
    assert.equal(await new ByteReader(cutAt(Buffer.from("no end"), [3])).line(), undefined);
  });
});
