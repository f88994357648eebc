import assert from "node:assert/strict";
import { test } from "node:test";
import { clashText, findClashes } from "../../../src/schemas/service/clash.ts";
import { diffSpecs } from "../../../src/schemas/service/diff.ts";
import type { ComponentSpec, ServiceSpec } from "../../../src/schemas/service/spec.ts";
import { specToDefinition } from "../../../src/schemas/service/spec-to-definition.ts";
import { nearest } from "../../../src/values/nearest.ts";
import { componentSpec } from "../../helpers/component-spec.ts";

const web = (own: Partial<ComponentSpec> = {}) => componentSpec({ name: "web", image: "web:1", ...own });
const service = (components: ComponentSpec[], name = "shop"): ServiceSpec => ({
  name,
  active: true,
  drift: "repair",
  components,
});
const port = (hostPort: number, hostAddress?: string) => ({
  hostPort,
  containerPort: 80,
  protocol: "tcp" as const,
  ...(hostAddress === undefined ? {} : { hostAddress }),
});

test("names each field that differs in the words of a definition", () => {
  const have = service([web({ memoryBytes: 512 * 1024 ** 2, minUpMs: 2_000 })]);
  const want = {
    ...service([web({ image: "web:2", memoryBytes: 1024 ** 3, minUpMs: 90_000, ports: [port(80)] })]),
    active: false,
  };
  assert.deepEqual(diffSpecs(want, have), [
    { field: "active", want: "false", have: "true" },
    { field: "components.web.image", want: "web:2", have: "web:1" },
    { field: "components.web.ports", want: '["80:80"]', have: "[]" },
    { field: "components.web.memory", want: "1g", have: "512m" },
    { field: "components.web.min_up", want: "90s", have: "2s" },
  ]);
});

test("never shows the value of an environment variable", () => {
  const have = service([web({ env: { SAME: "1", GONE: "s3cret", CHANGED: "s3cret" } })]);
  const want = service([web({ env: { SAME: "1", NEW: "s3cret", CHANGED: "s3cret2", constructor: "s3cret" } })]);
  assert.deepEqual(diffSpecs(want, have), [
    { field: "components.web.env.NEW", want: "(set)", have: "(none)" },
    { field: "components.web.env.CHANGED", want: "(changed)", have: "(set)" },
    { field: "components.web.env.constructor", want: "(set)", have: "(none)" },
    { field: "components.web.env.GONE", want: "(none)", have: "(set)" },
  ]);
  assert.ok(
    !JSON.stringify([diffSpecs(want, have), diffSpecs(have, want), diffSpecs(want, undefined)]).includes("s3cret"),
  );
});

test("reports components that only one side has, and matches the others by name", () => {
  const have = service([web(), web({ name: "old", image: "old:1" })]);
  const want = service([web({ name: "new", image: "new:1" }), web()]);
  assert.deepEqual(diffSpecs(want, have), [
    { field: "components.new", want: "new:1", have: "(none)" },
    { field: "components.old", want: "(none)", have: "old:1" },
  ]);
  assert.deepEqual(diffSpecs(want, undefined).at(-1), { field: "components.web", want: "web:1", have: "(none)" });
});

test("shows labels and health by member", () => {
  const health = {
    check: { kind: "tcp" as const, address: "127.0.0.1:80" },
    intervalMs: 10_000,
    timeoutMs: 3_000,
    retries: 3,
    startPeriodMs: 0,
    onUnhealthy: "restart" as const,
  };
  const have = service([web({ labels: { team: "a" }, health })]);
  const want = service([web({ labels: { team: "b" }, health: { ...health, intervalMs: 5_000 } })]);
  assert.deepEqual(diffSpecs(want, have), [
    { field: "components.web.labels.team", want: "b", have: "a" },
    { field: "components.web.health.interval", want: "5s", have: "10s" },
  ]);
});

test("a definition made from a spec leaves out what goes without saying", () => {
  const spec = service([
    web({
      restart: { policy: "unless-stopped" },
      stopTimeoutMs: 10_000,
      minUpMs: 2_000,
      ports: [port(80)],
      env: { A: "b=c" },
    }),
  ]);
  assert.deepEqual(specToDefinition(spec, ["rift"]), {
    name: "shop",
    node: "rift",
    components: [{ name: "web", image: "web:1", ports: ["80:80"], env: ["A=b=c"] }],
  });
  const many = specToDefinition({ ...spec, active: false, drift: "ignore" }, ["rift", "orion"]);
  assert.deepEqual([many.node, many.nodes, many.active, many.drift], [undefined, ["rift", "orion"], false, "ignore"]);
});

test("finds two services of a node that want one container name", () => {
  const clashes = findClashes([service([web({ name: "proxy-x" })], "mc"), service([web({ name: "x" })], "mc-proxy")]);
  assert.deepEqual(clashes.map(clashText), ['mc/proxy-x and mc-proxy/x would both be container "mc-proxy-x"']);
  assert.deepEqual(findClashes([service([web({ name: "a" })], "a"), service([web({ name: "b" })], "a-b")]), []);
});

test("finds two services of a node that want one host port, an address and all addresses included", () => {
  const one = service([web({ ports: [port(80), port(443)] })], "one");
  const two = service([web({ ports: [port(8080), port(443, "127.0.0.1")] })], "two");
  assert.deepEqual(findClashes([one, two]).map(clashText), [
    "one/web (443:80) and two/web (127.0.0.1:443:80) both publish that port of the node",
  ]);
  assert.deepEqual(
    findClashes([
      service([web({ ports: [port(80, "127.0.0.1")] })], "a"),
      service([web({ ports: [port(80, "127.0.0.2")] })], "b"),
    ]),
    [],
  );
});

test("proposes the nearest word, and nothing when none is near", () => {
  const known = ["deploy", "status", "stop", "start"];
  assert.equal(nearest("depoly", known), "deploy");
  assert.equal(nearest("STATUS", known), "status");
  assert.equal(nearest("dep", known), "deploy");
  assert.equal(nearest("zzz", known), undefined);
  assert.equal(nearest("", known), undefined);
  assert.equal(nearest("ab", ["xy"]), undefined);
});

test("a changed drift policy is a difference", () => {
  const have = service([web()]);
  assert.deepEqual(diffSpecs({ ...have, drift: "report" }, have), [{ field: "drift", want: "report", have: "repair" }]);
});
