/** The alert command of a real agent, with the bus down; and a tag that moves in a real podman. */
import assert from "node:assert/strict";
import { copyFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { type Fleet, oneComponent, SKIP, startFleet } from "../helpers/e2e-fleet.ts";
import { eventually } from "../helpers/eventually.ts";
import { running } from "../helpers/fleet-node.ts";
import { pushTestImageAs } from "../helpers/images.ts";
import { suiteScope } from "../helpers/scope.ts";
import { tempDir } from "../helpers/temp-dir.ts";

const RECORD = fileURLToPath(new URL("../fixtures/alerts/record", import.meta.url));

describe("alerts and moved tags", { skip: SKIP }, () => {
  const fleet = {} as Fleet & { told: string };
  const scope = suiteScope();

  before(async () => {
    const dir = await tempDir(scope, 0o777);
    const told = join(dir, "told");
    const record = join(dir, "record"); // the node's user may not be let into the project's directory
    await copyFile(RECORD, record);
    const alerts = `[alerts]\ncommand = ["${record}", "${told}"]\nfor = "2s"\ncooldown = "1m"`;
    const settings = `[reconcile]\nsweep = "1s"\n${alerts}`;
    Object.assign(fleet, await startFleet(scope, { agents: ["rift"], settings }), { told });
  });

  async function served(service: string, head = ""): Promise<void> {
    const { alice, rift, images } = fleet;
    await alice.define(service, `${head}\n${oneComponent(service, images["hello:v1"])}`);
    const { code, stderr } = await alice.mcp("deploy", service);
    assert.equal(code, 0, stderr);
    await running(rift, `${service}-api`);
  }

  const told = async () =>
    (await readFile(fleet.told, "utf8"))
      .split("\n")
      .filter(Boolean)
      .map((line) => line.split(" ", 3).join(" "));

  it("shows a tag that names another image now, and leaves the service as it is", async () => {
    const { alice, rift, images } = fleet;
    await served("tagged");
    const before = await rift.demand("tagged-api");
    await rift.podman.podman("pull", "--quiet", images["hello:v2"]);
    await rift.podman.podman("tag", images["hello:v2"], images["hello:v1"]);
    const status = () => alice.mcp("status", "tagged", "--check");
    const shown = await eventually(
      async () => {
        const { code, stdout } = await status();
        return stdout.includes("image-moved") ? { code, stdout } : undefined;
      },
      { what: "status shows it", timeoutMs: 30_000 },
    );
    assert.equal(shown?.code, 0, shown?.stdout);
    assert.match(shown?.stdout ?? "", /image-moved \(image: want [0-9a-f]{12}, have [0-9a-f]{12}\)/);
    assert.equal((await alice.mcp("deploy", "tagged")).code, 0);
    assert.equal((await rift.demand("tagged-api")).Id, before.Id);
  });

  it('is a change with pull = "always": plan asks the registry, and deploy of the unchanged file replaces the container', async () => {
    const { alice, rift, registry } = fleet;
    const image = `${registry.address}/rolling:v1`;
    const serves = async () => await rift.podman.podman("exec", "rolling-api", "cat", "/www/index.html");
    await pushTestImageAs(registry.address, "hello:v1", "rolling:v1");
    await alice.define("rolling", oneComponent("rolling", image, 'pull = "always"'));
    assert.equal((await alice.mcp("deploy", "rolling")).code, 0);
    const first = await running(rift, "rolling-api");
    assert.equal(await serves(), "hello v1\n");
    assert.equal((await alice.mcp("plan", "rolling")).code, 0);
    const unchanged = await alice.mcp("deploy", "rolling");
    assert.equal(unchanged.code, 0, unchanged.stderr);
    assert.equal((await rift.demand("rolling-api")).Id, first.Id);
    await pushTestImageAs(registry.address, "hello:v2", "rolling:v1");
    const plan = await alice.mcp("plan", "rolling");
    assert.equal(plan.code, 10, plan.stderr);
    assert.match(plan.stdout, /components\.api\.image.*rolling:v1 \([0-9a-f]{12} in the registry\)/);
    assert.equal((await rift.demand("rolling-api")).Id, first.Id);
    const deployed = await alice.mcp("deploy", "rolling");
    assert.equal(deployed.code, 0, deployed.stderr);
    assert.notEqual((await running(rift, "rolling-api")).Id, first.Id);
    assert.equal(await serves(), "hello v2\n");
    assert.equal((await alice.mcp("plan", "rolling")).code, 0);
  });

  it("are told without a bus, with a drift that lasts and its end", async () => {
    const { rift, bus } = fleet;
    await served("pager", 'drift = "report"');
    const ends = async () => (await told().catch(() => [])).filter((line) => line.endsWith(" not-running"));
    await bus.stop();
    await rift.podman.podman("stop", "--time", "0", "pager-api");
    await eventually(async () => (await ends()).length >= 1, { what: "the drift is told", timeoutMs: 20_000 });
    await rift.podman.podman("start", "pager-api");
    await eventually(async () => (await ends()).length >= 2, { what: "its end is told", timeoutMs: 20_000 });
    assert.deepEqual(await ends(), ["raised drift-opened not-running", "resolved drift-closed not-running"]);
    assert.match(rift.agent.log(), /alert command called: /);
  });

  it("can be tried with a test event", async () => {
    const { code, stdout } = await fleet.rift.agent.run("alert", "test");
    assert.equal(code, 0, stdout);
    assert.match(stdout, /^record: exit code 0 after \d+ ms/);
    assert.equal((await told()).at(-1), "test drift-opened missing");
  });
});
