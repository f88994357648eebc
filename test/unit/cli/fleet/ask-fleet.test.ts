import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { OperatorBus } from "../../../../src/bus/ports/operator-bus.ts";
import { askFleet } from "../../../../src/cli/fleet/ask-fleet.ts";
import type { AgentReply } from "../../../../src/schemas/wire/request.ts";
import { MemoryOperatorBus } from "../../../twin/memory-operator-bus.ts";

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
      if (!signal.aborted) await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
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
      expectedNodes: { expected: ["a", "b"], othersToo: false },
    });
    assert.deepEqual([...answers.keys()], ["a", "b"]);
    assert.ok(state.left);
  });

  it("gives nodes thought to be offline a moment, then ends", async () => {
    const state = { left: false };
    const answers = await askFleet(busThatAnswers(["a", "late"], state), {
      ...question,
      expectedNodes: { expected: ["a"], othersToo: true },
    });
    assert.deepEqual([...answers.keys()], ["a", "late"]);
    assert.ok(state.left);
  });

  it("asks before it knows whom to wait for, and ends when that is known and has answered", async () => {
    const state = { left: false };
    const asked = busThatAnswers(["a", "b"], state);
    const gate: { open?: (expectedNodes: { expected: string[]; othersToo: boolean }) => void } = {};
    const expectedNodes = new Promise<{ expected: string[]; othersToo: boolean }>((resolve) => {
      gate.open = resolve;
    });
    const seen = { count: 0 };
    const ask = asked.ask.bind(asked);
    asked.ask = async function* (body, options) {
      for await (const one of ask(body, options)) {
        seen.count += 1;
        yield one;
        if (seen.count === 2) gate.open?.({ expected: ["a", "b"], othersToo: false });
      }
    };
    assert.deepEqual([...(await askFleet(asked, { ...question, expectedNodes })).keys()], ["a", "b"]);
    assert.ok(state.left);
  });

  it("fails when it cannot be known whom to wait for", async () => {
    const state = { left: false };
    const expectedNodes = Promise.reject(new Error("no list"));
    await assert.rejects(askFleet(busThatAnswers(["a"], state), { ...question, expectedNodes }), /no list/);
    assert.ok(state.left);
  });

  it("passes on what the bus throws", async () => {
    const bus = new MemoryOperatorBus();
    // biome-ignore lint/correctness/useYield: it fails before its first answer
    bus.ask = async function* () {
      throw new Error("gone");
    };
    await assert.rejects(askFleet(bus, { ...question, expectedNodes: { expected: ["a"], othersToo: true } }), /gone/);
  });
});
