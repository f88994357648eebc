/** What a pipeline does about a piece that fails while others are under way. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Connection } from "../../../src/bus/connection/connection.ts";
import { type ChunkMessage, OrderedPublisher } from "../../../src/bus/files/ordered-publisher.ts";
import type { PipelineAnswer, RequestPipeline } from "../../../src/bus/files/request-pipeline.ts";
import { ResumePolicy } from "../../../src/bus/files/resume-policy.ts";
import { hasCode, McpError } from "../../../src/values/error.ts";

async function* pieces(count: number): AsyncGenerator<ChunkMessage> {
  for (let index = 0; index < count; index++) yield { subject: `$O.bucket.C.${index}`, data: new Uint8Array() };
}

const never = new Promise<PipelineAnswer>(() => undefined);

/** A line on which the first piece is refused and nothing else ever hears anything, as a server refuses. */
function refusingLine() {
  const sent: string[] = [];
  const request = ({ subject }: ChunkMessage) => {
    sent.push(subject);
    const error = new McpError("E_REFUSED", "cannot send web/a");
    return sent.length === 1 ? Promise.resolve<PipelineAnswer>({ error }) : never;
  };
  return { sent, line: { request, close: () => undefined } as unknown as RequestPipeline };
}

describe("a pipeline", () => {
  test("that is refused says so without waiting for the others under way", async (t) => {
    const { sent, line } = refusingLine();
    const link = { isConnected: () => true } as Partial<Connection> as Connection;
    const running = new OrderedPublisher(line, new ResumePolicy(link, "send web/a", t.signal)).run(pieces(3));
    await assert.rejects(running, (error) => hasCode(error, "E_REFUSED"));
    assert.deepEqual(sent, ["$O.bucket.C.0", "$O.bucket.C.1"], "two were under way");
  });
});
