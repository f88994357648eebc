/** What is done about each kind of difference: by drift policy, while deploying and after. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type ObservedContainer, temporaryName } from "../../../../src/agent/reconcile/model/classify.ts";
import { plan } from "../../../../src/agent/reconcile/plan/plan.ts";
import type { ServiceMemory } from "../../../../src/agent/store/store.ts";
import type { Blocked } from "../../../../src/schemas/service/observed.ts";
import type { ComponentSpec, DriftPolicy, ServiceSpec } from "../../../../src/schemas/service/spec.ts";
import {
  component,
  container,
  desired,
  memory,
  NOW_MS,
  planInput,
  service,
  settled,
} from "../../../helpers/builders.ts";

const api = component();
const newer = component({ image: "example.net/web:v2" });

interface Situation {
  readonly spec?: ComponentSpec;
  readonly containers?: readonly ObservedContainer[];
  readonly service?: Partial<ServiceSpec>;
  /** Memory of a generation that was carried out; else it is being carried out. */
  readonly settled?: boolean;
  readonly memory?: Partial<ServiceMemory>;
  readonly claimed?: Blocked;
}

/** Drift kinds, actions and reasons of a plan for one component, as words. */
function planned(situation: Situation) {
  const { spec = api, containers = [], claimed } = situation;
  const document = desired({ generation: 2, spec: service({ components: [spec], ...situation.service }) });
  const base = situation.settled ? settled(document) : memory();
  const made = plan(
    planInput(document, {
      containers,
      memory: { ...base, ...situation.memory },
      claimed: new Map(claimed === undefined ? [] : [["api", claimed]]),
    }),
  );
  return {
    drift: made.drift.map((d) => d.kind),
    actions: made.actions.map((a) => `${a.kind}${a.repairs ? " (repair)" : ""}`),
    blocked: made.blocked.map((b) => b.reason),
    asDesired: made.asDesired,
  };
}

const exited = (exitCode: number, own: Partial<ObservedContainer> = {}) =>
  container(api, { state: "exited", exitCode, ...own });
const sick = component({
  health: {
    ...{ check: { kind: "cmd", cmd: ["true"] }, intervalMs: 1_000, timeoutMs: 1_000, retries: 3, startPeriodMs: 0 },
    onUnhealthy: "restart",
  },
});

describe("what runs as desired", () => {
  it("is left alone", () => {
    const nothing = { drift: [], actions: [], blocked: [], asDesired: true };
    assert.deepEqual(planned({ containers: [container()] }), nothing);
    assert.deepEqual(planned({ containers: [container()], settled: true }), nothing);
  });

  it("is left alone when only what the agent itself uses has changed", () => {
    const spec = component({ minUpMs: 60_000, dependsOn: [], overlap: true });
    assert.deepEqual(planned({ spec, containers: [container()] }).actions, []);
  });

  it('asks the registry once for each new generation with pull = "always"', () => {
    const spec = component({ pull: "always" });
    assert.deepEqual(planned({ spec, containers: [container()] }).actions, ["rollout"]);
    assert.deepEqual(planned({ spec, containers: [container()], memory: { asked: { api: 2 } } }).actions, []);
    assert.deepEqual(planned({ spec, containers: [container(api, { generation: 2 })] }).actions, []);
    assert.deepEqual(planned({ spec, containers: [container()], settled: true }).actions, []);
  });
});

interface Kind {
  readonly situation: Situation;
  readonly drift: string;
  readonly action: string;
}

const KINDS: Record<string, Kind> = {
  missing: { situation: {}, drift: "missing", action: "rollout" },
  crashed: { situation: { containers: [exited(1)] }, drift: "not-running", action: "start" },
  outdated: { situation: { spec: newer, containers: [container()] }, drift: "outdated", action: "rollout" },
  renamed: { situation: { containers: [container(api, { name: "x" })] }, drift: "renamed", action: "rename" },
  unexpected: {
    situation: { service: { active: false }, containers: [container()] },
    drift: "unexpected",
    action: "stop",
  },
  unhealthy: {
    situation: { spec: sick, containers: [container(sick, { health: "unhealthy" })] },
    drift: "unhealthy",
    action: "restart",
  },
};

