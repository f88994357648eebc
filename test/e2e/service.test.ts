/** A service of three components with every field a definition has: what podman makes of it, and what a change touches. */
import assert from "node:assert/strict";
import { stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { type Fleet, SKIP, startFleet } from "../helpers/e2e-fleet.ts";
import { eventually } from "../helpers/eventually.ts";
import { running } from "../helpers/fleet-node.ts";
import { freePort } from "../helpers/free-port.ts";
import { suiteScope } from "../helpers/scope.ts";

interface Suite extends Fleet {
  port: number;
  files: string;
}

const definition = ({ images, port, files }: Suite, apiImage: string) => `# The shop: kept by the tests
name = "shop"
node = "rift"

[[components]]
name = "db"
image = "${images["hello:v1"]}"
network = "shopnet"
volumes = ["shopdata:/data"]
min_up = "200ms"
restart = "on-failure:3"

[[components]]
name = "api"
image = "${apiImage}"
network = "shopnet"
user = "1000:1000"
ports = ["127.0.0.1:${port}:8080"]
volumes = ["${files}:/srv", "${files}:/etc/shop:ro"]
env = { LOG = "debug", GREETING = "good morning" }
depends_on = ["db"]
cap_drop = ["NET_RAW", "CHOWN"]
labels = { team = "core" }
stop_timeout = "7s"
min_up = "200ms"
restart = "always"

[[components]]
name = "web"
image = "${images["hello:v1"]}"
network = "shopnet"
read_only = true
cmd = ["/bin/sh", "-c", "trap 'exit 0' TERM; while true; do sleep 1; done"]
depends_on = ["api"]
min_up = "200ms"
restart = "no"
`;

describe("a service of three components", { skip: SKIP }, () => {
  const suite = {} as Suite;
  const scope = suiteScope();

  before(async () => {
    Object.assign(suite, await startFleet(scope, { agents: ["rift"] }));
    suite.port = await freePort();
    suite.files = await suite.rift.filesDir("shop");
    await writeFile(join(suite.files, "shop.conf"), "open\n", { mode: 0o644 });
    await suite.alice.define("shop", definition(suite, suite.images["hello:v1"]));
  });

  it("is deployed in the order of its dependencies, each step told, and says how long it took", async () => {
    const { code, stdout, stderr } = await suite.alice.mcp("deploy", "shop");
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^shop@rift: converged in [\d.]+ ?m?s \(generation 1\)\n$/);
    const ups = [...stderr.matchAll(/^.*\b(db|api|web): up$/gm)].map(([, name]) => name);
    assert.deepEqual(ups, ["db", "api", "web"]);
    assert.match(stderr, /\bdb\b.* pull\w* 127\.0\.0\.1:\d+\/hello:v1$/m);
  });

  it("gives podman every field of the definition", async () => {
    const { rift, images, files, port } = suite;
    const [db, api, web] = await Promise.all(["shop-db", "shop-api", "shop-web"].map((name) => running(rift, name)));
    assert.ok(db && api && web);
    assert.equal(api.ImageName, images["hello:v1"]);
    assert.equal(api.Config.User, "1000:1000");
    assert.ok(api.Config.Env.includes("LOG=debug") && api.Config.Env.includes("GREETING=good morning"));
    assert.equal(api.Config.StopTimeout, 7);
    assert.deepEqual(api.HostConfig.RestartPolicy, { Name: "always", MaximumRetryCount: 0 });
    assert.deepEqual(api.HostConfig.PortBindings, { "8080/tcp": [{ HostIp: "127.0.0.1", HostPort: String(port) }] });
    for (const capability of ["CAP_NET_RAW", "CAP_CHOWN"]) {
      assert.ok(api.HostConfig.CapDrop.includes(capability), `${capability} is dropped`);
      assert.ok(!(api.EffectiveCaps ?? []).includes(capability));
    }
    assert.equal(api.Config.Labels["team"], "core");
    const { "mcp.attempt": attempt, "mcp.spec": spec, ...labels } = api.Config.Labels;
    assert.match(`${attempt} ${spec}`, /^[0-9a-f]{16} [0-9a-f]{32}$/);
    assert.equal(labels["mcp.service"], "shop");
    assert.equal(labels["mcp.component"], "api");
    assert.equal(labels["mcp.node"], "rift");
    assert.equal(labels["mcp.generation"], "1");
    const mounts = (c: typeof api) =>
      c.Mounts.map(({ Type, Source, Name, Destination, RW }) => [Type, Name ?? Source, Destination, RW]);
    assert.deepEqual(mounts(api).sort(), [
      ["bind", files, "/etc/shop", false],
      ["bind", files, "/srv", true],
    ]);
    assert.deepEqual(mounts(db), [["volume", "shopdata", "/data", true]]);
    assert.deepEqual(db.HostConfig.RestartPolicy, { Name: "on-failure", MaximumRetryCount: 3 });
    assert.equal(web.HostConfig.ReadonlyRootfs, true);
    assert.equal(api.HostConfig.ReadonlyRootfs, false);
    assert.deepEqual(web.HostConfig.RestartPolicy, { Name: "no", MaximumRetryCount: 0 });
    assert.deepEqual(web.Config.Cmd?.slice(0, 2), ["/bin/sh", "-c"]);
    for (const container of [db, api, web]) {
      assert.deepEqual(Object.keys(container.NetworkSettings.Networks ?? {}), ["shopnet"]);
    }
  });

  it("answers on its published port, reads its files and runs as its user", async () => {
    const { rift, port } = suite;
    const text = await eventually(async () => (await fetch(`http://127.0.0.1:${port}/`)).text(), { what: "the port" });
    assert.equal(text, "hello v1\n");
    assert.equal(await rift.podman.podman("exec", "shop-api", "cat", "/etc/shop/shop.conf"), "open\n");
    assert.match(await rift.podman.podman("exec", "shop-api", "id"), /uid=1000.*gid=1000/);
    await assert.rejects(rift.podman.podman("exec", "shop-web", "touch", "/x"), /Read-only file system/);
    await assert.rejects(rift.podman.podman("exec", "shop-api", "touch", "/etc/shop/x"), /Read-only file system/);
  });

  it("lets its components find each other by component and by container name", async () => {
    for (const name of ["api", "shop-api", "db", "shop-db"]) {
      const wget = () => suite.rift.podman.podman("exec", "shop-web", ...fetchByName(name));
      assert.equal(await eventually(wget, { what: `http://${name}`, timeoutMs: 20_000 }), "hello v1\n");
    }
  });

  it("is left alone by a second deploy, which says so and succeeds", async () => {
    const all = () => Promise.all(["shop-db", "shop-api", "shop-web"].map((name) => suite.rift.demand(name)));
    const earlier = await all();
    const { code, stdout } = await suite.alice.mcp("deploy", "shop");
    assert.equal(code, 0);
    assert.match(stdout, /^shop@rift: nothing to change: generation 1 is converged\n$/);
    const { output } = await suite.alice.json("change-output", "deploy", "shop");
    assert.deepEqual(
      output.results.map(({ outcome, generation, before: was }) => [outcome, generation, was]),
      [["unchanged", 1, 1]],
    );
    assert.deepEqual((await all()).map(identity), earlier.map(identity));
  });

  it("keeps the containers of components that a change does not concern", async () => {
    const { alice, rift, images, port } = suite;
    const [db, api, web] = await Promise.all(["shop-db", "shop-api", "shop-web"].map((name) => rift.demand(name)));
    await alice.define("shop", definition(suite, images["hello:v2"]));
    const plan = await alice.mcp("plan", "shop");
    assert.equal(plan.code, 10);
    assert.match(plan.stdout, /components\.api\.image: \S+hello:v1 → \S+hello:v2/);
    const { code, output, stderr } = await alice.json("change-output", "deploy", "shop", "-m", "to v2");
    assert.equal(code, 0, stderr);
    const [result] = output.results;
    assert.equal(result?.outcome, "converged");
    assert.deepEqual(
      result?.differences.map(({ field }) => field),
      ["components.api.image"],
    );
    assert.deepEqual(identity(await rift.demand("shop-db")), identity(db));
    assert.deepEqual(identity(await rift.demand("shop-web")), identity(web));
    const replaced = await rift.demand("shop-api");
    assert.notEqual(replaced.Id, api?.Id);
    assert.equal(await (await fetch(`http://127.0.0.1:${port}/`)).text(), "hello v2\n");
    const wget = () => rift.podman.podman("exec", "shop-web", ...fetchByName("api"));
    assert.equal(
      await eventually(async () => (await wget()) === "hello v2\n", { what: "v2 by name", timeoutMs: 20_000 }),
      true,
    );
    assert.deepEqual(await rift.containers(), ["shop-api", "shop-db", "shop-web"]);
  });

  it("is undeployed only when confirmed, and its volume and files stay", async () => {
    const { alice, rift, files } = suite;
    await rift.podman.podman("exec", "shop-db", "touch", "/data/precious");
    const refused = await alice.fails("undeploy", "shop");
    assert.equal(refused.code, 2);
    assert.equal(refused.error.code, "E_UNCONFIRMED");
    assert.deepEqual(await rift.containers(), ["shop-api", "shop-db", "shop-web"]);
    const done = await alice.mcp("undeploy", "shop", "--yes");
    assert.equal(done.code, 0, done.stderr);
    assert.match(done.stdout, /^shop@rift: removed in /);
    assert.deepEqual(await rift.containers(), []);
    assert.match(await rift.podman.podman("volume", "ls", "--quiet"), /^shopdata$/m);
    assert.ok((await stat(join(files, "shop.conf"))).isFile());
    const again = await alice.mcp("deploy", "shop");
    assert.equal(again.code, 0, again.stderr);
    assert.match(await rift.podman.podman("exec", "shop-db", "ls", "/data"), /^precious$/m);
  });
});

function identity(container: { readonly Id: string; readonly State: { readonly StartedAt: string } } | undefined) {
  return [container?.Id, container?.State.StartedAt];
}

/**
 * Given up on after 2 s: a question that comes while aardvark-dns 1.4 takes over a change of the network is lost, and
 * libc's resolver waits 25 s for its answer; the next one is answered at once.
 */
function fetchByName(name: string): string[] {
  const script = `wget -qO- http://${name}:8080/ & p=$!; (sleep 2; kill $p) >/dev/null 2>&1 & wait $p`;
  return ["/bin/sh", "-c", script];
}
