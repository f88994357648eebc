/** What a pipeline does about a piece that fails while others are under way. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Msg } from "@nats-io/nats-core";
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

/** A line that stores each piece in the next turn of the event loop; `loads` are the pieces under way after each sending. */
function storingLine() {
  const loads: number[] = [];
  const state = { underWay: 0 };
  const request = async (): Promise<PipelineAnswer> => {
    loads.push(++state.underWay);
    await new Promise((resolve) => setImmediate(resolve));
    state.underWay--;
    return { message: { string: () => "{}" } as Msg };
  };
  return { loads, line: { request, close: () => undefined } as unknown as RequestPipeline };
}

async function sendAll(line: RequestPipeline, signal: AbortSignal): Promise<void> {
  const link = { isConnected: () => true } as Partial<Connection> as Connection;
  await new OrderedPublisher(line, new ResumePolicy(link, "send web/a", signal)).run(pieces(60));
}

describe("a pipeline", () => {
  test("has a bounded number of pieces under way, however fast the bus is", async (t) => {
    const { loads, line } = storingLine();
    await sendAll(line, t.signal);
    assert.equal(Math.max(...loads), 5);
  });

  test("has one piece under way at a time while the bus is slow", async (t) => {
    const { loads, line } = storingLine();
    const clock = { nowMs: 0 };
    t.mock.method(performance, "now", () => (clock.nowMs += 3_000));
    await sendAll(line, t.signal);
    assert.deepEqual([...new Set(loads.slice(5))], [1]);
  });

  test("that is refused says so without waiting for the others under way", async (t) => {
    const { sent, line } = refusingLine();
    const link = { isConnected: () => true } as Partial<Connection> as Connection;
    const running = new OrderedPublisher(line, new ResumePolicy(link, "send web/a", t.signal)).run(pieces(3));
    await assert.rejects(running, (error) => hasCode(error, "E_REFUSED"));
    assert.deepEqual(sent, ["$O.bucket.C.0", "$O.bucket.C.1"], "two were under way");
  });
});
