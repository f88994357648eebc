/** The bus killed, paused, wiped, and set back to an older copy: nothing stops, nothing is lost, and it is told. */
import assert from "node:assert/strict";
import { cp, rm } from "node:fs/promises";
import { before, describe, it } from "node:test";
import Database from "libsql";
import type { McpEvent } from "../../src/schemas/wire/event.ts";
import { type Fleet, oneComponent, SKIP, startFleet } from "../helpers/e2e-fleet.ts";
import { type EventWatch, watchEvents } from "../helpers/event-watch.ts";
import { eventually } from "../helpers/eventually.ts";
import { running } from "../helpers/fleet-node.ts";
import { suiteScope } from "../helpers/scope.ts";
import { assertOnceAndInOrder, storedEvents } from "../helpers/stored-events.ts";

const CLOSED =
  "SELECT sequence FROM event WHERE json_extract(event, '$.kind') = ? AND json_extract(event, '$.service') = ?";

describe("a bus that fails", { skip: SKIP }, () => {
  const fleet = {} as Fleet & { events: EventWatch };
  const scope = suiteScope();

  before(async () => {
    Object.assign(fleet, await startFleet(scope, { agents: ["rift"] }));
    for (const service of ["web", "side"]) await deployed(service, "hello:v1");
    fleet.events = await watchEvents(fleet.alice);
  });

  async function deployed(service: string, image: "hello:v1" | "hello:v2", ...options: string[]) {
    await fleet.alice.define(service, oneComponent(service, fleet.images[image]));
    const { code, stderr } = await fleet.alice.mcp("deploy", service, ...options);
    assert.equal(code, 0, stderr);
    return await running(fleet.rift, `${service}-api`);
  }

  const identities = async () => {
    const containers = await Promise.all(["web-api", "side-api"].map((name) => fleet.rift.demand(name)));
    return containers.map(({ Id, State }) => [Id, State.StartedAt, State.Running]);
  };

  /** Of rift, message by message. */
  const stored = async (): Promise<McpEvent[]> => {
    const events = await storedEvents(fleet.bus.settings(fleet.bus.admin));
    return events.filter(({ node }) => node === "rift");
  };

  /** How many drifts of side the node has closed, as its store says; the bus is away. */
  const closedOnNode = (): number => {
    const store = new Database(fleet.rift.storePath, { readonly: true });
    try {
      return store.prepare(CLOSED).all("drift-closed", "side").length;
    } finally {
      store.close();
    }
  };

  it("by kill -9: nothing stops, repairs continue, and the events arrive once and in order", async () => {
    const { bus, rift, events } = fleet;
    const old = await identities();
    await bus.kill9();
    const closedBefore = closedOnNode();
    for (let round = 1; round <= 3; round++) {
      const before = await rift.demand("side-api");
      await rift.podman.podman("kill", "side-api");
      const back = async () => {
        const now = await rift.demand("side-api");
        return now.State.Running && now.State.StartedAt !== before.State.StartedAt;
      };
      await eventually(back, { what: "side runs again without a bus", timeoutMs: 15_000, intervalMs: 100 });
      // Else the next death may belong to the same drift.
      const isClosed = () => closedOnNode() >= closedBefore + round;
      await eventually(isClosed, { what: "its drift is closed", timeoutMs: 15_000, intervalMs: 100 });
    }
    assert.deepEqual((await identities())[0], old[0]);
    assert.equal((await fleet.alice.mcp("list")).code, 6);
    await bus.restart();
    const closings = (list: readonly McpEvent[]) =>
      list.filter((e) => e.kind === "drift-closed" && e.service === "side");
    await eventually(() => closings(events.all()).length >= 3, { what: "three closings", timeoutMs: 30_000 });
    const openings = (list: readonly McpEvent[]) =>
      list.filter((e) => e.kind === "drift-opened" && e.service === "side");
    const allClosed = async () => {
      const list = await stored();
      const [opened, closed, heard] = [openings(list), closings(list), closings(events.all())];
      return opened.length === closed.length && heard.length >= closed.length ? list : undefined;
    };
    const list = (await eventually(allClosed, { what: "every drift is closed, and heard of" })) ?? [];
    const ids = (some: readonly McpEvent[]) => closings(some).map((event) => event.id);
    assert.deepEqual(ids(list), ids(events.all()), "as a subscriber heard them");
    assertOnceAndInOrder(list, "rift");
    assert.equal((await fleet.alice.mcp("status", "--check")).code, 0);
  });

  it("by not answering: commands end in time with exit 6, and everything continues when it wakes", async () => {
    const { bus, alice } = fleet;
    const old = await identities();
    bus.pause();
    const startMs = Date.now();
    try {
      const { code, error } = await alice.fails("list");
      assert.deepEqual([code, error.code], [6, "E_BUS_UNREACHABLE"]);
      assert.ok(Date.now() - startMs < 20_000, `it took ${Date.now() - startMs} ms`);
    } finally {
      bus.resume();
    }
    await eventually(async () => (await alice.mcp("status", "--check")).code === 0, {
      what: "converged",
      intervalMs: 200,
    });
    assert.deepEqual(await identities(), old);
  });

  it("by going back to an older copy: nothing stops, one report, deploy exits 4, and --force repairs it", async () => {
    const { bus, alice, rift } = fleet;
    const copy = `${bus.storeDir}-older`;
    await bus.stop();
    await cp(bus.storeDir, copy, { recursive: true });
    await bus.restart();
    await eventually(async () => (await alice.mcp("status", "--check")).code === 0, {
      what: "converged",
      intervalMs: 200,
    });
    await deployed("web", "hello:v2", "-m", "to be lost");
    const old = await identities();
    await bus.kill9();
    await rm(bus.storeDir, { recursive: true });
    await cp(copy, bus.storeDir, { recursive: true });
    await bus.restart();
    const regressed = async () => (await stored()).filter((e) => e.kind === "desired-regressed" && e.service === "web");
    await eventually(async () => (await regressed()).length > 0, {
      what: "desired-regressed",
      timeoutMs: 20_000,
      intervalMs: 200,
    });
    assert.deepEqual(await identities(), old);
    const status = await alice.mcp("status", "web", "--check");
    assert.equal(status.code, 8);
    assert.match(status.stdout, /generation 2|accepted generation/);
    await alice.define("web", oneComponent("web", fleet.images["hello:v1"], `labels = { after = "loss" }`));
    const refused = await alice.fails("deploy", "web");
    assert.deepEqual([refused.code, refused.error.code], [4, "E_REGRESSED"]);
    assert.match(refused.error.hint, /--force/);
    const stopping = await alice.fails("stop", "web");
    assert.deepEqual([stopping.code, stopping.error.code], [4, "E_REGRESSED"]);
    assert.deepEqual(await identities(), old);
    const forced = await alice.mcp("deploy", "web", "--force");
    assert.equal(forced.code, 0, forced.stderr);
    assert.equal((await running(rift, "web-api")).Config.Labels["after"], "loss");
    assert.equal((await regressed()).length, 1, "told once");
    assert.equal((await alice.mcp("status", "--check")).code, 0);
  });

  it("by losing everything: nothing stops, and deploying again re-seeds it", async () => {
    const { bus, alice, rift } = fleet;
    const old = await identities();
    await bus.kill9();
    await bus.wipeStore();
    await bus.restart();
    const lost = await alice.fails("list");
    assert.deepEqual([lost.code, lost.error.code], [6, "E_BUS_UNPROVISIONED"]);
    assert.equal((await alice.mcp("bus", "provision")).code, 0);
    await eventually(async () => (await alice.json("status-output", "status")).output.services.length === 2, {
      what: "the node reports its services again",
      timeoutMs: 30_000,
      intervalMs: 200,
    });
    assert.deepEqual(await identities(), old);
    const refused = await alice.fails("deploy", "web");
    assert.deepEqual([refused.code, refused.error.code], [4, "E_REGRESSED"]);
    for (const service of ["web", "side"]) {
      const forced = await alice.mcp("deploy", service, "--force");
      assert.equal(forced.code, 0, forced.stderr);
    }
    assert.equal((await alice.mcp("status", "--check")).code, 0);
    assert.deepEqual(await identities(), old, "the same specs: nothing was replaced");
    await rift.podman.podman("kill", "web-api");
    await running(rift, "web-api");
  });
});
