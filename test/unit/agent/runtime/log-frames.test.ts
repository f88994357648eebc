/** The stream of log frames, whole and cut anywhere. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { joinLines, logFrames, MAX_LINE_BYTES } from "../../../../src/agent/runtime/decode/log-frames.ts";
import type { RuntimeLogLine } from "../../../../src/agent/runtime/runtime.ts";

const AT = "2026-11-22T09:48:51Z";
const NUMBER = { stdout: 1, stderr: 2 } as const;

function frame(stream: "stdout" | "stderr", payload: string | Buffer): Buffer {
  const bytes = Buffer.from(payload);
  const header = Buffer.alloc(8);
  header[0] = NUMBER[stream];
  header.writeUInt32BE(bytes.length, 4);
  return Buffer.concat([header, bytes]);
}

async function lines(chunks: readonly Buffer[], timestamps = true): Promise<RuntimeLogLine[]> {
  async function* source() {
    yield* chunks;
  }
  const found: RuntimeLogLine[] = [];
  for await (const line of joinLines(logFrames(source(), timestamps))) found.push(line);
  return found;
}

test("splits the time off and keeps the streams apart", async () => {
  const found = await lines([frame("stdout", `${AT} out\n`), frame("stderr", `${AT} err: x\n`)]);
  assert.deepEqual(found, [
    { stream: "stdout", at: AT, line: "out" },
    { stream: "stderr", at: AT, line: "err: x" },
  ]);
});

test("joins the pieces of a long line, under the time of the first, though the other stream comes between", async () => {
  const found = await lines([
    frame("stdout", `${AT} one `),
    frame("stderr", `${AT} other\n`),
    frame("stdout", "2026-11-22T09:48:52Z line\n"),
  ]);
  assert.deepEqual(found, [
    { stream: "stderr", at: AT, line: "other" },
    { stream: "stdout", at: AT, line: "one line" },
  ]);
});

test("leaves out the carriage return with which a terminal ends a line, and no other", async () => {
  const found = await lines([frame("stdout", `${AT} a\rb\r\n`), frame("stdout", `${AT} \r\n`)]);
  assert.deepEqual(
    found.map(({ line }) => line),
    ["a\rb", ""],
  );
});

test("gives a last line that has no end, and empty lines", async () => {
  const found = await lines([frame("stdout", `${AT} \n`), frame("stdout", `${AT} no newline`)]);
  assert.deepEqual(
    found.map(({ line }) => line),
    ["", "no newline"],
  );
});

test("cuts a line of more than 64 KiB, never within a character", async () => {
  const text = "é".repeat(MAX_LINE_BYTES);
  const found = await lines([frame("stdout", `x${text}\n`)], false);
  assert.equal(found.map(({ line }) => line).join(""), `x${text}`);
  assert.deepEqual(
    found.map(({ line }) => Buffer.byteLength(line)),
    [MAX_LINE_BYTES - 1, MAX_LINE_BYTES, 2],
  );
});

test("does not wait for the end of an endless line", async () => {
  const pieces = Array.from({ length: 20 }, () => frame("stdout", `${AT} ${"a".repeat(8_000)}`));
  const found = await lines(pieces);
  assert.ok(found.length >= 3 && found.every(({ line, at }) => line.length <= MAX_LINE_BYTES && at === AT));
  assert.equal(found.map(({ line }) => line).join(""), "a".repeat(160_000));
});

test("replaces bytes that are no UTF-8", async () => {
  const [found] = await lines([frame("stdout", Buffer.from([0xff, 0x61, 0xc3, 0x0a]))], false);
  assert.equal(found?.line, "\u{fffd}a\u{fffd}");
});

test("refuses what is no stream of frames", async () => {
  for (const bytes of [Buffer.from("<html>nonsense</html>"), Buffer.from([1, 0, 0, 0, 0xff, 0xff, 0xff, 0xff])]) {
    await assert.rejects(lines([bytes]), { code: "E_RUNTIME" });
  }
  await assert.rejects(lines([frame("stdout", `${AT} cut`).subarray(0, 12)]), { code: "E_RUNTIME" });
});

test("gives the same lines however the bytes are cut", async () => {
  const line = fc.record({
    stream: fc.constantFrom("stdout" as const, "stderr" as const),
    text: fc.string({ unit: "grapheme", maxLength: 40 }).filter((text) => !text.includes("\n")),
  });
  const cuts = fc.array(fc.nat({ max: 30 }), { minLength: 1 });
  const property = fc.asyncProperty(fc.array(line, { maxLength: 10 }), cuts, async (written, sizes) => {
    const bytes = Buffer.concat(written.map(({ stream, text }) => frame(stream, `${AT} ${text}\n`)));
    const chunks: Buffer[] = [];
    for (let at = 0, i = 0; at < bytes.length; i++) {
      const size = 1 + (sizes[i % sizes.length] ?? 0);
      chunks.push(bytes.subarray(at, at + size));
      at += size;
    }
    const expected = written.map(({ stream, text }) => ({ stream, at: AT, line: Buffer.from(text).toString() }));
    assert.deepEqual(await lines(chunks), expected);
  });
  await fc.assert(property);
});
