/** What create is asked for; that podman honors it is tested against podman in test/contract/runtime-spec.test.ts. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createBody, stopSeconds } from "../../../../src/agent/runtime/podman/create-body.ts";
import { isLoopbackRegistry, registryOf } from "../../../../src/agent/runtime/podman/image-name.ts";
import { findObstacles } from "../../../../src/agent/runtime/podman/preconditions.ts";
import type { ComponentSpec } from "../../../../src/schemas/service/spec.ts";
import { componentSpec } from "../../../helpers/component-spec.ts";

const IMAGE = "registry.example.net/hello:v1";
const NODE = { limits: { memory: true, cpus: true }, missingSources: new Set<string>(), lowestPort: 0, heldPorts: [] };
const bodyOf = (own: Partial<ComponentSpec>, aliases: readonly string[] = []) =>
  createBody({
    name: "web-api",
    spec: componentSpec({ image: IMAGE, ...own }),
    aliases,
    labels: { "mcp.service": "web" },
  });

test("asks for limits in podman's units", () => {
  assert.deepEqual(bodyOf({ memoryBytes: 512 * 1024 * 1024, cpus: 1.5 }).resource_limits, {
    memory: { limit: 536_870_912 },
    cpu: { quota: 150_000, period: 100_000 },
  });
  assert.deepEqual(bodyOf({ cpus: 0.25 }).resource_limits, { cpu: { quota: 25_000, period: 100_000 } });
  assert.equal("resource_limits" in bodyOf({}), false);
});

test("names no network unless one is given, so that podman's rootless default holds", () => {
  const body = bodyOf({}, ["api"]);
  assert.equal("netns" in body || "Networks" in body, false);
});

test("asks for a bridge where a network is named: podman would otherwise refuse it", () => {
  const body = bodyOf({ network: "mcpnet" }, ["web-api", "api"]);
  assert.deepEqual([body.netns, body.Networks], [{ nsmode: "bridge" }, { mcpnet: { aliases: ["web-api", "api"] } }]);
});

test("gives the component's name as host name, unless another is given or the node's network is used", () => {
  assert.deepEqual(
    [bodyOf({}), bodyOf({ hostname: "own" }), bodyOf({ network: "host" }), bodyOf({ network: "none" })].map(
      ({ hostname }) => hostname,
    ),
    ["api", "own", undefined, "api"],
  );
});

test("gives a read-only root no scratch directory where it has a directory in memory of its own", () => {
  const { mounts } = bodyOf({ readOnly: true, tmpfs: [{ path: "/tmp", options: [] }] });
  const paths = mounts.map((mount) => "destination" in mount && mount.destination);
  assert.deepEqual(paths.toSorted(), ["/run", "/tmp", "/var/tmp"]);
});

test("refuses host-gateway before podman 4.7, and says what to use instead", () => {
  const spec = componentSpec({ image: IMAGE, extraHosts: ["gw:host-gateway"] });
  for (const version of ["3.4.4", "4.3.1", "4.6.2+ds1"]) {
    const [obstacle] = findObstacles(spec, { ...NODE, version });
    assert.equal(obstacle?.code, "E_UNSUPPORTED");
    assert.match(obstacle.hint, /host\.containers\.internal/);
  }
  for (const version of ["4.7.0", "4.10.1", "5.4.2"]) assert.deepEqual(findObstacles(spec, { ...NODE, version }), []);
  assert.deepEqual(findObstacles(componentSpec({ image: IMAGE, extraHosts: ["a:10.0.0.1"] }), NODE), []);
});

test("counts every begun second of a stop time-out", () => {
  assert.deepEqual([0, 1, 999, 1_000, 1_001, 10_000].map(stopSeconds), [0, 1, 1, 1, 2, 10]);
});

test("leaves the image's own command and user where none is given", () => {
  const body = bodyOf({});
  assert.equal("command" in body || "user" in body, false);
});

test("refuses what podman would drop silently, naming the field", () => {
  const refused: [Partial<ComponentSpec>, RegExp][] = [
    [{ memoryBytes: 1 }, /memory/],
    [{ cpus: 1 }, /cpus/],
    [{ network: "host", ports: [{ hostPort: 1, containerPort: 1, protocol: "tcp" }] }, /ports.*host/],
    [{ network: "bridge" }, /bridge/],
    [{ network: "pasta" }, /pasta/],
    [{ env: { "A=B": "secret" } }, /^(?!.*secret).*A=B/],
    [{ env: { "": "secret" } }, /^(?!.*secret)/],
  ];
  for (const [own, message] of refused) {
    const spec = componentSpec({ image: IMAGE, ...own });
    const [obstacle] = findObstacles(spec, { ...NODE, limits: { memory: false, cpus: false } });
    assert.equal(obstacle?.code, "E_UNSUPPORTED");
    assert.match(obstacle.message, message);
  }
  const fine = componentSpec({ image: IMAGE, memoryBytes: 1, cpus: 1, network: "none" });
  assert.deepEqual(findObstacles(fine, NODE), []);
});

test("finds every obstacle at once, with what to do about it", () => {
  const volume = { kind: "bind", source: "/srv/none", target: "/x", readOnly: true, options: [] } as const;
  const port = { hostPort: 80, containerPort: 8080, protocol: "tcp" } as const;
  const spec = componentSpec({ image: "hello:v1", volumes: [volume], ports: [port, { ...port, hostPort: 8080 }] });
  const found = findObstacles(spec, { ...NODE, missingSources: new Set(["/srv/none"]), lowestPort: 1024 });
  assert.deepEqual(
    found.map(({ code, hint }) => [code, /`(.*?)`/.exec(hint)?.[1]]),
    [
      ["E_IMAGE", "registry.example.net/hello:v1"],
      ["E_FILE", "mkdir -p /srv/none"],
      ["E_UNSUPPORTED", "sysctl net.ipv4.ip_unprivileged_port_start=80"],
    ],
  );
});

test("trusts plain HTTP on this machine's own addresses only", () => {
  const loopback = ["localhost", "localhost:5000", "127.0.0.1:5000", "127.8.8.8", "[::1]:5000"];
  const others = [
    "registry.example.net",
    "localhost.example.net",
    "127.0.0.1.example.net:5000",
    "[::2]:5000",
    "10.0.0.1",
  ];
  assert.deepEqual(loopback.filter(isLoopbackRegistry), loopback);
  assert.deepEqual(others.filter(isLoopbackRegistry), []);
});

test("takes whole image references only", () => {
  assert.equal(registryOf("127.0.0.1:5000/a/b:v1"), "127.0.0.1:5000");
  for (const image of ["hello:v1", "library/hello:v1", "", "a b", "../x", "registry.example.net/hello"]) {
    assert.throws(() => registryOf(image), { code: "E_IMAGE" });
  }
});
