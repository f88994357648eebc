/** `mcp deploy` when things go wrong, and with each of its options: the old version keeps running and the reason is shown. */
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { type Fleet, oneComponent, SKIP, startFleet } from "../helpers/e2e-fleet.ts";
import { eventually } from "../helpers/eventually.ts";
import { running } from "../helpers/fleet-node.ts";
import { freePort } from "../helpers/free-port.ts";
import { suiteScope } from "../helpers/scope.ts";

describe("mcp deploy", { skip: SKIP }, () => {
  const fleet = {} as Fleet;
  const scope = suiteScope();
  const v1 = () => fleet.images["hello:v1"];

  before(async () => {
    Object.assign(fleet, await startFleet(scope));
  });

  /** Deploys version 1 of a service with one component, and gives its container. */
  async function served(service: string, more = "") {
    await fleet.alice.define(service, oneComponent(service, v1(), more));
    const { code, stderr } = await fleet.alice.mcp("deploy", service, "--quiet");
    assert.equal(code, 0, stderr);
    return await running(fleet.rift, `${service}-api`);
  }

  it("keeps the old container when the new one exits at once, and shows its last lines", async () => {
    const { alice, rift, images } = fleet;
    const old = await served("crash");
    await alice.define("crash", oneComponent("crash", images["crasher:v1"]));
    const { code, stdout, stderr } = await alice.mcp("deploy", "crash");
    assert.equal(code, 9);
    assert.match(stdout, /^crash@rift: generation 2 failed: .*exit code 3 .*; .* is still running\n$/);
    for (const line of ["crasher: starting", "crasher: cannot open /etc/crasher.conf", "crasher: giving up"]) {
      assert.match(stderr, new RegExp(`^ {2}\\| ${line}$`, "m"));
    }
    const now = await rift.demand("crash-api");
    assert.deepEqual([now.Id, now.State.StartedAt, now.State.Running], [old.Id, old.State.StartedAt, true]);
    assert.deepEqual(
      (await rift.containers()).filter((name) => name.startsWith("crash")),
      ["crash-api"],
    );
  });

  it("reports the failure again on the same deploy, tries it again with --retry, and is repaired by the old definition", async () => {
    const { alice, rift } = fleet;
    const old = await rift.demand("crash-api");
    const again = await alice.json("change-output", "deploy", "crash");
    assert.equal(again.code, 9);
    assert.deepEqual(
      again.output.results.map(({ outcome, generation }) => [outcome, generation]),
      [["failed", 2]],
    );
    assert.equal(again.output.results[0]?.failure?.exitCode, 3);
    const retried = await alice.json("change-output", "deploy", "crash", "--retry");
    assert.equal(retried.code, 9);
    const [result] = retried.output.results;
    assert.deepEqual([result?.outcome, result?.generation, result?.failure?.previousServing], ["failed", 3, true]);
    assert.ok(result?.failure?.lines.includes("crasher: giving up"));
    const status = await alice.mcp("status", "crash", "--check");
    assert.equal(status.code, 8);
    assert.match(status.stdout, /crasher: giving up/);
    await alice.define("crash", oneComponent("crash", v1()));
    const mended = await alice.mcp("deploy", "crash");
    assert.equal(mended.code, 0, mended.stderr);
    assert.equal((await rift.demand("crash-api")).Id, old.Id, "the container that served all the time is right again");
    assert.equal((await alice.mcp("status", "crash", "--check")).code, 0);
  });

  it("stops nothing when the image does not exist, and names the reason", async () => {
    const { alice, rift, registry } = fleet;
    const old = await served("absent");
    await alice.define("absent", oneComponent("absent", `${registry.address}/no-such:v9`));
    const { code, output, stderr } = await alice.json("change-output", "deploy", "absent");
    assert.equal(code, 9, stderr);
    assert.equal(output.results[0]?.failure?.code, "E_IMAGE");
    assert.match(output.results[0]?.message ?? "", /no-such.*is still running/);
    const now = await rift.demand("absent-api");
    assert.deepEqual([now.Id, now.State.StartedAt], [old.Id, old.State.StartedAt]);
  });

  it("starts the old container again when a common port forced it to stop", async () => {
    const { alice, rift, images } = fleet;
    const port = await freePort();
    const ports = `ports = ["127.0.0.1:${port}:8080"]`;
    const old = await served("port", ports);
    await alice.define("port", oneComponent("port", images["crasher:v1"], ports));
    const { code, stdout } = await alice.mcp("deploy", "port");
    assert.equal(code, 9);
    assert.match(stdout, /is still running/);
    const now = await running(rift, "port-api");
    assert.equal(now.Id, old.Id);
    const text = await eventually(async () => (await fetch(`http://127.0.0.1:${port}/`)).text(), { what: "the port" });
    assert.equal(text, "hello v1\n");
  });

  it("replaces a container that holds a port and a writable volume", async () => {
    const { alice, rift, images } = fleet;
    const port = await freePort();
    const more = `ports = ["127.0.0.1:${port}:8080"]\nvolumes = ["replacedata:/data"]`;
    const old = await served("replace", more);
    await rift.podman.podman("exec", "replace-api", "touch", "/data/kept");
    await alice.define("replace", oneComponent("replace", images["hello:v2"], more));
    const { code, stderr } = await alice.mcp("deploy", "replace");
    assert.equal(code, 0, stderr);
    assert.notEqual((await rift.demand("replace-api")).Id, old.Id);
    assert.match(await rift.podman.podman("exec", "replace-api", "ls", "/data"), /^kept$/m);
    const text = await eventually(async () => (await fetch(`http://127.0.0.1:${port}/`)).text(), { what: "the port" });
    assert.equal(text, "hello v2\n");
  });

  for (const [field, line, isSet] of [
    ["memory", 'memory = "64m"', ({ memory }: { memory: boolean }) => memory],
    ["cpus", "cpus = 0.5", ({ cpus }: { cpus: boolean }) => cpus],
  ] as const) {
    it(`refuses ${field} where the node cannot enforce it, and enforces it where it can`, async () => {
      const { alice, rift } = fleet;
      const service = `limit-${field}`;
      const old = await served(service);
      await alice.define(service, oneComponent(service, v1(), line));
      const { code, output } = await alice.json("change-output", "deploy", service);
      const [result] = output.results;
      const info = JSON.parse(await rift.podman.podman("info", "--format", "json"));
      const controllers: string[] = info.host.cgroupControllers ?? [];
      const able = isSet({ memory: controllers.includes("memory"), cpus: controllers.includes("cpu") });
      if (able && info.host.cgroupVersion === "v2") {
        assert.equal(result?.outcome, "converged");
        return;
      }
      assert.equal(code, 9);
      assert.equal(result?.failure?.code, "E_UNSUPPORTED");
      assert.match(result?.message ?? "", new RegExp(field));
      assert.equal((await rift.demand(`${service}-api`)).Id, old.Id);
    });
  }

  it("finds a missing bind source before the first of several components is touched", async () => {
    const { alice, rift, images } = fleet;
    const component = (name: string, image: string, more = "") =>
      `[[components]]\nname = "${name}"\nimage = "${image}"\nmin_up = "200ms"\n${more}\n`;
    const text = (image: string, more = "") =>
      `name = "whole"\nnode = "rift"\n\n${["a", "b"].map((name) => component(name, image)).join("\n")}\n${component("c", image, more)}`;
    await alice.define("whole", text(v1()));
    assert.equal((await alice.mcp("deploy", "whole")).code, 0);
    const ids = async () =>
      await Promise.all(["a", "b", "c"].map(async (name) => (await rift.demand(`whole-${name}`)).Id));
    const before = await ids();
    await alice.define("whole", text(images["hello:v2"], 'volumes = ["/nowhere/at/all:/x"]'));
    const { code, output } = await alice.json("change-output", "deploy", "whole");
    assert.equal(code, 9);
    const [result] = output.results;
    assert.deepEqual([result?.failure?.component, result?.failure?.code], ["c", "E_FILE"]);
    assert.deepEqual(await ids(), before);
  });

  it("deploys one component alone and leaves the rest of the definition for later", async () => {
    const { alice, rift, images } = fleet;
    const text = (api: string, web: string) =>
      `${oneComponent("part", api)}\n[[components]]\nname = "web"\nimage = "${web}"\nmin_up = "200ms"\n`;
    await alice.define("part", text(v1(), v1()));
    assert.equal((await alice.mcp("deploy", "part")).code, 0);
    const web = await rift.demand("part-web");
    await alice.define("part", text(images["hello:v2"], images["hello:v2"]));
    const { code, output, stderr } = await alice.json("change-output", "deploy", "part/api");
    assert.equal(code, 0, stderr);
    assert.deepEqual(
      output.results[0]?.differences.map((d) => d.field),
      ["components.api.image"],
    );
    assert.equal((await rift.demand("part-api")).ImageName, images["hello:v2"]);
    assert.equal((await rift.demand("part-web")).Id, web.Id);
    const unknown = await alice.fails("deploy", "part/wev");
    assert.equal(unknown.code, 3);
    assert.match(unknown.error.message, /no component "wev".*"web"/);
  });

  it("takes a definition from anywhere with -f and keeps the reason given with -m", async () => {
    const { alice } = fleet;
    const path = join(alice.dir, "elsewhere.toml");
    await writeFile(path, oneComponent("elsewhere", v1()), { mode: 0o644 });
    const { code, stderr } = await alice.mcp("deploy", "-f", "elsewhere.toml", "-m", "first light");
    assert.equal(code, 0, stderr);
    const { output } = await alice.json("status-output", "status", "elsewhere");
    assert.equal(output.services[0]?.desired?.message, "first light");
    assert.equal(output.services[0]?.desired?.author, alice.author);
    assert.equal((await alice.fails("deploy", "other", "-f", "elsewhere.toml")).code, 2);
  });

  it("returns after the write with --no-wait; the node carries it out", async () => {
    const { alice, rift } = fleet;
    await alice.define("later", oneComponent("later", v1()));
    const { code, output } = await alice.json("change-output", "deploy", "later", "--no-wait");
    assert.equal(code, 0);
    assert.equal(output.results[0]?.outcome, "written");
    await running(rift, "later-api");
    const converged = async () => (await alice.mcp("status", "later", "--check")).code === 0;
    await eventually(converged, { what: "later converges" });
  });

  it("stops following after --timeout with exit 7; the change stands", async () => {
    const { alice } = fleet;
    await alice.define("slow", oneComponent("slow", v1()).replace("200ms", "3s"));
    const { code, stdout } = await alice.mcp("deploy", "slow", "--timeout", "1s");
    assert.equal(code, 7);
    assert.match(stdout, /^slow@rift: .*still in progress.*\n$/);
    const converged = async () => (await alice.mcp("status", "slow", "--check")).code === 0;
    await eventually(converged, { what: "slow converges", intervalMs: 200 });
    const wrong = await alice.fails("deploy", "slow", "--timeout", "soon");
    assert.deepEqual([wrong.code, wrong.error.code], [2, "E_USAGE"]);
  });

  it("is not stopped by Ctrl-C: exit 130, and the fleet continues", async () => {
    const { alice } = fleet;
    await alice.define("detached", oneComponent("detached", v1()).replace("200ms", "2s"));
    const run = alice.start("deploy", "detached");
    await eventually(() => /\bapi\b.* (start|wait)/.test(run.stderr()), { what: "a step" });
    run.signal("SIGINT");
    const { code, stderr, stdout } = await run.ended;
    assert.equal(code, 130);
    assert.match(stdout, /^(detached@rift: .*still in progress.*\n)?$/);
    assert.match(stderr, /detached: nothing was undone; look again with `mcp status detached`/);
    const converged = async () => (await alice.mcp("status", "detached", "--check")).code === 0;
    await eventually(converged, { what: "detached converges", intervalMs: 200 });
  });

  it("deploys to several nodes, and exits 8 when only one of them can", async () => {
    const { alice, rift, orion, images } = fleet;
    const both = (image: string) => oneComponent("both", image).replace('node = "rift"', 'nodes = ["rift", "orion"]');
    await alice.define("both", both(v1()));
    const first = await alice.mcp("deploy", "both");
    assert.equal(first.code, 0, first.stderr);
    assert.match(first.stdout, /^both@rift: converged/m);
    assert.match(first.stdout, /^both@orion: converged/m);
    await Promise.all([running(rift, "both-api"), running(orion, "both-api")]);
    await orion.podman.podman("run", "--detach", "--name", "both-extra", images["hello:v1"]);
    await alice.define("both", `${both(v1())}\n[[components]]\nname = "extra"\nimage = "${v1()}"\nmin_up = "200ms"\n`);
    const second = await alice.json("change-output", "deploy", "both");
    assert.equal(second.code, 8, second.stderr);
    const outcomes = Object.fromEntries(second.output.results.map(({ node, outcome }) => [node, outcome]));
    assert.deepEqual(outcomes, { rift: "converged", orion: "failed" });
  });

  it("leaves the old node running when `node` changes, and says how to remove it", async () => {
    const { alice, rift, orion } = fleet;
    await served("moved");
    await alice.define("moved", oneComponent("moved", v1(), "", "orion"));
    const { code, stderr } = await alice.mcp("deploy", "moved");
    assert.equal(code, 0);
    assert.match(stderr, /moved keeps running on rift; remove it there with `mcp undeploy moved@rift`/);
    await Promise.all([running(rift, "moved-api"), running(orion, "moved-api")]);
    assert.equal((await alice.mcp("undeploy", "moved@rift", "--yes")).code, 0);
    assert.equal(await rift.inspect("moved-api"), undefined);
    assert.ok(await orion.inspect("moved-api"));
  });

  it("refuses what cannot be: no such definition, a wrong one, an unknown node, a name or port in use", async () => {
    const { alice } = fleet;
    const port = await freePort();
    await served("first", `ports = ["127.0.0.1:${port}:8080"]`);
    const missing = await alice.fails("deploy", "frist");
    assert.deepEqual([missing.code, missing.error.code], [3, "E_NOT_FOUND"]);
    assert.match(missing.error.message, /"first"/);
    const path = await alice.define("wrong", oneComponent("wrong", v1(), "voluems = []"));
    const wrong = await alice.mcp("deploy", "wrong");
    assert.equal(wrong.code, 2);
    assert.ok(wrong.stderr.includes(`${path}:8:1`), wrong.stderr);
    assert.match(wrong.stderr, /voluems.*volumes/);
    await alice.define("lost", oneComponent("lost", v1(), "", "rfit"));
    const lost = await alice.fails("deploy", "lost");
    assert.deepEqual([lost.code, lost.error.code], [3, "E_NOT_FOUND"]);
    assert.match(lost.error.message, /no node "rfit".*"rift"/);
    await alice.define("second", oneComponent("second", v1(), `ports = ["127.0.0.1:${port}:8080"]`));
    const second = await alice.fails("deploy", "second");
    assert.deepEqual([second.code, second.error.code], [2, "E_DEFINITION"]);
    assert.match(second.error.message, /first\/api.*second\/api/);
    for (const service of ["wrong", "lost", "second"]) {
      assert.equal((await alice.mcp("service", "show", service)).code, 3, `${service} was not written`);
    }
  });
});
