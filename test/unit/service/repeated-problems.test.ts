/** A problem that repeats fills no log: it is logged once, then counted at growing intervals. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { RepeatedProblems } from "../../../src/service/repeated-problems.ts";

function clocked() {
  const clock = { nowMs: 0 };
  const problems = new RepeatedProblems(() => clock.nowMs);
  /** Lines logged while `problem` appears every `everyMs` for `forMs`. */
  const repeat = (problem: string, everyMs: number, forMs: number) => {
    const lines: string[] = [];
    for (const endMs = clock.nowMs + forMs; clock.nowMs < endMs; clock.nowMs += everyMs) {
      lines.push(...[problems.lineFor(problem) ?? []].flat());
    }
    return lines;
  };
  return { clock, problems, repeat };
}

test("logs a problem once, then its count at growing intervals", () => {
  const { repeat } = clocked();
  const lines = repeat("no podman", 1_000, 3_600_000);
  assert.equal(lines[0], "no podman");
  assert.deepEqual(lines.slice(1), [
    "no podman (60 more times in the last 1 min)",
    "no podman (120 more times in the last 2 min)",
    "no podman (240 more times in the last 4 min)",
    "no podman (480 more times in the last 8 min)",
    "no podman (960 more times in the last 16 min)",
  ]);
});

test("logs each distinct problem, and one that returns after a long time", () => {
  const { clock, problems } = clocked();
  assert.deepEqual(
    [problems.lineFor("one"), problems.lineFor("two"), problems.lineFor("one")],
    ["one", "two", undefined],
  );
  clock.nowMs = 86_400_000;
  assert.equal(problems.lineFor("one"), "one");
});

test("logs a problem again after it was over", () => {
  const { problems } = clocked();
  problems.lineFor("one");
  problems.forgetAll();
  assert.equal(problems.lineFor("one"), "one");
});

test("remembers a bounded number of problems", () => {
  const { problems } = clocked();
  for (let n = 0; n < 1_000; n++) problems.lineFor(`problem ${n}`);
  assert.equal(problems.lineFor("problem 999"), undefined);
  assert.equal(problems.lineFor("problem 0"), "problem 0");
});
