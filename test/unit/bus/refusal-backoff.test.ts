/** A server that refuses the credentials is tried ever more rarely; one that is away is tried every second or two. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { RefusalBackoff } from "../../../src/bus/connection/refusal-backoff.ts";

function refuse(backoff: RefusalBackoff, times: number): number[] {
  return Array.from({ length: times }, () => {
    backoff.attempt();
    backoff.refused();
    return backoff.waitMs();
  });
}

test("waits twice as long after each refusal, a minute at most", () => {
  const waits = refuse(new RefusalBackoff(() => 0), 8);
  assert.deepEqual(waits, [2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
});

test("counts one attempt that is refused twice as one refusal", () => {
  const backoff = new RefusalBackoff(() => 0);
  backoff.attempt();
  backoff.refused();
  backoff.refused();
  assert.equal(backoff.waitMs(), 2_000);
});

test("waits one to two seconds for a server that is away, also after refusals", () => {
  const backoff = new RefusalBackoff(() => 0.5);
  assert.equal(backoff.waitMs(), 1_500);
  refuse(backoff, 5);
  backoff.attempt(); // after the refused one: this one finds no server
  backoff.attempt();
  assert.equal(backoff.waitMs(), 1_500);
});
