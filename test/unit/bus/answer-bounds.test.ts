/** What a node may answer: bytes, messages, time. Only the node that exceeds a bound is cut off. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { AnswerBounds, deadlineMs } from "../../../src/bus/requests/answer-bounds.ts";

const MIB = 1024 ** 2;
const limits = { messages: 3, bytes: 2 * MIB, totalBytes: 3 * MIB };
const bounds = () => new AnswerBounds("ps", limits);
const textOf = (counted: ReturnType<AnswerBounds["count"]>) => (typeof counted === "string" ? counted : counted.excess);

describe("the answer of a node", () => {
  it("ends after too many messages, with one error, and the other nodes are not affected", () => {
    const one = bounds();
    for (let i = 0; i < limits.messages; i++) assert.equal(one.count("rift", 10), "taken");
    assert.match(textOf(one.count("rift", 10)), /^its answer to `ps` has more than 3 messages; the rest is ignored$/);
    assert.equal(one.count("rift", 10 * MIB), "ignored");
    assert.equal(one.count("orion", MIB), "taken");
  });

  it("that is large is named when the connection is lost, a usual one is not", () => {
    const one = bounds();
    one.count("orion", 1_000);
    assert.equal(one.overload(), undefined);
    one.count("rift", 1.6 * MIB);
    assert.match(one.overload() ?? "", /^rift sent 2 MiB, and the server may have dropped/);
    assert.doesNotMatch(one.overload() ?? "", /orion/);
  });

  it("ends after too many bytes", () => {
    const one = bounds();
    assert.equal(one.count("rift", 2 * MIB), "taken");
    assert.match(textOf(one.count("rift", 1)), /is larger than 2 MiB/);
  });

  it("ends when all answers together are too large", () => {
    const one = bounds();
    assert.equal(one.count("rift", 1.9 * MIB), "taken");
    assert.match(textOf(one.count("orion", 1.9 * MIB)), /together larger than 3 MiB/);
  });

  it("is ignored after its last message", () => {
    const one = bounds();
    one.count("rift", 10);
    one.end("rift");
    assert.equal(one.count("rift", 10), "ignored");
  });
});

describe("the time for answers", () => {
  it("is over for nodes that have begun and not ended, and for those only", () => {
    const one = bounds();
    for (const node of ["rift", "orion"]) one.count(node, 10);
    one.end("orion");
    assert.deepEqual(one.expire(60_000), [{ node: "rift", excess: "its answer to `ps` is not complete after 60 s" }]);
    assert.equal(one.count("rift", 10), "ignored");
  });

  it("is at least a minute, and ten times the patience", () => {
    assert.equal(deadlineMs(1_500), 60_000);
    assert.equal(deadlineMs(120_000), 1_200_000);
  });
});
