import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { OperatorBus } from "../../../src/bus/operator-bus.ts";
import { askFleet } from "../../../src/cli/ask-fleet.ts";
import type { AgentReply } from "../../../src/schemas/request.ts";
import { MemoryOperatorBus } from "../../helpers/memory-operator-bus.ts";

const reply = (node: string): AgentReply => ({
  version: 1,
  id: "r",
  node,
  sequence: 0,
  last: true,
  body: { verb: "done" },
});

/** A bus whose `ask` yields these, then waits until it is aborted. */
function busThatAnswers(nodes: readonly string[], state: { left: boolean }): OperatorBus {
  const bus = new MemoryOperatorBus();
  bus.ask = async function* (_body, { signal }) {
    try {
      yield* nodes.map(reply);
      await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
    } finally {
      state.left = true;
    }
  };
  return bus;
}

const question = { body: { verb: "ps" }, idleMs: 60_000, signal: new AbortController().signal } as const;

describe("askFleet", () => {
  it("ends as soon as every expected node has answered", async () => {
    const state = { left: false };
    const answers = await askFleet(busThatAnswers(["a", "b"], state), {
      ...question,
      expected: ["a", "b"],
      othersToo: false,
    });
    assert.deepEqual([...answers.keys()], ["a", "b"]);
    assert.ok(state.left);
  });

  it("gives nodes thought to be offline a moment, then ends", async () => {
    const state = { left: false };
    const answers = await askFleet(busThatAnswers(["a", "late"], state), {
      ...question,
      expected: ["a"],
      othersToo: true,
    });
    assert.deepEqual([...answers.keys()], ["a", "late"]);
    assert.ok(state.left);
  });

  it("passes on what the bus throws", async () => {
    const bus = new MemoryOperatorBus();
    // biome-ignore lint/correctness/useYield: it fails before its first answer
    bus.ask = async function* () {
      throw new Error("gone");
    };
    await assert.rejects(askFleet(bus, { ...question, expected: ["a"], othersToo: true }), /gone/);
  });
});
