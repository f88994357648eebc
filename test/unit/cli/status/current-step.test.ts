import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { statusDetails, statusRow } from "../../../../src/cli/status/describe.ts";
import { driftText } from "../../../../src/cli/status/reason.ts";
import { statusOf } from "../../../../src/cli/status/summarize.ts";
import type { ServiceStatus } from "../../../../src/schemas/output/status-output.ts";
import type { ObservedService } from "../../../../src/schemas/service/observed.ts";
import { textOf } from "../../../../src/terminal/cell.ts";
import { aged, before, desiredService, observedService, presenceOf } from "../../../helpers/fleet-builders.ts";
import { TEST_NOW_MS } from "../../../helpers/run-cli.ts";

const web = desiredService({ generation: 3 });
const image = "registry.example.net/web:v3";

function statusWith(own: Partial<ObservedService>): ServiceStatus {
  const report = aged(observedService(web, { state: "progressing", appliedGeneration: 2, ...own }), 1_000);
  const presence = aged(presenceOf("rift"), 1_000);
  return statusOf({ desired: web, report, presence, nowMs: TEST_NOW_MS }) ?? assert.fail("no status");
}

const linesOf = (status: ServiceStatus) => statusDetails(status, TEST_NOW_MS).map((line) => line.map(textOf).join(""));

describe("status during a deploy", () => {
  it("shows the step under way, what it is about and since when", () => {
    const step = { name: "pull", since: before(12_000), detail: image } as const;
    const status = statusWith({ components: [{ name: "api", state: "missing", step }] });
    assert.equal(status.reason, `api: pulling ${image}`);
    assert.equal(statusRow(status).map(textOf).at(-1), `api: pulling ${image}`);
    assert.ok(
      linesOf(status).includes(`  component  api: missing, pulling ${image} for 12s`),
      linesOf(status).join("\n"),
    );
  });

  it("says what a component waits for", () => {
    const reason = (detail?: string) => {
      const step = { name: "wait", since: before(1_000), ...(detail === undefined ? {} : { detail }) } as const;
      return statusWith({ components: [{ name: "api", state: "running", step }] }).reason;
    };
    assert.equal(reason(), "api: waiting until it is up");
    assert.equal(reason("for its health check"), "api: waiting for its health check");
  });

  it("takes the last step of a report by a 0.1 agent", () => {
    const components = [{ name: "api", state: "missing" }] as const;
    const at = before(3_000);
    const pull = { generation: 3, component: "api", step: "pull", at, detail: image } as const;
    assert.equal(statusWith({ components, steps: [pull] }).reason, `api: pulling ${image}`);
    const up = { generation: 3, component: "api", step: "up", at } as const;
    assert.equal(statusWith({ components, steps: [pull, up] }).reason, undefined);
    assert.equal(statusWith({ components, steps: [{ ...pull, generation: 2 }] }).reason, undefined);
  });

  it("calls a container starting until its health check passes", () => {
    const starting = { name: "api", state: "running", image, health: "starting" } as const;
    const status = statusWith({ components: [starting] });
    assert.equal(status.reason, "api: starting, its health check has not passed yet");
    assert.ok(linesOf(status).includes(`  component  api: starting (${image})`), linesOf(status).join("\n"));
    const healthy = statusWith({ components: [{ ...starting, health: "healthy" }] });
    assert.ok(linesOf(healthy).includes(`  component  api: running (${image}, healthy)`), linesOf(healthy).join("\n"));
  });
});

describe("drift", () => {
  const drift = { kind: "outdated", component: "api", since: before(1_000), repairs: 0 } as const;

  it("shows fields", () => {
    const differences = [{ field: "image", want: "web:2", have: "web:1" }];
    assert.equal(driftText({ ...drift, differences }), "api: outdated (image: want web:2, have web:1)");
  });

  it("shows no hashes, which 0.1 agents report", () => {
    const differences = [{ field: "spec", want: "a".repeat(64), have: "b".repeat(64) }];
    assert.equal(driftText({ ...drift, differences }), "api: outdated (the container was made from another spec)");
  });
});
