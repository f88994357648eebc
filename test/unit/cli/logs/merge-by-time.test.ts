import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { TimeMerge } from "../../../../src/cli/logs/merge-by-time.ts";
import type { LogsOutput } from "../../../../src/schemas/output/stream-output.ts";

function line(source: string, at: string | undefined, text: string): LogsOutput {
  return {
    node: "rift",
    service: "web",
    component: source,
    stream: "stdout",
    line: text,
    ...(at === undefined ? {} : { at }),
  };
}

function merged(lines: readonly LogsOutput[]): string[] {
  const merge = new TimeMerge();
  for (const one of lines) merge.push(one, 0);
  return merge.take(0).map((one) => one.line);
}

describe("TimeMerge", () => {
  it("orders lines of several containers by time", () => {
    const lines = [
      line("api", "2025-01-01T00:00:03Z", "c"),
      line("db", "2025-01-01T00:00:01Z", "a"),
      line("db", "2025-01-01T00:00:02Z", "b"),
    ];
    assert.deepEqual(merged(lines), ["a", "b", "c"]);
  });

  it("tells nanoseconds and time zones apart", () => {
    const lines = [
      line("api", "2025-01-01T01:00:00.000000002+01:00", "b"),
      line("db", "2025-01-01T00:00:00.000000001Z", "a"),
      line("web", "2025-01-01T00:00:00.1Z", "c"),
    ];
    assert.deepEqual(merged(lines), ["a", "b", "c"]);
  });

  it("keeps a line without a time behind the one it followed", () => {
    const lines = [
      line("api", "2025-01-01T00:00:02Z", "b"),
      line("api", undefined, "b2"),
      line("db", "2025-01-01T00:00:01Z", "a"),
    ];
    assert.deepEqual(merged(lines), ["a", "b", "b2"]);
  });

  it("never changes the order of one container, though its clock goes back", () => {
    const lines = [
      line("api", "2025-01-01T00:00:05Z", "1"),
      line("api", "2025-01-01T00:00:01Z", "2"),
      line("api", "2025-01-01T00:00:09Z", "3"),
    ];
    assert.deepEqual(merged(lines), ["1", "2", "3"]);
  });

  it("holds back what came after the moment asked for", () => {
    const merge = new TimeMerge();
    merge.push(line("api", "2025-01-01T00:00:02Z", "late"), 100);
    merge.push(line("db", "2025-01-01T00:00:01Z", "early"), 50);
    assert.deepEqual(
      merge.take(60).map((one) => one.line),
      ["early"],
    );
    assert.deepEqual(
      merge.take(100).map((one) => one.line),
      ["late"],
    );
    assert.deepEqual(merge.take(1000), []);
  });

  it("loses and invents no line, and keeps each container's order, whatever the times", () => {
    const input = fc.array(
      fc.record({
        source: fc.constantFrom("a", "b", "c"),
        second: fc.option(fc.integer({ min: 0, max: 59 })),
        order: fc.nat(),
      }),
    );
    fc.assert(
      fc.property(input, (drawn) => {
        const lines = drawn.map(({ source, second }, index) =>
          line(
            source,
            second === null ? undefined : `2025-01-01T00:00:${String(second).padStart(2, "0")}Z`,
            `${source}${index}`,
          ),
        );
        const out = merged(lines);
        assert.deepEqual(out.toSorted(), lines.map((one) => one.line).toSorted());
        for (const source of ["a", "b", "c"]) {
          const own = (texts: string[]) => texts.filter((text) => text.startsWith(source));
          assert.deepEqual(own(out), own(lines.map((one) => one.line)));
        }
      }),
    );
  });
});
