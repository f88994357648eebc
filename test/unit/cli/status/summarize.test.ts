import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { closingLine } from "../../../../src/cli/status/describe.ts";
import { summarize } from "../../../../src/cli/status/summarize.ts";
import type { ServiceStatus } from "../../../../src/schemas/output/status-output.ts";
import type { DesiredService } from "../../../../src/schemas/service/desired.ts";
import type { ObservedService } from "../../../../src/schemas/service/observed.ts";
import type { Presence } from "../../../../src/schemas/wire/presence.ts";
import { textOf } from "../../../../src/terminal/cell.ts";
import {
  aged,
  before,
  desiredService,
  observedService,
  presenceOf,
  serviceSpec,
  tombstone,
} from "../../../helpers/fleet-builders.ts";
import { TEST_NOW_MS } from "../../../helpers/run-cli.ts";

const HOUR = 3_600_000;
const web = desiredService({ generation: 3 });
const idle = desiredService({ spec: serviceSpec({ active: false }) });
const gone = tombstone({ generation: 4 });
const missing = { kind: "missing", component: "api", differences: [], since: before(1000), repairs: 0 } as const;

interface Case {
  title: string;
  desired?: DesiredService;
  report?: ObservedService;
  reportAgeMs?: number;
  presence?: Presence | null;
  presenceAgeMs?: number;
  want: Partial<ServiceStatus>;
}

const cases: Case[] = [
  {
    title: "is converged when a node that is online reports it so",
    desired: web,
    report: observedService(web),
    want: { state: "converged", converged: true, stale: false },
  },
  {
    title: "is stopped, and as desired, when inactive",
    desired: idle,
    report: observedService(idle),
    want: { state: "stopped", converged: true },
  },
  {
    title: "is pending when the node never reported it",
    desired: web,
    want: { state: "pending", converged: false, pendingMs: HOUR },
  },
  {
    title: "is pending while an older generation is the accepted one",
    desired: web,
    report: observedService({ ...web, generation: 2 }),
    want: { state: "pending", converged: false, acceptedGeneration: 2, pendingMs: HOUR },
  },
  {
    title: "names the offline node that a pending generation waits for",
    desired: web,
    presenceAgeMs: 3 * HOUR,
    want: {
      state: "pending",
      reason: "rift is offline (last seen 3h ago); generation 3 will be applied when it is back",
    },
  },
  {
    title: "names a node that was never seen",
    desired: web,
    presence: null,
    want: {
      state: "pending",
      liveness: "never-seen",
      reason: "rift was never seen; generation 3 will be applied when it is back",
    },
  },
  {
    title: "keeps the last state of an offline node, but as stale and not converged",
    desired: web,
    report: observedService(web),
    reportAgeMs: HOUR,
    presenceAgeMs: HOUR,
    want: { state: "converged", converged: false, stale: true, reportAgeMs: HOUR },
  },
  {
    title: "takes a node whose agent was stopped for absent at once",
    desired: web,
    report: observedService(web),
    presence: presenceOf("rift", { leaving: true }),
    want: { converged: false, stale: true, liveness: "left" },
  },
  {
    title: "takes a report of an earlier start of the agent for stale",
    desired: web,
    report: observedService(web, { boot: "boot-0" }),
    want: { converged: false, stale: true },
  },
  {
    title: "is progressing while the accepted generation is not applied, whatever the report calls it",
    desired: web,
    report: observedService(web, { appliedGeneration: 2 }),
    want: { state: "progressing", converged: false },
  },
  {
    title: "has not converged while drift is open",
    desired: web,
    report: observedService(web, { drift: [missing] }),
    want: { state: "converged", converged: false, reason: "api: missing" },
  },
  {
    title: "has not converged while something is blocked",
    desired: web,
    report: observedService(web, {
      state: "blocked",
      blocked: [{ reason: "name-taken", message: "web-api is a foreign container" }],
    }),
    want: { state: "blocked", converged: false, reason: "web-api is a foreign container" },
  },
  {
    title: "gives the failure of the newest generation as the reason",
    desired: web,
    report: observedService(web, {
      state: "degraded",
      appliedGeneration: 2,
      failure: {
        generation: 3,
        component: "api",
        at: before(0),
        code: "E_IMAGE",
        message: "no such image",
        lines: [],
        previousServing: true,
      },
    }),
    want: { state: "degraded", converged: false, reason: "api: no such image (E_IMAGE)" },
  },
  {
    title: "is degraded when the node accepted more than the bus holds",
    desired: web,
    report: observedService({ ...web, generation: 9 }),
    want: { state: "degraded", converged: false, regressed: "the node has already accepted generation 9" },
  },
  {
    title: "is degraded when the node accepted another state of the same generation",
    desired: web,
    report: observedService({ ...web, author: "bob@desk" }),
    want: { state: "degraded", converged: false },
  },
  {
    title: "is degraded when the bus has lost its desired state",
    report: observedService(web),
    want: { state: "degraded", converged: false },
  },
  {
    title: "passes on what the node calls a regression",
    desired: web,
    report: observedService(web, { regressed: "the bus holds generation 1" }),
    want: { converged: false, regressed: "the bus holds generation 1" },
  },
  {
    title: "shows a tombstone that is not carried out yet as pending",
    desired: gone,
    report: observedService({ ...gone, generation: 3 }),
    want: { state: "pending", converged: false },
  },
];

