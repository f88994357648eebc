/** The queue of calls to the alert command. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Notice } from "../../../../src/agent/alerts/alert-state.ts";
import { MAX_TRIES, nextNotice, nextTryMs, retryMs, without, withTry } from "../../../../src/agent/alerts/notices.ts";
import { alertEvent } from "../../../helpers/alert-events.ts";

function notice(subject: string, sequence: number, own: Partial<Notice> = {}): Notice {
  const event = alertEvent("flapping", sequence);
  return { alert: "raised", subject, event, tries: 0, notBeforeMs: 0, ...own };
}

describe("alert notices", () => {
  const [first, other, second] = [notice("a", 1), notice("b", 2), notice("a", 3)];

  it("go out the oldest first", () => {
    assert.equal(nextNotice([first, other], 0), first);
    assert.equal(nextNotice([], 0), undefined);
  });

  it("let others pass while one waits for its next try, but none of its own subject", () => {
    const tried = withTry([first, second, other], first, 1_000);
    assert.equal(nextNotice(tried, 1_000), other);
    assert.equal(nextNotice(without(tried, other), 1_000), undefined);
    assert.equal(nextTryMs(without(tried, other)), 1_000 + retryMs(1));
    assert.equal(nextNotice(tried, 1_000 + retryMs(1))?.event, first.event);
  });

  it("are tried with growing delays", () => {
    assert.deepEqual(
      Array.from({ length: MAX_TRIES - 1 }, (_, i) => retryMs(i + 1)),
      [5_000, 15_000, 45_000, 135_000],
    );
  });

  it("do not wait for a clock that was set back", () => {
    assert.equal(nextNotice([notice("a", 1, { notBeforeMs: 86_400_000 })], 0)?.subject, "a");
  });

  it("tell the raising of an alert from its resolving", () => {
    const resolved = { ...first, alert: "resolved" as const };
    assert.deepEqual(without([first, resolved], first), [resolved]);
  });
});
