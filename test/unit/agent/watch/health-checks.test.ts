/** The health of a container continues from what its rollout has found out, until the checks that follow say otherwise. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createHealthChecks, type HealthChecks } from "../../../../src/agent/watch/health-checks.ts";
import type { HealthState } from "../../../../src/schemas/service/observed.ts";
import type { HealthSpec } from "../../../../src/schemas/service/spec.ts";
import { FakeClock } from "../../../twin/fake-clock.ts";
import { FakeRuntime } from "../../../twin/fake-runtime.ts";

const STARTED_MS = Date.parse("2026-07-26T12:00:00.700Z");
const listedAs = (startedAtMs: number) => Math.floor(startedAtMs / 1000) * 1000;
const health: HealthSpec = {
  ...{ check: { kind: "cmd", cmd: ["true"] }, intervalMs: 10_000, timeoutMs: 3_000, retries: 3, startPeriodMs: 0 },
  onUnhealthy: "restart",
};

/** No check ends. */
function unanswered(): HealthChecks {
  const clock = new FakeClock();
  const runtime = new FakeRuntime(clock);
  runtime.fail("exec", "hangs");
  return createHealthChecks(
    { runtime, clock, onChange: () => assert.fail("no check has ended") },
    new AbortController().signal,
  );
}

const found = (state: HealthState) => new Map([["c1", { startedAtMs: STARTED_MS, health: state }]]);

describe("the health of a container that a rollout has brought up", () => {
  it("is what the rollout has found out, also once its own checks have begun", () => {
    const checks = unanswered();
    for (const state of ["starting", "healthy"] as const) {
      checks.set("web", [], found(state));
      assert.equal(checks.of("c1"), state);
    }
    checks.set("web", [{ id: "c1", startedAtMs: listedAs(STARTED_MS), health }]);
    assert.equal(checks.of("c1"), "healthy");
  });

  it("is starting when the container has been started again since", () => {
    const checks = unanswered();
    checks.set("web", [], found("healthy"));
    checks.set("web", [{ id: "c1", startedAtMs: listedAs(STARTED_MS) + 1_000, health }]);
    assert.equal(checks.of("c1"), "starting");
  });

  it("is unknown when the container is gone, and starting when no rollout has brought it up", () => {
    const checks = unanswered();
    checks.set("web", [], found("healthy"));
    checks.set("web", [{ id: "c2", startedAtMs: listedAs(STARTED_MS), health }]);
    assert.deepEqual([checks.of("c1"), checks.of("c2")], [undefined, "starting"]);
  });
});
