/** The agent's store damaged, lost or copied: the agent starts, tells, and no container is restarted. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readdir, rm, stat, truncate, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { before, describe, it } from "node:test";
import { type Fleet, oneComponent, SKIP, startFleet } from "../helpers/e2e-fleet.ts";
import { type EventWatch, watchEvents } from "../helpers/event-watch.ts";
import { eventually } from "../helpers/eventually.ts";
import { running } from "../helpers/fleet-node.ts";
import { suiteScope } from "../helpers/scope.ts";

describe("the agent's store", { skip: SKIP }, () => {
  const fleet = {} as Fleet & { events: EventWatch };
  const scope = suiteScope();
  const names = ["web-api", "side-api", "calm-api"];

  before(async () => {
    Object.assign(fleet, await startFleet(scope, { agents: ["rift"] }));
    const { alice, images } = fleet;
    for (const service of ["web", "side", "calm"]) {
      await alice.define(service, oneComponent(service, images["hello:v1"]));
      assert.equal((await alice.mcp("deploy", service)).code, 0);
    }
    assert.equal((await alice.mcp("stop", "calm")).code, 0);
    fleet.events = await watchEvents(alice);
  });

  const identities = async () => {
    const containers = await Promise.all(names.map((name) => fleet.rift.demand(name)));
    return containers.map(({ Id, State }) => [Id, State.StartedAt, State.Running]);
  };

  const converged = () =>
    eventually(async () => (await fleet.alice.mcp("status", "--check")).code === 0, {
      what: "everything converges",
      timeoutMs: 20_000,
      intervalMs: 200,
    });

  /** What must hold after the agent is back on whatever was left of its store. */
  async function nothingHappened(old: Awaited<ReturnType<typeof identities>>): Promise<void> {
    const { alice, rift } = fleet;
    await converged();
    assert.deepEqual(await identities(), old, "no container was restarted or replaced");
    assert.deepEqual(await rift.containers(), names.toSorted());
    const again = await alice.json("change-output", "deploy", "web");
    assert.deepEqual([again.code, again.output.results[0]?.outcome], [0, "unchanged"]);
    assert.deepEqual(await identities(), old);
  }

  for (const [how, damage] of [
    ["cut short", (path: string) => truncate(path, 1_000)],
    ["overwritten with noise", (path: string) => writeFile(path, randomBytes(50_000))],
    ["emptied", (path: string) => truncate(path, 0)],
  ] as const) {
    it(`${how} is set aside or rebuilt, reported, and stops no container`, async () => {
      const { rift, events } = fleet;
      const old = await identities();
      const earlier = events.all().filter(({ kind }) => kind === "store-rebuilt").length;
      assert.equal((await rift.agent.stop()).code, 0);
      for (const suffix of ["-wal", "-shm"]) await rm(rift.storePath + suffix, { force: true });
      await damage(rift.storePath);
      await rift.agent.start();
      await eventually(() => events.all().filter(({ kind }) => kind === "store-rebuilt").length > earlier, {
        what: "store-rebuilt",
      });
      await nothingHappened(old);
    });
  }

  it("was never deleted when it was damaged", async () => {
    const files = await readdir(dirname(fleet.rift.storePath));
    assert.ok(files.filter((name) => name.includes(".corrupt-")).length >= 2, files.join(" "));
  });

  it("lost with the accepted documents is made again from the bus", async () => {
    const { rift } = fleet;
    const old = await identities();
    assert.equal((await rift.agent.stop()).code, 0);
    for (const name of await readdir(dirname(rift.storePath))) {
      await rm(join(dirname(rift.storePath), name), { recursive: true });
    }
    await rift.agent.start();
    await nothingHappened(old);
  });

  it("lost while the bus is down leaves every container as it is until the bus is back", async () => {
    const { rift, bus } = fleet;
    const old = await identities();
    assert.equal((await rift.agent.stop()).code, 0);
    await bus.stop();
    for (const name of await readdir(dirname(rift.storePath))) {
      await rm(join(dirname(rift.storePath), name), { recursive: true });
    }
    await rift.agent.start();
    assert.deepEqual(await identities(), old);
    await bus.restart();
    await nothingHappened(old);
  });

  it("is copied by snapshot while the agent runs; the copy is a usable store", async () => {
    const { rift, alice } = fleet;
    const old = await identities();
    const copy = join(rift.podman.dir, "copy.db");
    const made = await rift.agent.run("snapshot", copy);
    assert.deepEqual([made.code, made.stdout], [0, `${copy}\n`], made.stderr);
    assert.equal((await stat(copy)).mode & 0o777, 0o600);
    const again = await rift.agent.run("snapshot", copy);
    assert.equal(again.code, 1);
    assert.match(again.stderr, /copy\.db/);
    assert.equal((await rift.agent.stop()).code, 0);
    for (const suffix of ["", "-wal", "-shm"]) await rm(rift.storePath + suffix, { force: true });
    await renameAs(rift.podman, copy, rift.storePath);
    await rift.agent.start();
    await nothingHappened(old);
    assert.equal((await alice.mcp("start", "calm")).code, 0);
    await running(rift, "calm-api");
    assert.equal((await alice.mcp("stop", "calm")).code, 0);
  });

  it("alone brings everything back with recover, while the bus is down and podman has lost all containers", async () => {
    const { rift, bus } = fleet;
    assert.equal((await rift.agent.stop()).code, 0);
    await bus.stop();
    await rift.podman.podman("rm", "--all", "--force", "--time", "0");
    const recovered = await rift.agent.run("recover");
    assert.equal(recovered.code, 0, recovered.stderr);
    assert.match(recovered.stdout, /^web: converged$/m);
    assert.match(recovered.stdout, /^side: converged$/m);
    assert.match(recovered.stdout, /^calm: stopped$/m);
    for (const name of ["web-api", "side-api"]) await running(rift, name);
    const old = await Promise.all(["web-api", "side-api"].map((name) => rift.demand(name)));
    await rift.agent.start();
    await bus.restart();
    await converged();
    const now = await Promise.all(["web-api", "side-api"].map((name) => rift.demand(name)));
    assert.deepEqual(
      now.map(({ Id, State }) => [Id, State.StartedAt]),
      old.map(({ Id, State }) => [Id, State.StartedAt]),
    );
  });

  it("alone brings everything back when podman's whole storage was reset, told in one event", async () => {
    const { rift, events } = fleet;
    assert.equal((await rift.agent.stop()).code, 0);
    await rift.podman.podman("rm", "--all", "--force", "--time", "0");
    await rift.podman.podman("rmi", "--all", "--force");
    await rift.podman.stopService();
    await rift.podman.podman("system", "reset", "--force").catch(() => undefined); // mount points of depth 1 stay
    await rift.podman.startService();
    const from = events.all().length;
    await rift.agent.start();
    for (const name of ["web-api", "side-api"]) await running(rift, name, 30_000);
    await converged();
    const later = events.all().slice(from);
    assert.equal(later.filter(({ kind }) => kind === "runtime-empty").length, 1);
    assert.deepEqual(
      later.filter(({ kind }) => kind === "drift-opened"),
      [],
    );
  });

  it("of another node or another runtime directory is refused with the reason, and nothing is touched", async () => {
    const { rift } = fleet;
    await converged();
    const old = await rift.demand("web-api");
    assert.equal((await rift.agent.stop()).code, 0);
    const refused = await rift.agent.runWith({ MCP_AGENT_NODE: "orion" }, "server");
    assert.equal(refused.code, 2, refused.stderr);
    assert.match(refused.stderr, /node name was rift and is now orion/);
    const moved = await rift.agent.runWith({ XDG_RUNTIME_DIR: rift.podman.dir }, "recover");
    assert.equal(moved.code, 2, moved.stderr);
    assert.match(moved.stderr, /XDG_RUNTIME_DIR was /);
    const now = await rift.demand("web-api");
    assert.deepEqual([now.Id, now.State.StartedAt], [old.Id, old.State.StartedAt]);
    await rift.agent.start();
    await converged();
  });
});

/** As the node's user, who owns both. */
async function renameAs(podman: Fleet["rift"]["podman"], from: string, to: string): Promise<void> {
  const moving = podman.spawn("mv", [from, to]);
  await new Promise((resolve) => moving.once("close", resolve));
}
