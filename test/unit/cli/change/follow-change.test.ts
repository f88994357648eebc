import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { refOf } from "../../../../src/cli/change/ancestry.ts";
import { type FollowOptions, followChange, judgeReport } from "../../../../src/cli/change/follow-change.ts";
import type { Blocked, ObservedService } from "../../../../src/schemas/service/observed.ts";
import { desiredService, observedService } from "../../../helpers/fleet-builders.ts";
import { failureOf, progressing, report, succeeds } from "../../../helpers/scripted-node.ts";
import { MemoryOperatorBus } from "../../../twin/memory-operator-bus.ts";

const web = desiredService({ generation: 2 });
const judge = (own: Partial<ObservedService>) => judgeReport(observedService(web, own), refOf(web));
const blocked = (reason: Blocked["reason"]) => ({
  state: "blocked" as const,
  appliedGeneration: 1,
  blocked: [{ component: "api", reason, message: "why" }],
});

function options(own: Partial<FollowOptions> = {}) {
  const steps: string[] = [];
  const waits: (string | undefined)[] = [];
  const given: FollowOptions = {
    document: web,
    timeoutMs: 5_000,
    patienceMs: 5_000,
    signal: new AbortController().signal,
    onStep: ({ step }) => steps.push(step),
    onPatienceLost: (waitsFor) => waits.push(waitsFor),
    ...own,
  };
  return { given, steps, waits };
}

describe("judgeReport", () => {
  const open = {
    "an older generation": observedService(desiredService({ generation: 1 })),
    "nothing accepted yet": observedService(web, { accepted: null }),
    "a service under way": observedService(web, { state: "progressing", appliedGeneration: 1 }),
    "under way, with the failure of an earlier attempt": observedService(web, {
      state: "progressing",
      appliedGeneration: 1,
      failure: failureOf(web),
    }),
    "the failure of an older generation": observedService(web, {
      state: "degraded",
      appliedGeneration: 1,
      failure: failureOf(desiredService()),
    }),
    "as desired, but not applied": observedService(web, { appliedGeneration: 1 }),
    "waiting for a dependency": observedService(web, blocked("dependency")),
    "waiting for podman": observedService(web, blocked("runtime")),
    "waiting for a host port of another service": observedService(web, blocked("port-taken")),
    "waiting before it tries again": observedService(web, blocked("backoff")),
  };
  for (const [what, one] of Object.entries(open)) {
    it(`goes on at ${what}`, () => assert.equal(judgeReport(one, refOf(web)), undefined));
  }

  for (const reason of ["name-taken", "fight", "unsupported", "failed"] as const) {
    it(`fails at ${reason}, which does not go away by waiting`, () => {
      const outcome = judge(blocked(reason));
      assert.ok(outcome?.kind === "failed");
      assert.equal(outcome.message, reason === "unsupported" ? "api: why (E_UNSUPPORTED)" : "api: why");
    });
  }

  it("ends converged in each state that a document can want", () => {
    for (const state of ["converged", "stopped", "removed"] as const) assert.equal(judge({ state })?.kind, "converged");
  });

  it("ends converged, with a remark, when only drift is left that nobody repairs", () => {
    const drift = [{ kind: "image-moved" as const, component: "api", differences: [], since: web.at, repairs: 0 }];
    const outcome = judge({ state: "degraded", drift });
    assert.ok(outcome?.kind === "converged");
    assert.equal(outcome.remark, "api: image-moved");
    assert.equal(judge({ state: "degraded", drift: [{ ...drift[0], kind: "not-running" } as never] }), undefined);
  });

  it("ends superseded by another document of the same or a later generation", () => {
    const other = desiredService({ generation: 2, author: "bob@desk" });
    assert.deepEqual(judgeReport(observedService(other), refOf(web)), { kind: "superseded", generation: 2 });
  });
});

describe("followChange", () => {
  it("shows every step once, however often it is reported", async () => {
    const bus = new MemoryOperatorBus();
    const { given, steps } = options();
    const following = followChange(bus, given);
    await report(bus, [progressing(web, ["pull"]), progressing(web, ["pull", "create"]), ...succeeds(web)]);
    assert.equal((await following).kind, "converged");
    assert.deepEqual(steps, ["pull", "create", "start", "up"]);
  });

  it("shows no steps of another document", async () => {
    const bus = new MemoryOperatorBus();
    const { given, steps } = options();
    bus.putObserved(progressing(desiredService({ generation: 1 }), ["pull", "create"]));
    const following = followChange(bus, given);
    await report(bus, [observedService(web)]);
    await following;
    assert.deepEqual(steps, []);
  });

  it("loses patience once, with the node's own words", async () => {
    const bus = new MemoryOperatorBus();
    bus.putObserved(observedService(desiredService(), { regressed: "the bus holds an older state" }));
    const { given, waits } = options({ patienceMs: 5, timeoutMs: 250 });
    assert.deepEqual(await followChange(bus, given), {
      kind: "pending",
      accepted: false,
      waitsFor: "the bus holds an older state",
    });
    assert.deepEqual(waits, ["the bus holds an older state"]);
  });

  it("is patient with a node that has accepted", async () => {
    const bus = new MemoryOperatorBus();
    bus.putObserved(progressing(web, ["pull"]));
    const { given, waits } = options({ patienceMs: 5, timeoutMs: 250 });
    assert.deepEqual(await followChange(bus, given), { kind: "pending", accepted: true });
    assert.deepEqual(waits, []);
  });

  it("ends at once when the node refuses the document, and not for the refusal of another one", async () => {
    const bus = new MemoryOperatorBus();
    const { given } = options();
    const following = followChange(bus, given);
    const refusing = (writeId: string, reason: string) =>
      observedService(web, { accepted: null, rejection: { kind: "refused", reason, writeId } });
    await report(bus, [refusing("of somebody else", "another"), refusing(web.writeId, "no right")]);
    assert.deepEqual(await following, { kind: "refused", message: "no right" });
  });

  it("ends when it is told to, without an error", async () => {
    const end = new AbortController();
    const { given } = options({ signal: end.signal });
    const following = followChange(new MemoryOperatorBus(), given);
    end.abort(new Error("enough"));
    assert.equal((await following).kind, "pending");
  });
});
