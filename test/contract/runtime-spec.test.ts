/**
 * Every field of a component spec, as podman itself says it took it (its REST inspect, not ours) and, where inspect is
 * not enough, as seen from inside the container. A field that podman dropped fails here.
 */
import assert from "node:assert/strict";
import { chmod, chown, mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { before, describe, test } from "node:test";
import { Podman } from "../../src/agent/runtime/podman/podman.ts";
import type { ComponentSpec } from "../../src/schemas/service/spec.ts";
import { componentSpec } from "../helpers/component-spec.ts";
import { eventually } from "../helpers/eventually.ts";
import { freePort } from "../helpers/free-port.ts";
import { pushTestImages } from "../helpers/images.ts";
import { podmanRest } from "../helpers/podman-rest.ts";
import { startRegistry } from "../helpers/registry.ts";
import { type PodmanNode, startPodmanNode } from "../helpers/rootless.ts";
import { suiteScope } from "../helpers/scope.ts";

interface Inspected {
  readonly Path: string;
  readonly Config: Record<string, unknown>;
  readonly HostConfig: Record<string, unknown>;
  readonly Mounts: readonly Record<string, unknown>[];
  readonly NetworkSettings: { readonly Networks?: Record<string, { readonly Aliases: readonly string[] }> };
  readonly EffectiveCaps: readonly string[] | null;
}

const soon = () => AbortSignal.timeout(30_000);

describe("podman makes a container of every field", () => {
  const scope = suiteScope();
  const world: { node?: PodmanNode; runtime?: Podman; image?: string; byDigest?: string } = {};
  const count = { made: 0 };

  before(async () => {
    const registry = await startRegistry(scope);
    const { reference, digest } = (await pushTestImages(registry.address))["hello:v1"];
    world.node = await startPodmanNode(scope);
    world.runtime = new Podman({ socketPath: world.node.socketPath });
    world.image = reference;
    world.byDigest = `${reference}@${digest}`;
    scope.after(() => world.runtime?.close());
    await world.runtime.pull(reference, () => undefined, soon());
  });

  const runtime = () => {
    assert.ok(world.runtime);
    return world.runtime;
  };
  const node = () => {
    assert.ok(world.node);
    return world.node;
  };

  async function create(own: Partial<ComponentSpec>, aliases: readonly string[] = []) {
    const name = `spec-${++count.made}`;
    const spec = componentSpec({ image: world.image ?? "", ...own });
    const id = await runtime().create({ name, spec, aliases, labels: spec.labels }, soon());
    const answer = await podmanRest(node().socketPath, "GET", `/containers/${id}/json`);
    return { id, name, inspected: answer.body as Inspected };
  }

  /** What the command prints in a new container. */
  async function printed(own: Partial<ComponentSpec>, script: string): Promise<string[]> {
    const { id } = await create({ ...own, cmd: ["sh", "-c", `${script}; echo done`] });
    await runtime().start(id, soon());
    return await eventually(async () => {
      const lines: string[] = [];
      for await (const { line } of runtime().logs(id, { follow: false }, soon())) lines.push(line);
      return lines.at(-1) === "done" ? lines.slice(0, -1) : undefined;
    }).then((lines) => lines ?? []);
  }

  async function bindSource(name: string): Promise<string> {
    const path = join(node().dir, name);
    await mkdir(path);
    await writeFile(join(path, "file"), "from the node\n");
    await chmod(path, 0o755);
    const { uid = process.getuid?.() ?? 0, gid = process.getgid?.() ?? 0 } = node().ids;
    for (const owned of [path, join(path, "file")]) await chown(owned, uid, gid);
    return path;
  }

  test("image by tag and digest", async () => {
    await runtime().pull(world.byDigest ?? "", () => undefined, soon());
    const { inspected } = await create({ image: world.byDigest ?? "" });
    // Podman names it without the tag: what a container says it was made from is not what was asked for.
    assert.equal(inspected.Config["Image"], world.byDigest?.replace(":v1@", "@"));
    assert.ok(await runtime().imageId(world.byDigest ?? "", soon()));
  });

  test("network with its aliases, together with ports", async () => {
    await runtime().ensureNetwork("specnet", soon());
    await runtime().ensureNetwork("specnet", soon());
    const hostPort = await freePort();
    const ports = [{ hostAddress: "127.0.0.1", hostPort, containerPort: 8080, protocol: "tcp" }] as const;
    const { id, inspected } = await create({ network: "specnet", ports }, ["web-api", "api"]);
    assert.equal(inspected.HostConfig["NetworkMode"], "bridge");
    assert.deepEqual(inspected.NetworkSettings.Networks?.["specnet"]?.Aliases.slice(0, 2), ["web-api", "api"]);
    await runtime().start(id, soon());
    const answer = await eventually(async () => (await fetch(`http://127.0.0.1:${hostPort}/healthz`)).text());
    assert.equal(answer, "ok\n");
    const found = await printed({ network: "specnet" }, "nslookup web-api; nslookup api");
    assert.equal(found.filter((line) => /^Address.*10\./.test(line)).length >= 2, true, found.join("\n"));
  });

  test("network host and none", async () => {
    assert.equal((await create({ network: "host" })).inspected.HostConfig["NetworkMode"], "host");
    assert.equal((await create({ network: "none" })).inspected.HostConfig["NetworkMode"], "none");
    await runtime().ensureNetwork("host", soon());
  });

  test("ports, udp and every address included, without a network", async () => {
    const [tcp, udp] = [await freePort(), await freePort()];
    const { inspected } = await create({
      ports: [
        { hostPort: tcp, containerPort: 8080, protocol: "tcp" },
        { hostAddress: "127.0.0.1", hostPort: udp, containerPort: 53, protocol: "udp" },
      ],
    });
    assert.deepEqual(inspected.HostConfig["PortBindings"], {
      "8080/tcp": [{ HostIp: "", HostPort: String(tcp) }],
      "53/udp": [{ HostIp: "127.0.0.1", HostPort: String(udp) }],
    });
  });

  test("user", async () => {
    assert.deepEqual(await printed({ user: "1000:1000" }, "id -u; id -g"), ["1000", "1000"]);
    assert.deepEqual(await printed({ user: "app" }, "id -u"), ["1000"]);
    assert.deepEqual(await printed({}, "id -u"), ["0"]);
  });

  test("restart policies and their number of tries", async () => {
    const policyOf = async (restart: ComponentSpec["restart"]) =>
      (await create({ restart })).inspected.HostConfig["RestartPolicy"];
    for (const policy of ["no", "always", "unless-stopped", "on-failure"] as const) {
      assert.deepEqual(await policyOf({ policy }), { Name: policy, MaximumRetryCount: 0 });
    }
    const limited = await policyOf({ policy: "on-failure", retries: 3 });
    assert.deepEqual(limited, { Name: "on-failure", MaximumRetryCount: 3 });
  });

  test("bind mounts, read-only and writable", async () => {
    const source = await bindSource("bound");
    const bind = { kind: "bind", source, options: [] } as const;
    const volumes = [
      { ...bind, target: "/ro", readOnly: true },
      { ...bind, target: "/rw", readOnly: false },
    ];
    const lines = await printed(
      { volumes },
      "cat /ro/file; touch /ro/x 2>/dev/null || echo refused; touch /rw/y && echo ok",
    );
    assert.deepEqual(lines, ["from the node", "refused", "ok"]);
    assert.deepEqual((await readdir(source)).sort(), ["file", "y"]);
  });

  test("volume option U gives the files to the container's user; z and Z are taken", async () => {
    const source = await bindSource("owned");
    const volumes = [
      { kind: "bind", source, target: "/own", readOnly: false, options: ["U", "Z"] },
      { kind: "volume", source: "ownvol", target: "/vol", readOnly: false, options: ["U", "z"] },
    ] as const;
    const lines = await printed({ volumes, user: "1000:1000" }, "touch /own/x /vol/x && echo ok");
    assert.deepEqual(lines, ["ok"]);
    assert.notEqual((await stat(source)).uid, node().ids.uid ?? process.getuid?.());
  });

  test("named volumes outlive their container", async () => {
    const volume = { kind: "volume", source: "kept", target: "/kept", options: [] } as const;
    assert.deepEqual(await printed({ volumes: [{ ...volume, readOnly: false }] }, "echo kept >/kept/f"), []);
    for (const { id } of await runtime().list({}, soon())) await runtime().remove(id, soon());
    const lines = await printed(
      { volumes: [{ ...volume, readOnly: true }] },
      "cat /kept/f; touch /kept/g 2>/dev/null || echo refused",
    );
    assert.deepEqual(lines, ["kept", "refused"]);
  });

  test("command and environment", async () => {
    const { inspected } = await create({ cmd: ["sh", "-c", "a b"], env: { A: "1", EMPTY: "", "X.Y": "a=b c" } });
    assert.deepEqual(inspected.Config["Cmd"], ["sh", "-c", "a b"]);
    const env = inspected.Config["Env"] as string[];
    for (const entry of ["A=1", "EMPTY=", "X.Y=a=b c", "PATH=/bin"]) assert.ok(env.includes(entry), entry);
    assert.deepEqual((await create({})).inspected.Config["Cmd"], ["/bin/main"]);
  });

  test("read-only root, with scratch directories as `podman run --read-only` gives them", async () => {
    const script = "touch /x 2>/dev/null || echo refused; touch /tmp/x /run/x /var/tmp/x && echo ok";
    assert.deepEqual(await printed({ readOnly: true }, script), ["refused", "ok"]);
    const { inspected } = await create({ readOnly: true });
    assert.equal(inspected.HostConfig["ReadonlyRootfs"], true);
    const tmp = { kind: "volume", source: "owntmp", target: "/tmp", readOnly: false, options: [] } as const;
    const own = (await create({ readOnly: true, volumes: [tmp] })).inspected.Mounts;
    assert.equal(own.find(({ Destination }) => Destination === "/tmp")?.["Name"], "owntmp");
  });

  test("dropped capabilities", async () => {
    assert.deepEqual((await create({ capDrop: ["all"] })).inspected.EffectiveCaps ?? [], []);
    const some = (await create({ capDrop: ["net_raw", "CAP_CHOWN"] })).inspected.EffectiveCaps ?? [];
    assert.ok(some.length > 0 && !some.includes("CAP_NET_RAW") && !some.includes("CAP_CHOWN"));
    await assert.rejects(create({ capDrop: ["nonsense"] }), { code: "E_UNSUPPORTED" });
  });

  test("labels, stop time-out, no health check of podman's, readable logs", async () => {
    const { inspected } = await create({ labels: { team: "core" }, stopTimeoutMs: 2_500 });
    const { Labels, StopTimeout, Healthcheck } = inspected.Config;
    assert.equal((Labels as Record<string, string>)["team"], "core");
    assert.equal(StopTimeout, 3);
    assert.deepEqual(Healthcheck, { Test: ["NONE"] });
    assert.equal((inspected.HostConfig["LogConfig"] as Record<string, unknown>)["Type"], "k8s-file");
  });

  test("runs under podman's default system call filter, without new limits of its own", async () => {
    const lines = await printed(
      {},
      "while read -r a b; do [ $a = Seccomp: ] && echo $b; done </proc/self/status; ulimit -n",
    );
    assert.equal(lines[0], "2");
    assert.ok(Number(lines[1]) >= 1024);
  });

  test("host name: the component's by default, its own, and the node's on the node's network", async () => {
    const script = "cat /proc/sys/kernel/hostname";
    assert.deepEqual(await printed({}, script), ["api"]);
    assert.deepEqual(await printed({ hostname: "db.example.net" }, script), ["db.example.net"]);
    assert.deepEqual(await printed({ network: "host" }, script), [hostname()]);
  });

  test("entrypoint, directory, terminal and init process, as the process sees them", async () => {
    const script = "pwd; test -t 1 && echo terminal; cat /proc/1/cmdline; echo; echo done";
    const own = { entrypoint: ["/bin/sh", "-c"], cmd: [script], workdir: "/tmp", tty: true, init: true } as const;
    const { id } = await create(own);
    await runtime().start(id, soon());
    const lines = await eventually(async () => {
      const all: string[] = [];
      for await (const { line } of runtime().logs(id, { follow: false }, soon())) all.push(line);
      return all.at(-1) === "done" ? all : undefined;
    });
    assert.deepEqual(lines?.slice(0, 2), ["/tmp", "terminal"]);
    assert.match(lines?.[2]?.replaceAll("\0", " ") ?? "", /^\/(run\/podman-init|dev\/init) -- \/bin\/sh -c /);
  });

  test("an empty entrypoint removes the image's", async () => {
    const { inspected } = await create({ entrypoint: [], cmd: ["sh"] });
    assert.deepEqual([inspected.Path, inspected.Config["Cmd"]], ["sh", ["sh"]]);
  });

  test("directories in memory and the size of /dev/shm", async () => {
    const script = "cat /proc/mounts; df /dev/shm; touch /fixed/x 2>/dev/null || echo refused; touch /tmp/x && echo ok";
    const tmpfs = [
      { path: "/cache", options: ["noexec", "size=1048576"] },
      { path: "/fixed", options: ["ro"] },
      { path: "/tmp", options: ["size=65536"] },
    ];
    const lines = await printed({ tmpfs, readOnly: true, shmBytes: 2_097_152 }, script);
    const mounted = (path: string) => lines.filter((line) => line.includes(` ${path} tmpfs `));
    assert.match(mounted("/cache").join(), /rw,nosuid,nodev,noexec,.*size=1024k/);
    assert.match(mounted("/tmp").join(), /^[^,]* rw,.*size=64k/);
    assert.equal(mounted("/tmp").length, 1);
    assert.match(lines.join("\n"), /shm +2048 /);
    assert.deepEqual(lines.slice(-2), ["refused", "ok"]);
  });

  test("hosts, DNS servers and domains of its own", async () => {
    const own = { extraHosts: ["db.example.net:10.0.0.5"], dns: ["192.0.2.53"], dnsSearch: ["example.net"] };
    const lines = await printed(own, "cat /etc/hosts /etc/resolv.conf");
    assert.ok(lines.includes("10.0.0.5\tdb.example.net"), lines.join("\n"));
    assert.ok(lines.includes("search example.net") && lines.includes("nameserver 192.0.2.53"));
  });

  test("refuses host-gateway where podman would write it as an address, and else resolves it", async () => {
    const { version } = await runtime().info(soon());
    const made = create({ extraHosts: ["gw:host-gateway"] });
    if (/^4\.[0-6]\./.test(version)) {
      await assert.rejects(made, { code: "E_UNSUPPORTED", message: /host-gateway.*4\.7 or later/ });
    } else {
      await made;
      assert.match((await printed({ extraHosts: ["gw:host-gateway"] }, "cat /etc/hosts")).join("\n"), /^[0-9.]+\tgw$/m);
    }
  });

  test("a stop signal of its own ends the process", async () => {
    const { id } = await create({
      stopSignal: "SIGINT",
      cmd: ["sh", "-c", "trap 'exit 7' INT; while :; do sleep 0.1; done"],
    });
    await runtime().start(id, soon());
    await runtime().stop(id, 10_000, soon());
    assert.equal((await runtime().inspect(id, soon()))?.exitCode, 7);
  });

  test("says nothing of an environment value when podman refuses the container", async () => {
    const secret = "s3cret-network";
    const error = await create({ env: { TOKEN: secret }, network: secret }).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    assert.ok(error instanceof Error);
    assert.match(error.message, /name or ID \$TOKEN:/);
    assert.doesNotMatch(`${error.stack} ${error.cause}`, new RegExp(secret));
  });

  test("kills a command that took too long, with what it started", async () => {
    const { id } = await create({});
    await runtime().start(id, soon());
    const marker = "7654.321";
    await assert.rejects(runtime().exec(id, ["sh", "-c", `sleep ${marker}; true`], 1_000, soon()), {
      code: "E_RUNTIME_TIMEOUT",
    });
    await eventually(async () => !(await runningCommands()).some((line) => line.includes(marker)));
  });

  /** Command lines of all processes of this machine; zombies have none. */
  async function runningCommands(): Promise<string[]> {
    const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
    return await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")));
  }
});