/** On a node whose clock is right. */
const writtenBefore = (ageMs = 0) => ({ at: new Date(TEST_NOW_MS - ageMs).toISOString() });

function statusOf({ desired, report, reportAgeMs, presence, presenceAgeMs }: Case): ServiceStatus[] {
  return summarize({
    desired: desired === undefined ? [] : [desired],
    observed: report === undefined ? [] : [aged(report, reportAgeMs)],
    presence:
      presence === null ? [] : [aged(presence ?? presenceOf("rift", writtenBefore(presenceAgeMs)), presenceAgeMs)],
    nowMs: TEST_NOW_MS,
  });
}

describe("summarize", () => {
  for (const one of cases) {
    it(one.title, () => {
      const [status, ...others] = statusOf(one);
      assert.deepEqual(others, []);
      assert.ok(status);
      const shown = Object.fromEntries(Object.keys(one.want).map((key) => [key, status[key as keyof ServiceStatus]]));
      assert.deepEqual(shown, one.want);
    });
  }

  it("leaves out a retired service once its node has removed it", () => {
    assert.deepEqual(statusOf({ title: "", desired: gone, report: observedService(gone), want: {} }), []);
  });

  it("gives a reason for everything that has not converged", () => {
    for (const one of cases) {
      for (const status of statusOf(one)) {
        if (!status.converged && status.state !== "progressing") assert.ok(status.reason, one.title);
      }
    }
  });

  it("sorts by service, then node, and does not change what it is given", () => {
    const desired = Object.freeze([web, desiredService({ node: "alpha" }), desiredService({ service: "a" })]);
    const rows = summarize({ desired, observed: [], presence: [], nowMs: TEST_NOW_MS });
    assert.deepEqual(
      rows.map(({ service, node }) => `${service}@${node}`),
      ["a@rift", "web@alpha", "web@rift"],
    );
  });
});

describe("closingLine", () => {
  for (const one of cases) {
    it(`says "No drift." only when true: ${one.title}`, () => {
      const services = statusOf(one);
      const converged = services.every((status) => status.converged);
      const text = closingLine({ converged, services, absent: [], events: [] }).map(textOf).join("");
      assert.equal(text === "No drift.", one.want.converged === true);
    });
  }
});

describe("a tag that names another image now", () => {
  const moved = { ...missing, kind: "image-moved", differences: [{ field: "image", want: "b", have: "a" }] } as const;
  const [status] = statusOf({ title: "", desired: web, report: { ...observedService(web), drift: [moved] }, want: {} });

  it("leaves the service converged and is shown all the same", () => {
    assert.equal(status?.converged, true);
    assert.equal(status?.reason, "api: image-moved (image: want b, have a)");
  });

  it('keeps the last line from saying "No drift."', () => {
    const services = status === undefined ? [] : [status];
    const text = closingLine({ converged: true, services, absent: [], events: [] }).map(textOf).join("");
    assert.equal(text, "All converged; 1 of 1 with a remark.");
  });
});
