/** The signals that end a long-running program. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { endSignal } from "../../../src/service/end-signal.ts";

const SIGNALS = ["SIGTERM", "SIGINT", "SIGHUP"] as const;

/** What the program asked for, without its handlers staying in this process; `exits` are its calls of `process.exit`. */
function watched(t: TestContext) {
  const before = SIGNALS.map((signal) => process.listeners(signal));
  const exits: unknown[] = [];
  t.mock.method(process, "exit", (code: unknown) => exits.push(code));
  t.after(() => {
    for (const [index, signal] of SIGNALS.entries()) {
      for (const listener of process.listeners(signal)) {
        if (!before[index]?.includes(listener)) process.removeListener(signal, listener);
      }
    }
  });
  return { signal: endSignal(), exits };
}

for (const first of SIGNALS) {
  test(`${first} is the end, and a second SIGTERM or SIGINT ends at once`, (t) => {
    const { signal, exits } = watched(t);
    process.emit(first, first);
    assert.deepEqual([signal.aborted, exits], [true, []]);
    process.emit("SIGHUP", "SIGHUP"); // shell and kernel each send one
    assert.deepEqual(exits, []);
    process.emit("SIGINT", "SIGINT");
    assert.deepEqual(exits, [130]);
  });
}