for (const [name, { situation, drift, action }] of Object.entries(KINDS)) {
  describe(`a container that is ${name}`, () => {
    it("is seen to without being called drift while its generation is carried out", () => {
      const expected = { drift: [], actions: [action], blocked: [], asDesired: false };
      for (const policy of ["repair", "report", "ignore"] satisfies DriftPolicy[]) {
        assert.deepEqual(planned({ ...situation, service: { ...situation.service, drift: policy } }), expected, policy);
      }
    });

    it("is drift and repaired afterwards", () => {
      const expected = { drift: [drift], actions: [`${action} (repair)`], blocked: [], asDesired: false };
      assert.deepEqual(planned({ ...situation, settled: true }), expected);
    });

    it("is only told with drift = report, and not even that with ignore", () => {
      const quiet = (policy: DriftPolicy) =>
        planned({ ...situation, settled: true, service: { ...situation.service, drift: policy } });
      assert.deepEqual(quiet("report"), { drift: [drift], actions: [], blocked: [], asDesired: false });
      assert.deepEqual(quiet("ignore"), { drift: [], actions: [], blocked: [], asDesired: false });
    });

    it("waits while its delay runs", () => {
      const repairs = { api: { count: 1, notBeforeMs: NOW_MS + 1, lastMs: NOW_MS } };
      const { actions, blocked } = planned({ ...situation, settled: true, memory: { repairs } });
      assert.deepEqual({ actions, blocked }, { actions: [], blocked: ["backoff"] });
    });
  });
}

describe("repairs that something outside undoes", () => {
  const tired = { repairs: { api: { count: 5, notBeforeMs: 0, lastMs: NOW_MS } } };

  it("end after five", () => {
    const { actions, blocked } = planned({ settled: true, memory: tired });
    assert.deepEqual({ actions, blocked }, { actions: [], blocked: ["fight"] });
  });

  it("continue with delays if the container itself fails", () => {
    const { actions } = planned({ settled: true, memory: tired, containers: [exited(1)] });
    assert.deepEqual(actions, ["start (repair)"]);
    for (const code of [0, 137, 143]) {
      const { blocked } = planned({ settled: true, memory: tired, containers: [exited(code)] });
      assert.deepEqual(blocked, ["fight"], `exit code ${code} is somebody's stop`);
    }
  });
});

describe("a generation that failed", () => {
  const failed = { failed: { api: 2 }, serving: { api }, repairs: { api: { count: 1, notBeforeMs: 0, lastMs: 0 } } };
  const tried = { spec: newer, settled: true };

  it("is not tried again while the version before serves", () => {
    const { actions, blocked, drift } = planned({ ...tried, containers: [container()], memory: failed });
    assert.deepEqual({ actions, blocked, drift }, { actions: [], blocked: ["failed"], drift: ["outdated"] });
  });

  it("shows as failed under every drift policy", () => {
    for (const drift of ["report", "ignore"] satisfies DriftPolicy[]) {
      const situation = { ...tried, containers: [container()], memory: failed, service: { drift } };
      assert.equal(planned(situation).asDesired, false);
    }
  });

  it("keeps the version before running", () => {
    const { actions } = planned({ ...tried, containers: [exited(1)], memory: failed });
    assert.deepEqual(actions, ["start (repair)"]);
  });

  it("judges the version before by its own restart policy", () => {
    const job = component({ restart: { policy: "no" } });
    const done = container(job, { state: "exited", exitCode: 0 });
    const { actions, blocked } = planned({
      ...tried,
      containers: [done],
      memory: { ...failed, serving: { api: job } },
    });
    assert.deepEqual({ actions, blocked }, { actions: [], blocked: ["failed"] });
  });

  it("is tried again when nothing serves, also when its delays were forgotten", () => {
    assert.deepEqual(planned({ ...tried, memory: failed }).actions, ["rollout (repair)"]);
    assert.deepEqual(planned({ ...tried, memory: { ...failed, repairs: {} } }).actions, ["rollout (repair)"]);
  });

  it("does not hold back the next one", () => {
    const { actions } = planned({ spec: newer, containers: [container()], memory: { ...failed, failed: { api: 1 } } });
    assert.deepEqual(actions, ["rollout"]);
  });
});

describe("a container that ended", () => {
  const job = component({ restart: { policy: "no" } });
  const ended = (exitCode: number) => [container(job, { state: "exited", exitCode })];

  it("by itself with code 0 under restart = no is as desired", () => {
    assert.deepEqual(planned({ spec: job, containers: ended(0), settled: true }).asDesired, true);
  });

  it("with an error under restart = no is told and left", () => {
    const { drift, actions } = planned({ spec: job, containers: ended(1), settled: true });
    assert.deepEqual({ drift, actions }, { drift: ["not-running"], actions: [] });
  });

  it("with an error under restart = no is no success of a deploy", () => {
    const { blocked, asDesired } = planned({ spec: job, containers: ended(1) });
    assert.deepEqual({ blocked, asDesired }, { blocked: ["failed"], asDesired: false });
  });

  it("runs again when the service was stopped and is started", () => {
    for (const code of [0, 143]) {
      const { actions } = planned({ spec: job, containers: ended(code), memory: { stopped: ["api"] } });
      assert.deepEqual(actions, ["start"], `exit code ${code}`);
    }
  });
});

