/**
 * What podman says of a container, in the words of a spec: the way back from a spec for every field of a definition,
 * and what whoever starts a container by hand can ask of podman that no definition can say.
 */
import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { before, describe, test } from "node:test";
import { changedSettings } from "../../src/agent/reconcile/drift/changed-settings.ts";
import { Podman } from "../../src/agent/runtime/podman/podman.ts";
import type { RuntimeDescription } from "../../src/agent/runtime/runtime.ts";
import { LABEL } from "../../src/schemas/service/labels.ts";
import { networkNames } from "../../src/schemas/service/shared-networks.ts";
import type { ComponentSpec } from "../../src/schemas/service/spec.ts";
import { containerPart } from "../../src/schemas/service/spec-hash.ts";
import { componentSpec } from "../helpers/component-spec.ts";
import { freePort } from "../helpers/free-port.ts";
import { pushTestImages } from "../helpers/images.ts";
import { startRegistry } from "../helpers/registry.ts";
import { type PodmanNode, startPodmanNode } from "../helpers/rootless.ts";
import { suiteScope } from "../helpers/scope.ts";
import { FakeRuntime } from "../twin/fake-runtime.ts";

const soon = () => AbortSignal.timeout(30_000);

describe("a container in the words of a spec", () => {
  const scope = suiteScope();
  const world = {} as { node: PodmanNode; runtime: Podman; image: string; digest: string };
  const count = { made: 0 };

  before(async () => {
    const registry = await startRegistry(scope);
    const { reference, digest } = (await pushTestImages(registry.address))["hello:v1"];
    const node = await startPodmanNode(scope, { plainHttpRegistries: [registry.address] });
    const runtime = new Podman({ socketPath: node.socketPath });
    scope.after(() => runtime.close());
    Object.assign(world, { node, runtime, image: reference, digest });
    await runtime.pull(reference, () => undefined, soon());
    await runtime.ensureNetwork("describenet", soon());
  });

  async function described(id: string): Promise<RuntimeDescription> {
    const found = await world.runtime.describe(id, soon());
    assert.ok(found);
    return found;
  }

  /** Of a container that somebody starts by hand. */
  async function started(...args: readonly string[]): Promise<RuntimeDescription> {
    const id = await world.node.podman("run", "-d", "--name", `hand-${++count.made}`, ...args);
    return await described(id.trim());
  }

  /** A container as the agent makes it. */
  async function made(own: Partial<ComponentSpec>) {
    const spec = componentSpec({ image: world.image, ...own });
    const labels = { ...spec.labels, [LABEL.attempt]: "a" };
    const request = { name: `made-${++count.made}`, spec, aliases: networkNames("web", spec.name, false), labels };
    return { id: await world.runtime.create(request, soon()), spec };
  }

  async function changes(id: string, spec: ComponentSpec) {
    const found = await world.runtime.inspect(id, soon());
    assert.ok(found);
    return changedSettings("web", spec, { ...found, enforced: (await world.runtime.info(soon())).limits });
  }

  const saidOf = ({ unsaid }: RuntimeDescription) => unsaid.map(({ field, value }) => `${field}: ${value}`);

  /** What a container is made from, without what only the agent uses. */
  const part = (spec: Omit<ComponentSpec, "name">) => {
    const { name: _, ...rest } = containerPart({ name: "", ...spec });
    return rest;
  };

  const specs: Record<string, (() => Promise<Partial<ComponentSpec>>) | Partial<ComponentSpec>> = {
    "nothing but an image": {},
    "an image by its digest": async () => ({ image: `${world.image.replace(/:v1$/, "")}@${world.digest}` }),
    "a network": { network: "describenet" },
    "the node's network": { network: "host" },
    "no network": { network: "none" },
    "user, command, environment and labels": {
      user: "1000:1000",
      cmd: ["sh", "-c", "a b"],
      env: { A: "1", EMPTY: "", "X.Y": "a=b c", HOME: "/srv/home" },
      labels: { team: "core", "io.example.x": "y=z" },
    },
    ports: async () => ({
      ports: [
        { hostAddress: "127.0.0.1", hostPort: await freePort(), containerPort: 53, protocol: "udp" },
        { hostPort: await freePort(), containerPort: 8080, protocol: "tcp" },
      ],
    }),
    volumes: async () => {
      const source = join(world.node.dir, "bound");
      await mkdir(source, { recursive: true });
      return {
        volumes: [
          { kind: "bind", source, target: "/a", readOnly: true, options: [] },
          { kind: "bind", source, target: "/b", readOnly: false, options: [] },
          { kind: "volume", source: "kept", target: "/c", readOnly: false, options: ["U", "z"] },
          { kind: "volume", source: "kept", target: "/d", readOnly: true, options: [] },
        ],
      };
    },
    "restart always": { restart: { policy: "always" } },
    "restart on failure": { restart: { policy: "on-failure" } },
    "restart on failure, with a limit": { restart: { policy: "on-failure", retries: 3 } },
    "restart unless stopped": { restart: { policy: "unless-stopped" } },
    "a read-only root": { readOnly: true },
    "a read-only root with a volume of its own at /tmp": {
      readOnly: true,
      volumes: [{ kind: "volume", source: "scratch", target: "/tmp", readOnly: false, options: [] }],
    },
    "some capabilities dropped": { capDrop: ["CHOWN", "NET_RAW"] },
    "all capabilities dropped": { capDrop: ["all"] },
    "a stop time-out": { stopTimeoutMs: 7_000 },
    "a host name": { hostname: "db.example.net" },
    "a host name on the node's network": { hostname: "own", network: "host" },
    "an entrypoint with a command": { entrypoint: ["/bin/sh", "-c"], cmd: ["sleep  1000", "x"] },
    "an entrypoint without a command": { entrypoint: ["/bin/sh", "-c", "sleep 1000"] },
    "an entrypoint of one word": { entrypoint: ["/bin/main"] },
    "an entrypoint of one word with a command": { entrypoint: ["/bin/sh"], cmd: ["/bin/sh"] },
    "an entrypoint behind an init process": { entrypoint: ["/bin/sh", "-c"], cmd: ["sleep 1000"], init: true },
    "a directory to start in": { workdir: "/tmp" },
    "an init process": { init: true },
    "a terminal": { tty: true },
    "an open standard input": { stdin: true },
    "a stop signal": { stopSignal: "SIGINT" },
    "a realtime signal": { stopSignal: "SIGRTMIN+3" },
    "a size of /dev/shm": { shmBytes: 1_048_576 },
    "directories in memory": {
      tmpfs: [
        { path: "/cache", options: ["mode=1700", "noexec", "size=1048576"] },
        { path: "/fixed", options: ["ro"] },
        { path: "/scratch", options: [] },
      ],
    },
    "a directory in memory in a read-only root": {
      readOnly: true,
      tmpfs: [{ path: "/scratch", options: ["size=65536"] }],
    },
    "hosts of its own": { extraHosts: ["db.example.net:10.0.0.5", "six:fd00::1"] },
    "DNS servers and domains": { dns: ["9.9.9.9", "2620:fe::fe"], dnsSearch: ["example.net", "example.org"] },
    "no search domain, on a network": { network: "describenet", dnsSearch: ["."] },
  };

  for (const [what, own] of Object.entries(specs)) {
    test(`says again what it was made from: ${what}`, async () => {
      const given = typeof own === "function" ? await own() : own;
      const spec = componentSpec({ image: world.image, ...given });
      const labels = { ...spec.labels, "mcp.service": "web", "mcp.component": spec.name, "mcp.spec": "x" };
      const request = { name: `spec-${++count.made}`, spec, aliases: [], labels };
      const found = await described(await world.runtime.create(request, soon()));
      const sorted = (of: Omit<ComponentSpec, "name">) => {
        const byTarget = of.volumes.toSorted((a, b) => (a.target < b.target ? -1 : 1));
        return {
          ...part(of),
          volumes: byTarget,
          ports: of.ports.toSorted((a, b) => a.containerPort - b.containerPort),
        };
      };
      assert.deepEqual(sorted(found.spec), sorted(spec));
      assert.deepEqual([saidOf(found), found.remarks], [[], []]);
    });
  }

  for (const [what, own] of Object.entries(specs)) {
    test(`has what its spec says, before and after its start: ${what}`, async () => {
      const given = typeof own === "function" ? await own() : own;
      const { id, spec } = await made(given);
      assert.deepEqual(await changes(id, spec), []);
      await world.runtime.start(id, soon());
      assert.deepEqual(await changes(id, spec), []);
    });
  }

  test("shows that a container was disconnected from its network, or connected again without its names", async () => {
    const { id, spec } = await made({ network: "describenet" });
    await world.runtime.start(id, soon());
    await world.node.podman("network", "disconnect", "describenet", id);
    assert.deepEqual(await changes(id, spec), [{ field: "network", want: "describenet", have: "(none)" }]);
    await world.node.podman("network", "connect", "describenet", id);
    assert.deepEqual(
      (await changes(id, spec)).map(({ field, want }) => `${field} ${want}`),
      ["network alias web-api"],
    );
  });

  test("finds nothing that cannot be said of a container started in the plainest way", async () => {
    const found = await started(world.image);
    assert.deepEqual(part(found.spec), part(componentSpec({ image: world.image, stopTimeoutMs: 10_000 })));
    assert.deepEqual([saidOf(found), found.remarks, found.refusal], [[], [], undefined]);
  });

  test("names an image without a version by the digest of what runs, and says so", async () => {
    await world.node.podman("tag", world.image, "localhost/built:latest");
    const found = await started("localhost/built:latest");
    assert.equal(found.spec.image, `localhost/built@${world.digest}`);
    assert.match(found.remarks.join(), /localhost\/built:latest names no version/);
    assert.ok(await world.runtime.imageId(found.spec.image, soon()));
  });

  test("writes a volume without a name by its id, and one without relabeling of podman's as it was typed", async () => {
    const found = await started("-v", "/data", "-v", `${world.node.dir}:/b:z,ro`, world.image);
    const [bind, data] = found.spec.volumes.toSorted((a, b) => (a.target < b.target ? -1 : 1));
    assert.deepEqual([bind?.options, bind?.readOnly, data?.target], [["z"], true, "/data"]);
    assert.match(data?.source ?? "", /^[0-9a-f]{64}$/);
    assert.match(found.remarks.join(), /the volume at \/data has no name/);
  });

  test("says an entrypoint word for word", async () => {
    const found = await started("--entrypoint", '["/bin/sh","-c"]', world.image, "sleep  1000");
    assert.deepEqual([found.spec.entrypoint, found.spec.cmd], [["/bin/sh", "-c"], ["sleep  1000"]]);
    assert.deepEqual(saidOf(found), []);
  });

  test("takes over a health check, to be reported as podman does", async () => {
    const found = await started("--health-cmd", "test -e /x", "--health-interval", "5s", world.image);
    const { check, intervalMs, timeoutMs, onUnhealthy } = found.spec.health ?? {};
    assert.deepEqual(check, { kind: "cmd", cmd: ["/bin/sh", "-c", "test -e /x"] });
    assert.deepEqual([intervalMs, timeoutMs, onUnhealthy], [5_000, 30_000, "report"]);
  });

  test("lists everything that cannot be said", async () => {
    await world.node.podman("network", "create", "second");
    const networks = ["--network", "describenet,second", "--network-alias", "other"];
    const found = await started(
      ...[
        ...networks,
        "--hostname",
        "own",
        "--tmpfs",
        "/scratch",
        "--tmpfs",
        "/odd:suid",
        "--cap-add",
        "SYS_TIME",
        "--shm-size",
        "1m",
      ],
      ...["-w", "/tmp", "--stop-signal", "INT", "--group-add", "5", "--security-opt", "no-new-privileges", "--rm"],
      ...["--ulimit", "nofile=100:200", "--sysctl=net.ipv4.ip_forward=1", "--annotation", "x=y", "--dns", "9.9.9.9"],
      ...["--add-host", "a:10.0.0.1", "-t", "--label", "PODMAN_SYSTEMD_UNIT=x.service", world.image],
    );
    assert.equal(found.spec.network, "describenet");
    assert.deepEqual(saidOf(found).sort(), [
      "annotation: x",
      "cap_add: CAP_SYS_TIME",
      "group_add: 5",
      "network alias: other",
      "network: second",
      "rm: true",
      "security_opt: no-new-privileges",
      "sysctl: net.ipv4.ip_forward=1",
      "systemd unit: x.service",
      "tmpfs: /odd",
      "ulimit: nofile=100:200",
    ]);
    assert.deepEqual(found.spec.labels, {});
    const { hostname, tmpfs, shmBytes, workdir, stopSignal, dns, extraHosts, tty } = found.spec;
    assert.deepEqual(
      { hostname, tmpfs, shmBytes, workdir, stopSignal, dns, extraHosts, tty },
      {
        ...{ hostname: "own", tmpfs: [{ path: "/scratch", options: [] }], shmBytes: 1_048_576, workdir: "/tmp" },
        ...{ stopSignal: "SIGINT", dns: ["9.9.9.9"], extraHosts: ["a:10.0.0.1"], tty: true },
      },
    );
  });

  test("lists what a privileged container and one of another user namespace have", async () => {
    const privileged = await started("--privileged", "--timeout", "600", "--stop-timeout", "7200", world.image);
    assert.deepEqual(saidOf(privileged).sort(), ["privileged: true", "stop_timeout: 7200", "timeout: 600"]);
    assert.match(saidOf(await started("--userns", "keep-id", world.image)).join(), /userns: (private|keep-id)/);
  });

  test("lists a network that is another container's, and an overlay", async () => {
    const { name } = await started(world.image);
    const found = await started("--network", `container:${name}`, "-v", `${world.node.dir}:/o:O`, world.image);
    assert.deepEqual(found.spec.volumes, []);
    assert.equal(found.spec.network, undefined);
    assert.match(saidOf(found).join(), /network: container:[0-9a-f]{64}/);
    assert.match(saidOf(found).join(), /volume: \/o: overlay/);
  });

  test("says why a container cannot be adopted: it ended, or it belongs to a pod", async () => {
    const ended = await started(world.image);
    await world.node.podman("stop", "-t", "0", ended.name);
    assert.match((await described(ended.id)).refusal ?? "", /is not running \(exited\)/);
    await world.node.podman("pod", "create", "--name", "duo");
    assert.match((await started("--pod", "duo", world.image)).refusal ?? "", /belongs to a pod/);
  });

  test("leaves the data of a volume without a name when its container is removed", async () => {
    const found = await started("-v", "/data", world.image);
    await world.runtime.remove(found.id, soon());
    const left = await world.node.podman("volume", "ls", "-q");
    assert.ok(left.includes(found.spec.volumes[0]?.source ?? "?"));
  });

  for (const [twin, runtime] of [
    ["podman", () => world.runtime],
    ["its twin", () => new FakeRuntime()],
  ] as const) {
    test(`finds containers by their ids, and only those that are there: ${twin}`, async () => {
      const found = runtime();
      if (found instanceof FakeRuntime) for (const name of ["a", "b"]) found.addForeign(name);
      else for (const name of ["ids-a", "ids-b"]) await world.node.podman("run", "-d", "--name", name, world.image);
      const [first, second] = await found.list({}, soon());
      assert.ok(first && second);
      const missing = "f".repeat(64);
      assert.deepEqual(await found.listIds([], soon()), []);
      assert.deepEqual(
        (await found.listIds([first.id, missing], soon())).map(({ id }) => id),
        [first.id],
      );
      const both = await found.listIds([first.id, second.id], soon());
      assert.deepEqual(both.map(({ id }) => id).sort(), [first.id, second.id].sort());
      assert.equal(await found.describe(missing, soon()), undefined);
      assert.equal((await found.describe(first.id, soon()))?.name, first.name);
    });
  }
});
