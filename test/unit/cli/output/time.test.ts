import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { readSince } from "../../../../src/cli/arguments/arguments.ts";
import { preciseTimeText, timeText, withShownTimes } from "../../../../src/cli/output/time.ts";

const AT = "2025-06-01T22:30:00.123456789Z";
const LOCAL = { utc: false };

describe("a time", () => {
  const zone = process.env["TZ"];
  const use = (name: string | undefined) => {
    if (name === undefined) delete process.env["TZ"];
    else process.env["TZ"] = name;
  };
  before(() => use("Asia/Kolkata"));
  after(() => use(zone));

  it("is shown in local time, with its offset", () => {
    assert.equal(timeText(AT, LOCAL), "2025-06-02T04:00:00+05:30");
    use("America/New_York");
    assert.equal(timeText(AT, LOCAL), "2025-06-01T18:30:00-04:00");
    assert.equal(timeText("2025-01-01T00:00:00Z", LOCAL), "2024-12-31T19:00:00-05:00");
    use("Asia/Kolkata");
  });

  it("is shown in UTC when asked", () => assert.equal(timeText(AT, { utc: true }), "2025-06-01T22:30:00Z"));

  it("keeps the fraction of its second where lines are told apart by it", () => {
    assert.equal(preciseTimeText(AT, LOCAL), "2025-06-02T04:00:00.123456789+05:30");
    assert.equal(preciseTimeText(AT, { utc: true }), AT);
  });

  it("is what --since takes", () => {
    assert.equal(readSince("--since", timeText(AT, LOCAL), 0), Date.parse("2025-06-01T22:30:00Z"));
  });

  it("within a message is shown in the same way; nothing else in it changes", () => {
    const message = "bob wrote generation 1 at 2025-06-01T22:30:00.123Z (web:2025-06-01, 2025)";
    assert.equal(
      withShownTimes(message, LOCAL),
      "bob wrote generation 1 at 2025-06-02T04:00:00+05:30 (web:2025-06-01, 2025)",
    );
  });

  it("at the end of the calendar is shown as it is where local time is after it", () => {
    assert.equal(timeText("+275760-09-13T00:00:00.000Z", LOCAL), "+275760-09-13T00:00:00.000Z");
  });

  it("that cannot be read is shown as it is", () => assert.equal(timeText("soon", LOCAL), "soon"));
});