describe("a name or port of another service", () => {
  const claimed: Blocked = { component: "api", reason: "name-taken", message: "another's" };

  it("keeps a container from being made or renamed", () => {
    const renamed = [container(api, { name: "x" })];
    for (const containers of [[], renamed]) {
      const { actions, blocked } = planned({ containers, claimed });
      assert.deepEqual({ actions, blocked }, { actions: [], blocked: ["name-taken"] });
    }
  });

  it("does not keep a container of ours from being started or stopped", () => {
    assert.deepEqual(planned({ containers: [exited(1)], claimed }).actions, ["start"]);
    const stopped = { containers: [container()], service: { active: false } };
    assert.deepEqual(planned({ ...stopped, claimed }).actions, ["stop"]);
  });

  it("lets the old container serve again that a replacement had stopped, unless the user had stopped it", () => {
    const containers = [exited(137)];
    assert.deepEqual(planned({ spec: newer, containers, claimed }).actions, ["start"]);
    const memory = { stopped: ["api"] };
    assert.deepEqual(planned({ spec: newer, containers, claimed, memory }).actions, []);
  });
});

describe("what a broken-off replacement left behind", () => {
  const half = container(newer, { id: "half", attempt: "second", name: "web-api.second", state: "created" });
  const attempts = { api: "second" };

  it("is continued when it matches the spec", () => {
    const { actions } = planned({ spec: newer, containers: [container(), half], memory: { attempts } });
    assert.deepEqual(actions, ["rollout"]);
  });

  it("is removed when the spec has changed", () => {
    const { actions } = planned({ containers: [container(), half], memory: { attempts } });
    assert.deepEqual(actions, ["remove"]);
  });

  it("is removed when its attempt was forgotten, and waits where it could not be removed just now", () => {
    const containers = [container(), half];
    const repairs = { api: { count: 1, notBeforeMs: NOW_MS + 1, lastMs: NOW_MS } };
    assert.deepEqual(planned({ containers }).actions, ["remove"]);
    assert.deepEqual(planned({ containers, memory: { repairs } }).actions, []);
  });

  it("serves on as the old container when it had taken over already", () => {
    const promoted = { ...half, name: "web-api", state: "running" } as const;
    const third = component({ image: "example.net/web:v3" });
    const made = plan(
      planInput(desired({ spec: service({ components: [third] }) }), {
        containers: [promoted],
        memory: memory({ attempts }),
      }),
    );
    assert.deepEqual(
      made.actions.map((a) => [a.kind, a.kind === "rollout" && a.old?.id]),
      [["rollout", "half"]],
    );
  });

  it("is stopped and not removed when it had taken over and the service is stopped", () => {
    const promoted = { ...half, name: "web-api", state: "running" } as const;
    const situation = { spec: newer, containers: [promoted], memory: { attempts }, service: { active: false } };
    assert.deepEqual(planned(situation).actions, ["stop"]);
  });
});

describe("a running leftover of an earlier replacement", () => {
  const leftover = container(api, { id: "leftover", name: temporaryName("web", "api", "second"), attempt: "second" });
  const changes = (current: ObservedContainer) => {
    const document = desired({ spec: service({ components: [api] }) });
    const input = { containers: [current, leftover], memory: settled(document) };
    return plan(planInput(document, input)).actions.map((action) =>
      action.kind === "remove" ? `remove ${action.container.id}` : action.kind,
    );
  };

  it("is removed while the container under the own name runs", () => {
    assert.deepEqual(changes(container()), ["remove leftover"]);
  });

  it("is kept while that one is removed because its process is gone: it may be all that serves", () => {
    const current = container(api, { isLost: true });
    assert.deepEqual(changes(current), [`remove ${current.id}`]);
  });

  it("is kept and gets the name while that one is removed because it stays in stopping", () => {
    const current = container(api, { state: "stopping", sinceMs: NOW_MS - 60_000 });
    assert.deepEqual(changes(current), [`remove ${current.id}`, "rename"]);
  });
});
