/** What a pipeline does about a piece that fails while others are under way. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Patience } from "../../../src/bus/file-patience.ts";
import { type Piece, Pipeline } from "../../../src/bus/file-pipeline.ts";
import type { Link } from "../../../src/bus/link.ts";
import type { LineAnswer, RequestLine } from "../../../src/bus/request-line.ts";
import { hasCode, McpError } from "../../../src/schemas/error.ts";

async function* pieces(count: number): AsyncGenerator<Piece> {
  for (let index = 0; index < count; index++) yield { subject: `$O.bucket.C.${index}`, data: new Uint8Array() };
}

const never = new Promise<LineAnswer>(() => undefined);

/** A line on which the first piece is refused and nothing else ever hears anything, as a server refuses. */
function refusingLine() {
  const sent: string[] = [];
  const request = ({ subject }: Piece) => {
    sent.push(subject);
    const error = new McpError("E_REFUSED", "cannot send web/a");
    return sent.length === 1 ? Promise.resolve<LineAnswer>({ error }) : never;
  };
  return { sent, line: { request, close: () => undefined } as unknown as RequestLine };
}

describe("a pipeline", () => {
  test("that is refused says so without waiting for the others under way", async (t) => {
    const { sent, line } = refusingLine();
    const link = { isConnected: () => true } as Partial<Link> as Link;
    const running = new Pipeline(line, new Patience(link, "send web/a", t.signal)).run(pieces(3));
    await assert.rejects(running, (error) => hasCode(error, "E_REFUSED"));
    assert.deepEqual(sent, ["$O.bucket.C.0", "$O.bucket.C.1"], "two were under way");
  });
});
