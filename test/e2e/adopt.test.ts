/** Containers that somebody started by hand come under management as they run. */
import assert from "node:assert/strict";
import { stat } from "node:fs/promises";
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

/** What may not change when a container is adopted. */
interface Life {
  readonly id: string;
  readonly startedAt: string;
}

describe("containers that were started by hand", { skip: SKIP }, () => {
  const suite = {} as Suite;
  const scope = suiteScope();
  const lives: Record<string, Life> = {};

  before(async () => {
    Object.assign(suite, await startFleet(scope));
    suite.port = await freePort();
    suite.files = await suite.rift.filesDir("shop");
    const { podman } = suite.rift.podman;
    await podman("network", "create", "shopnet");
    await start("shop-api", [
      ...["--network", "shopnet", "-p", `127.0.0.1:${suite.port}:8080`, "-v", "shopdata:/data", "-v", "/anon"],
      ...["-v", `${suite.files}:/etc/shop:ro`, "-e", "TOKEN=s3cret value", "-e", "LOG=debug", "--hostname", "own"],
      ...["--entrypoint", '["/bin/main"]', "--tmpfs", "/cache:size=1m", "--umask", "0077"],
      ...["--restart", "on-failure:3", "--stop-timeout", "7", "--label", "team=core", suite.images["hello:v1"]],
    ]);
    await start("database", ["--network", "shopnet", "--restart", "always", suite.images["hello:v1"]]);
    await start("shop-old", ["--entrypoint", "true", suite.images["hello:v1"]], false);
    await podman("exec", "shop-api", "sh", "-c", "echo kept >/anon/file");
  });

  async function start(name: string, args: readonly string[], stays = true): Promise<void> {
    const { podman } = suite.rift.podman;
    await podman("run", "-d", "--name", name, ...args);
    if (stays) lives[name] = await lifeOf(name);
  }

  async function lifeOf(name: string): Promise<Life> {
    const { podman } = suite.rift.podman;
    const [id = "", startedAt = ""] = (await podman("inspect", "--format", "{{.Id}} {{.State.StartedAt}}", name))
      .trim()
      .split(/ (.*)/);
    return { id, startedAt };
  }

  it("are shown first: who becomes what, names of variables, what is lost one day; and nothing is done", async () => {
    const { alice } = suite;
    const { code, stdout, stderr } = await alice.mcp("adopt", "shop", "--dry-run");
    assert.equal(code, 0, stderr);
    assert.equal(stdout, "shop@rift: 1 to adopt; nothing was written\n");
    assert.match(stderr, /shop-old is not running and is not adopted/);
    assert.match(stderr, /shop-api \([0-9a-f]{12}\) as shop\/api/);
    assert.match(stderr, /env, with its values: (TOKEN, LOG|LOG, TOKEN)/);
    assert.match(stderr, /the volume at \/anon has no name/);
    assert.match(stderr, /a definition cannot express this.*\n {6}umask: 0077\n/);
    assert.match(stderr, /name = "api"/);
    assert.doesNotMatch(stderr, /s3cret/);
    const refused = await alice.fails("adopt", "shop");
    assert.deepEqual([refused.code, refused.error.code], [2, "E_UNCONFIRMED"]);
    assert.equal((await alice.mcp("list")).stdout.includes("shop"), false);
  });

  it("are adopted without a restart, under the names of their components", async () => {
    const { alice, rift } = suite;
    const one = await alice.mcp("adopt", "shop", "--yes");
    assert.equal(one.code, 0, one.stderr);
    assert.match(one.stdout, /^shop@rift: converged in .* \(generation 1\)\n.*shop\.toml: written\n$/);
    const { code, output } = await alice.json("adopt-output", "adopt", "shop", "--container", "database=db", "--yes");
    assert.equal(code, 0);
    assert.deepEqual([output.file.outcome, output.result?.outcome], ["extended", "converged"]);
    assert.deepEqual(await lifeOf("shop-api"), lives["shop-api"]);
    assert.deepEqual(await lifeOf("shop-db"), lives["database"]);
    assert.deepEqual(await rift.containers(), ["shop-api", "shop-db", "shop-old"]);
  });

  const KEYS = ['hostname = "own"', 'entrypoint = ["/bin/main"]', "/cache:"];

  it("leave a private definition that plans to nothing", async () => {
    const { alice, files, port } = suite;
    const text = await alice.definition("shop");
    assert.match(text, new RegExp(`ports = \\["127.0.0.1:${port}:8080"\\]`));
    for (const said of [
      "shopdata:/data",
      `${files}:/etc/shop:ro`,
      "TOKEN=s3cret value",
      "shopnet",
      'team = "core"',
      ...KEYS,
    ]) {
      assert.ok(text.includes(said), said);
    }
    assert.equal((await stat(join(alice.servicesDir, "shop.toml"))).mode & 0o777, 0o600);
    const plan = await alice.mcp("plan", "shop");
    assert.equal(plan.code, 0, plan.stdout + plan.stderr);
    assert.match((await alice.mcp("deploy", "shop")).stdout, /nothing to change: generation 2 is converged/);
    assert.deepEqual(await lifeOf("shop-api"), lives["shop-api"]);
  });

  it("are seen as any of ours: no orphans, no drift, logs and all", async () => {
    const { alice } = suite;
    const { output } = await alice.json("ps-output", "ps", "--node", "rift");
    assert.deepEqual(
      output.containers.map(({ service, component, id }) => [service, component, id]),
      [
        ["shop", "api", lives["shop-api"]?.id],
        ["shop", "db", lives["database"]?.id],
      ],
    );
    assert.equal((await alice.mcp("status", "shop", "--check")).code, 0);
    assert.match((await alice.mcp("logs", "shop/api")).stdout, /serving hello v1|serving .*v1/);
    assert.doesNotMatch((await alice.mcp("sync", "--dry-run")).stdout, /shop-api|shop-db/);
    const again = await alice.mcp("adopt", "shop", "--yes");
    assert.deepEqual([again.code, again.stdout], [0, "shop@rift: nothing to adopt\n"]);
  });

  it("stay as they run when the agent is killed and started again", async () => {
    const { alice, rift } = suite;
    await rift.agent.kill9();
    await rift.agent.start();
    await eventually(async () => (await alice.mcp("status", "shop", "--check")).code === 0, { what: "all is well" });
    assert.deepEqual(await lifeOf("shop-api"), lives["shop-api"]);
    assert.deepEqual(await lifeOf("shop-db"), lives["database"]);
  });

  it("are brought back when they are stopped", async () => {
    const { rift } = suite;
    // Podman complains when the agent starts it before podman has tidied up.
    await rift.podman.podman("stop", "-t", "1", "shop-db").catch(() => undefined);
    await eventually(async () => (await lifeOf("shop-db")).startedAt !== lives["database"]?.startedAt);
    assert.equal((await running(rift, "shop-db")).Id, lives["database"]?.id);
  });

  it("are kept by a second operator's changes of something else", async () => {
    const { bob } = suite;
    await bob.mcp("service", "export", "shop");
    const text = await bob.definition("shop");
    await bob.define("shop", text.replace('name = "db"', 'name = "db"\nlabels = { new = "yes" }'));
    const { code, stderr } = await bob.mcp("deploy", "shop");
    assert.equal(code, 0, stderr);
    assert.deepEqual(await lifeOf("shop-api"), lives["shop-api"]);
    assert.notEqual((await lifeOf("shop-db")).id, lives["database"]?.id);
  });

  it("are replaced by the next change of their component, under full management and with their data", async () => {
    const { alice, rift, images, port } = suite;
    await alice.mcp("service", "export", "shop", "--force");
    const text = await alice.definition("shop");
    await alice.define("shop", text.replace(images["hello:v1"], images["hello:v2"]));
    const { code, stderr } = await alice.mcp("deploy", "shop");
    assert.equal(code, 0, stderr);
    const now = await running(rift, "shop-api");
    assert.notEqual(now.Id, lives["shop-api"]?.id);
    assert.deepEqual([now.Config.Labels["mcp.service"], now.Config.Labels["mcp.component"]], ["shop", "api"]);
    const answer = await eventually(async () => (await fetch(`http://127.0.0.1:${port}/`)).text());
    assert.equal(answer, "hello v2\n");
    assert.equal(await rift.podman.podman("exec", "shop-api", "cat", "/anon/file"), "kept\n");
    assert.equal((await alice.mcp("status", "shop", "--check")).code, 0);
    const { output } = await alice.json("service-show-output", "service", "show", "shop");
    const adopted = output.documents[0]?.adopted ?? {};
    assert.equal(adopted["db"], undefined);
  });

  it("are gone with their service, once it is undeployed", async () => {
    const { alice, rift } = suite;
    await start("solo", [suite.images["hello:v1"]]);
    assert.equal((await alice.mcp("adopt", "solo", "--yes")).code, 0);
    assert.deepEqual(await lifeOf("solo"), lives["solo"]);
    assert.equal((await alice.mcp("undeploy", "solo", "--yes")).code, 0);
    assert.equal((await alice.mcp("undeploy", "shop", "--yes")).code, 0);
    assert.deepEqual(await rift.containers(), ["shop-old"]);
    assert.equal(await rift.podman.podman("volume", "exists", "shopdata"), "");
  });

  it("are refused with the reason, in words and in JSON, when they are not there or cannot be adopted", async () => {
    const { alice, rift, orion, images } = suite;
    const nothing = await alice.fails("adopt", "nothing", "--yes");
    assert.deepEqual([nothing.code, nothing.error.code], [3, "E_NOT_FOUND"]);
    const resting = await alice.mcp("adopt", "shop/old@rift", "--yes");
    assert.equal(resting.code, 4);
    assert.match(resting.stderr, /shop-old: it is not running \(exited\)/);
    for (const node of [rift, orion]) await node.podman.podman("run", "-d", "--name", "twin-a", images["hello:v1"]);
    const twins = await alice.fails("adopt", "twin", "--yes");
    assert.deepEqual([twins.code, twins.error.code], [2, "E_USAGE"]);
    assert.match(twins.error.message, /orion, rift|rift, orion/);
    assert.equal((await alice.mcp("adopt", "twin@orion", "--yes")).code, 0);
    const theirs = await alice.mcp("adopt", "other@orion", "--container", "twin-a=x", "--yes");
    assert.equal(theirs.code, 4);
    assert.match(theirs.stderr, /twin-a already belongs to twin\/a/);
  });
});
