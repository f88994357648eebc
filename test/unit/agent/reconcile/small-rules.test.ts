/** The small pure rules beneath the planner: who may run beside whom, what is done when, who has a claim. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isCompleted, isExhausted } from "../../../../src/agent/reconcile/drift/completion.ts";
import { canRunSideBySide } from "../../../../src/agent/reconcile/plan/can-run-side-by-side.ts";
import { findClaims } from "../../../../src/agent/reconcile/plan/claims.ts";
import { dependencyDepths } from "../../../../src/agent/reconcile/plan/dependency-order.ts";
import type { ComponentSpec, PortSpec, VolumeSpec } from "../../../../src/schemas/service/spec.ts";
import { component, desired, row, service, settled, tombstone } from "../../../helpers/builders.ts";

const port = (hostPort: number, own: Partial<PortSpec> = {}): ComponentSpec =>
  component({ ports: [{ hostPort, containerPort: 80, protocol: "tcp", ...own }] });
const volume = (own: Partial<VolumeSpec> = {}, more: Partial<ComponentSpec> = {}): ComponentSpec =>
  component({
    volumes: [{ kind: "bind", source: "/srv/web", target: "/d", readOnly: false, options: [], ...own }],
    ...more,
  });
const readOnly = volume({ readOnly: true });

describe("old and new run side by side", () => {
  const cases: readonly [string, ComponentSpec | undefined, ComponentSpec, boolean][] = [
    ["when they share nothing", component(), component(), true],
    ["not on the same host port", port(80), port(80), false],
    ["on other host ports", port(80), port(81), true],
    ["on one port of two protocols", port(53), port(53, { protocol: "udp" }), true],
    [
      "on one port of two addresses",
      port(80, { hostAddress: "10.0.0.1" }),
      port(80, { hostAddress: "10.0.0.2" }),
      true,
    ],
    ["not on one port when one takes every address", port(80), port(80, { hostAddress: "10.0.0.2" }), false],
    ["not on one volume that both write", volume(), volume(), false],
    ["not on one volume that one of them writes", readOnly, volume(), false],
    ["on one volume that both only read", readOnly, readOnly, true],
    ["not when a read-only volume is handed over (U)", readOnly, volume({ readOnly: true, options: ["U"] }), false],
    ["not when a read-only volume is relabeled (Z)", readOnly, volume({ readOnly: true, options: ["Z"] }), false],
    ["when a shared label (z) is all", readOnly, volume({ readOnly: true, options: ["z"] }), true],
    ["on volumes of two kinds with one name", volume(), volume({ kind: "volume" }), true],
    ["on one volume when the definition allows it", volume(), volume({}, { overlap: true }), true],
    ["not on one port although the definition allows overlap", port(80), { ...port(80), overlap: true }, false],
    ["when nothing is known of the old one and the new one needs nothing", undefined, component(), true],
    ["not when nothing is known of the old one and the new one writes", undefined, volume(), false],
    ["not when nothing is known of the old one and the new one publishes a port", undefined, port(80), false],
  ];
  for (const [title, old, next, expected] of cases)
    it(title, () => assert.equal(canRunSideBySide(old, next), expected));
});

describe("a container that ended", () => {
  const ended = (exitCode: number, restarts = 0) => ({ state: "exited" as const, exitCode, restarts });

  it("has done its work after code 0 under a policy that lets it end", () => {
    assert.equal(isCompleted({ policy: "no" }, ended(0)), true);
    assert.equal(isCompleted({ policy: "on-failure" }, ended(0)), true);
    assert.equal(isCompleted({ policy: "always" }, ended(0)), false);
    assert.equal(isCompleted({ policy: "unless-stopped" }, ended(0)), false);
    assert.equal(isCompleted({ policy: "no" }, ended(1)), false);
    assert.equal(isCompleted({ policy: "no" }, { state: "created" }), false);
  });

  it("is exhausted when its policy allows no further start", () => {
    assert.equal(isExhausted({ policy: "no" }, ended(1)), true);
    assert.equal(isExhausted({ policy: "on-failure", retries: 3 }, ended(1, 3)), true);
    assert.equal(isExhausted({ policy: "on-failure", retries: 3 }, ended(1, 2)), false);
    assert.equal(isExhausted({ policy: "on-failure" }, ended(1, 99)), false);
    assert.equal(isExhausted({ policy: "no" }, ended(0)), false);
    assert.equal(isExhausted({ policy: "always" }, ended(1)), false);
  });
});

describe("the depth of a component", () => {
  it("is one more than the deepest it depends on", () => {
    const names = { db: [], cache: ["db"], api: ["db", "cache"], site: ["api"], lone: [] };
    const components = Object.entries(names).map(([name, dependsOn]) => component({ name, dependsOn }));
    const expected = { db: 0, cache: 1, api: 2, site: 3, lone: 0 };
    assert.deepEqual(Object.fromEntries(dependencyDepths(components.toReversed())), expected);
  });

  it("is found for a circle and for an unknown name too", () => {
    const circle = [component({ name: "a", dependsOn: ["b"] }), component({ name: "b", dependsOn: ["a", "gone"] })];
    assert.deepEqual([...dependencyDepths(circle).keys()].sort(), ["a", "b"]);
  });
});

describe("a name or port that two services want", () => {
  const wants = (name: string, generation = 1) =>
    desired({ generation, spec: service({ name, components: [port(80)] }) });
  const loser = (...rows: Parameters<typeof findClaims>[0]) => [...findClaims(rows).keys()];

  it("is the first one's that was accepted", () => {
    assert.deepEqual(loser(row(wants("b")), row(wants("a"))), ["a"]);
  });

  it("belongs to the service that has it applied, in any order", () => {
    assert.deepEqual(loser(row(wants("a")), row(wants("b"), settled(wants("b")))), ["a"]);
  });

  it("stays with the running service while its next generation is applied", () => {
    const changed = row(wants("b", 2), settled(wants("b")));
    assert.deepEqual(loser(row(wants("a")), changed), ["a"]);
  });

  it("is free again when its owner is retired", () => {
    assert.deepEqual(loser(row(tombstone({ service: "a" })), row(wants("b"))), []);
  });

  it("is told with both names", () => {
    const mc = desired({ spec: service({ name: "mc", components: [component({ name: "proxy" })] }) });
    const proxy = desired({ spec: service({ name: "mc-proxy", components: [component({ name: "mc-proxy" })] }) });
    const blocked = findClaims([row(mc), row(proxy)])
      .get("mc-proxy")
      ?.get("mc-proxy");
    assert.equal(blocked?.reason, "name-taken");
    assert.match(blocked?.message ?? "", /mc\/proxy and mc-proxy\/mc-proxy .*"mc-proxy"/);
  });
});
