/** Order and removals: what a plan does first, and what it never does on doubt. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { plan } from "../../../../src/agent/reconcile/plan/plan.ts";
import { isSettled } from "../../../../src/agent/reconcile/plan/service-state.ts";
import { present } from "../../../../src/values/present.ts";
import {
  component,
  container,
  desired,
  memory,
  NOW_MS,
  planInput,
  service,
  settled,
  tombstone,
} from "../../../helpers/builders.ts";

const db = component({ name: "db" });
const api = component({ dependsOn: ["db"] });
const site = component({ name: "site", dependsOn: ["api"] });
const chain = service({ components: [site, api, db] });
const document = desired({ generation: 2, spec: chain });

const ordered = (made: ReturnType<typeof plan>) => made.actions.map((a) => `${a.order} ${a.kind} ${a.component}`);

it("a plan is made again when the first of its delays ends", () => {
  const two = desired({ generation: 1, spec: service({ components: [db, component({ name: "other" })] }) });
  const delayed = (ms: number) => ({ count: 1, notBeforeMs: NOW_MS + ms, lastMs: NOW_MS });
  const known = settled(two, { repairs: { db: delayed(5_000), other: delayed(2_000) } });
  assert.equal(plan(planInput(two, { memory: known })).wakeAtMs, NOW_MS + 2_000);
});

it("a clone of a container is reported, unless drift is ignored", () => {
  const clone = (drift: "repair" | "ignore") => {
    const one = desired({ generation: 1, spec: service({ drift, components: [db] }) });
    const containers = [container(db), container(db, { id: "clone", name: "clone-of-db" })];
    return plan(planInput(one, { containers, memory: settled(one) })).drift.map(({ kind }) => kind);
  };
  assert.deepEqual([clone("repair"), clone("ignore")], [["conflict"], []]);
});

describe("the order of a plan", () => {
  it("starts what others depend on first", () => {
    assert.deepEqual(ordered(plan(planInput(document))), ["0 rollout db", "1 rollout api", "2 rollout site"]);
  });

  it("stops in the reverse order", () => {
    const stopped = desired({ generation: 2, spec: { ...chain, active: false } });
    const containers = [db, api, site].map((c) => container(c));
    assert.deepEqual(ordered(plan(planInput(stopped, { containers }))), ["0 stop site", "1 stop api", "2 stop db"]);
  });

  it("removes a retired service in the reverse order of its starts", () => {
    const containers = [db, api, site].map((c) => container(c));
    const retired = tombstone({ generation: 2, retired: chain });
    const expected = ["-3 remove site", "-2 remove api", "-1 remove db"];
    assert.deepEqual(ordered(plan(planInput(retired, { containers }))), expected);
  });

  it("removes what is no longer named when everything new is up, and not before", () => {
    const gone = container(component({ name: "gone" }));
    const early = plan(planInput(document, { containers: [gone, container(db), container(api)] }));
    assert.deepEqual(ordered(early), ["2 rollout site"]);
    const containers = [gone, ...[db, api, site].map((c) => container(c))];
    assert.deepEqual(ordered(plan(planInput(document, { containers }))), ["-1 remove gone"]);
  });

  it("names what holds a port of a new component, so that it is stopped before that starts", () => {
    const ports = [{ hostPort: 80, containerPort: 80, protocol: "tcp" }] as const;
    const [gone, other] = [component({ name: "gone", ports }), component({ name: "other" })];
    const one = desired({ generation: 2, spec: service({ components: [component({ ports })] }) });
    const known = memory({ serving: { gone, other } });
    const made = plan(planInput(one, { containers: [container(gone), container(other)], memory: known }));
    const [action] = made.actions;
    assert.ok(action?.kind === "rollout");
    assert.deepEqual(
      action.inTheWay.map(({ name }) => name),
      ["web-gone"],
    );
  });

  it("makes a component wait for one that cannot come up", () => {
    const failed = memory({ repairs: { db: { count: 1, notBeforeMs: NOW_MS + 9, lastMs: NOW_MS } } });
    const made = plan(planInput(document, { memory: failed }));
    assert.deepEqual(made.actions, []);
    assert.deepEqual(
      made.blocked.map((b) => [b.component, b.reason]),
      [
        ["db", "backoff"],
        ["api", "dependency"],
        ["site", "dependency"],
      ],
    );
    assert.equal(made.wakeAtMs, NOW_MS + 9);
  });

  it("is not settled while a component waits for the first health check of another one", () => {
    const check = { check: { kind: "cmd", cmd: ["true"] }, intervalMs: 1, timeoutMs: 1, retries: 1 } as const;
    const checked = component({ name: "db", health: { ...check, startPeriodMs: 0, onUnhealthy: "restart" } });
    const dependent = desired({ generation: 2, spec: service({ components: [checked, api] }) });
    const settles = (health?: "healthy") =>
      isSettled(plan(planInput(dependent, { containers: [container(checked, present({ health }))] })));
    const failed = memory({ repairs: { api: { count: 1, notBeforeMs: NOW_MS + 9, lastMs: NOW_MS } } });
    const containers = [container(checked, { health: "healthy" })];
    assert.equal(settles(), false);
    assert.equal(settles("healthy"), false, "the dependent is deployed");
    assert.equal(isSettled(plan(planInput(dependent, { containers, memory: failed }))), true);
  });

  it("repairs a component although what it depends on runs in an older version", () => {
    const containers = [container(component({ name: "db", image: "example.net/web:v0" })), container(site)];
    const stopped = container(api, { state: "exited", exitCode: 1 });
    const made = plan(
      planInput(document, { containers: [...containers, stopped], memory: settled(document, { failed: { db: 2 } }) }),
    );
    assert.deepEqual(ordered(made), ["1 start api"]);
  });

  it("does not bring up a new component beside an older version of what it depends on", () => {
    const containers = [container(component({ name: "db", image: "example.net/web:v0" })), container(site)];
    const known = settled(document, { failed: { db: 2 }, serving: { db, site } });
    const made = plan(planInput(document, { containers, memory: known }));
    assert.deepEqual([made.actions, made.blocked.map((b) => b.reason)], [[], ["failed", "dependency"]]);
  });
});

describe("a plan removes", () => {
  const orphan = (generation: number) => container(component({ name: "gone" }), { generation });
  const one = desired({ generation: 2, spec: service() });

  it("a container of a component that a newer generation no longer names", () => {
    assert.deepEqual(ordered(plan(planInput(one, { containers: [container(), orphan(1)] }))), ["-1 remove gone"]);
  });

  it("nothing that a generation made which this node does not know", () => {
    for (const doc of [one, tombstone({ generation: 2 })]) {
      const made = plan(planInput(doc, { containers: [orphan(3)] }));
      assert.deepEqual(
        made.actions.filter((a) => a.kind === "remove"),
        [],
      );
      assert.deepEqual(
        made.drift.map((d) => d.kind),
        ["orphan"],
      );
    }
  });

  it("nothing whose labels do not tell who made it", () => {
    const strange = orphan(1);
    const { "mcp.generation": _, ...labels } = strange.labels;
    const made = plan(planInput(one, { containers: [container(), { ...strange, labels }] }));
    assert.deepEqual([made.actions, made.asDesired], [[], true]);
  });

  it("nothing for a while after it could not", () => {
    const repairs = { gone: { count: 1, notBeforeMs: NOW_MS + 5, lastMs: NOW_MS } };
    const made = plan(planInput(one, { containers: [container(), orphan(1)], memory: memory({ repairs }) }));
    assert.deepEqual([made.actions, made.blocked.map((b) => b.reason), made.wakeAtMs], [[], ["backoff"], NOW_MS + 5]);
  });

  it("never a clone: it is told", () => {
    const clone = container(component(), { id: "clone", name: "web-api-clone" });
    const made = plan(planInput(one, { containers: [container(), clone], memory: settled(one) }));
    assert.deepEqual(
      [made.actions, made.drift.map((d) => [d.kind, d.containerName])],
      [[], [["conflict", "web-api-clone"]]],
    );
  });
});

describe("planning", () => {
  it("changes none of its inputs and gives the same plan again", () => {
    const input = planInput(document, { containers: [container(db, { state: "exited", exitCode: 1 })] });
    const data = { ...input, claimed: [], neighbors: [] };
    const before = structuredClone(data);
    assert.deepEqual(plan(input), plan(input));
    assert.deepEqual(data, before);
  });
});
