/** A log that is read in several parts gives each record once, wherever it is cut, also when times are whole seconds. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { resumeAt, unread } from "../../../../src/agent/runtime/decode/log-position.ts";
import type { LogPosition } from "../../../../src/agent/runtime/runtime.ts";
import { testCases } from "../../../helpers/test-cases.ts";

const BEGIN_MS = Date.parse("2026-01-01T00:00:00Z");

interface Written {
  readonly ms: number;
  readonly text: string;
}

/** What podman gives: the records after a moment, with their times cut to `digits` of a second. */
function given(log: readonly Written[], sinceMs: number | undefined, digits: number) {
  return log
    .filter(({ ms }) => sinceMs === undefined || ms > sinceMs)
    .map(({ ms, text }) => ({ at: `${new Date(ms).toISOString().slice(0, digits === 0 ? 19 : 20 + digits)}Z`, text }));
}

async function readInParts(log: readonly Written[], ends: readonly number[], digits: number): Promise<string> {
  const position: LogPosition = { records: 0 };
  let text = "";
  for (const end of ends) {
    const records = given(log.slice(0, end), resumeAt(position), digits);
    for await (const record of unread(records, position)) text += record.text;
  }
  return text;
}

describe("a position in a log", () => {
  it("loses nothing and repeats nothing", async () => {
    const record = fc.record({ pauseMs: fc.constantFrom(0, 0, 1, 400, 1_500), text: fc.constantFrom("a", "b", "") });
    const cuts = fc.array(fc.nat({ max: 25 }), { maxLength: 5 });
    const property = fc.asyncProperty(
      fc.array(record, { maxLength: 25 }),
      cuts,
      fc.constantFrom(0, 3),
      async (records, found, digits) => {
        let ms = BEGIN_MS;
        const log = records.map(({ pauseMs, text }): Written => {
          ms += pauseMs;
          return { ms, text };
        });
        const ends = [...found.filter((cut) => cut < log.length).sort((a, b) => a - b), log.length];
        assert.equal(await readInParts(log, ends, digits), log.map(({ text }) => text).join(""));
      },
    );
    await fc.assert(property, { numRuns: testCases() });
  });

  it("knows the difference between times that are finer than a millisecond", async () => {
    const position: LogPosition = { records: 0 };
    const record = (ns: string) => ({ at: `2026-01-01T00:00:00.${ns}Z` });
    const log = ["000000001", "000000002", "000000003"].map(record);
    for await (const _ of unread(log.slice(0, 2), position));
    const rest = [];
    for await (const one of unread(log, position)) rest.push(one);
    assert.deepEqual(rest, [log[2]]);
  });
});
