/** What the tests of rights have to say of files: one goes from the operator to the node and one back, whole. */
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import type { FileBucket } from "../../src/bus/ports/file-transfers.ts";
import { gather, once } from "../helpers/byte-streams.ts";

/** Two chunks each; the node discards what it had, as its rights must allow. */
export async function moveBothWays(operator: FileBucket, node: FileBucket, signal: AbortSignal): Promise<void> {
  const data = randomBytes(1_500_000);
  const sha256 = createHash("sha256").update(data).digest("hex");
  for (const [writer, reader] of [
    [operator, node],
    [node, operator],
  ] as const) {
    const object = { transfer: randomBytes(12).toString("hex"), size: data.length, description: "web/a" };
    const [written, read] = await Promise.all([
      writer.write(object, once(data), signal),
      gather(reader.read(object, signal)),
    ]);
    assert.equal(written, sha256);
    assert.ok(read.equals(data));
    await node.discard(object.transfer);
  }
}
