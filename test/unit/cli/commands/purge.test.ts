/** `mcp purge` */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isTombstone } from "../../../../src/schemas/service/desired.ts";
import type { OrphanContainer } from "../../../../src/schemas/wire/live-container.ts";
import type { RequestBody } from "../../../../src/schemas/wire/request.ts";
import {
  componentSpec,
  desiredService,
  liveContainer,
  observedService,
  presenceOf,
  serviceSpec,
  tombstone,
} from "../../../helpers/fleet-builders.ts";
import { assertJson } from "../../../helpers/json-shape.ts";
import { localWorkstation, webToml } from "../../../helpers/local-workstation.ts";
import { TEST_NOW_MS } from "../../../helpers/run-cli.ts";
import type { Scope } from "../../../helpers/scope.ts";
import { MemoryOperatorBus } from "../../../twin/memory-operator-bus.ts";

const HOUR = 3_600_000;

/** A stored service of the name, whose container is in this state. */
function stored(bus: MemoryOperatorBus, service: string, state: "running" | "exited", node = "rift"): void {
  const spec = serviceSpec({ name: service, active: state === "running" });
  const document = desiredService({ service, node, spec });
  const report = observedService(document, { state: state === "running" ? "converged" : "stopped" });
  bus.putDesired(document);
  bus.putObserved({ ...report, components: [{ name: "api", state }] });
}

function orphan(name: string, own: Partial<OrphanContainer> = {}): OrphanContainer {
  const container = { ...liveContainer(), id: name.padEnd(64, "0"), name, service: "gone", component: "api" };
  return { ...container, state: "exited", reason: "gone was retired (generation 4)", ...own };
}

/** `web` is defined here and runs; `old` and `busy` are on the bus alone, the one stopped, the other running. */
async function site(t: Scope, orphans: readonly OrphanContainer[] = []) {
  const bus = new MemoryOperatorBus(() => TEST_NOW_MS);
  bus.putPresence(presenceOf("rift"), 1_000);
  stored(bus, "web", "running");
  stored(bus, "old", "exited");
  stored(bus, "busy", "running");
  bus.putDesired(tombstone({ service: "gone", generation: 4 }));
  const orders: RequestBody[] = [];
  bus.agents.set("rift", (body) => {
    if (body.verb === "orphans") return [{ body: { verb: "orphans", containers: orphans } }];
    if (body.verb !== "remove-orphan") return [];
    orders.push(body);
    return body.containerId.startsWith("stuck")
      ? [{ error: { code: "E_REFUSED", message: "it runs now" } }]
      : [{ body: { verb: "done" } }];
  });
  bus.afterWrite = (document) => bus.putObserved(observedService(document, { state: "removed" }));
  const alice = await localWorkstation(t, bus);
  await alice.define("web", webToml());
  const isRetired = async (service: string, node = "rift") => {
    const document = (await bus.readDesired(node, service))?.document;
    return document !== undefined && isTombstone(document);
  };
  return { bus, alice, orders, isRetired };
}

describe("mcp purge", () => {
  it("shows what goes and what stays, and why, and does nothing with --dry-run", async (t) => {
    const { alice, orders, isRetired } = await site(t, [orphan("gone-api"), orphan("gone-db", { state: "running" })]);
    const { code, stdout, stderr } = await alice.mcp(["purge", "--dry-run"]);
    assert.equal(code, 0);
    assert.deepEqual(stdout.trimEnd().split("\n"), [
      "retire old@rift (generation 1): no definition here names it, and none of its containers is running",
      "remove gone-api on rift (exited): gone was retired (generation 4)",
    ]);
    assert.match(stderr, /kept: busy@rift: api is running; to retire it anyway: mcp purge busy@rift --running/);
    assert.match(stderr, /kept: gone-db on rift \(running\): .*only with --running/);
    assert.doesNotMatch(stdout + stderr, /web/);
    const { stdout: json } = await alice.mcp(["purge", "--dry-run", "--json"]);
    const output = assertJson("purge-output", json);
    assert.deepEqual([output.dryRun, output.services.length, output.kept.services.length], [true, 1, 1]);
    assert.deepEqual([orders, await isRetired("old")], [[], false]);
  });

  it("retires and removes what it showed, after asking", async (t) => {
    const { alice, orders, isRetired } = await site(t, [orphan("gone-api")]);
    const refused = await alice.mcp(["purge"]);
    assert.deepEqual([refused.code, await isRetired("old"), orders.length], [2, false, 0]);
    assert.match(refused.stderr, /E_UNCONFIRMED/);
    const { code, stdout, stderr } = await alice.mcp(["purge", "--no-color"], { tty: true, stdin: "y\n" });
    assert.equal(code, 0, stderr);
    assert.match(stderr, /Remove 1 service and 1 container\? Data stays\./);
    assert.match(stdout, /old@rift: removed in/);
    assert.match(stdout, /gone-api on rift removed/);
    assert.equal(await isRetired("old"), true);
    assert.equal(await isRetired("busy"), false);
    assert.deepEqual(orders, [{ verb: "remove-orphan", containerId: "gone-api".padEnd(64, "0"), state: "exited" }]);
    assert.match((await alice.mcp(["purge", "busy", "--yes"])).stdout, /^nothing to purge/);
  });

  it("retires what runs only when it is named and --running is said", async (t) => {
    const { alice, isRetired } = await site(t);
    assert.equal((await alice.mcp(["purge", "--running", "--yes"])).code, 0);
    assert.deepEqual([await isRetired("old"), await isRetired("busy")], [true, false]);
    assert.equal((await alice.mcp(["purge", "busy", "--running", "--yes"])).code, 0);
    assert.equal(await isRetired("busy"), true);
  });

  it("leaves what a definition asks for, also one that cannot be read", async (t) => {
    const { alice, isRetired, orders } = await site(t, [orphan("old-api", { service: "old" })]);
    await alice.define("old", "name = \n");
    const { stdout, stderr } = await alice.mcp(["purge", "--yes"]);
    assert.match(stdout, /^nothing to purge$/m);
    assert.match(stderr, /kept: old-api on rift .*old\.toml cannot be read|generation 1 on the bus needs it/);
    assert.equal((await alice.mcp(["purge", "web", "--running", "--yes"])).code, 0);
    assert.deepEqual([await isRetired("old"), await isRetired("web"), orders.length], [false, false, 0]);
  });

  it("leaves what the bus asks for although the node does not know it yet", async (t) => {
    const container = orphan("busy-worker", { service: "busy", component: "worker" });
    const { alice, bus, orders } = await site(t, [container]);
    const components = [componentSpec(), componentSpec({ name: "worker" })];
    bus.putDesired(desiredService({ service: "busy", generation: 2, spec: serviceSpec({ name: "busy", components }) }));
    const { stderr } = await alice.mcp(["purge", "busy/worker", "--yes"]);
    assert.match(stderr, /kept: busy-worker .*generation 2 on the bus needs it/);
    assert.deepEqual(orders, []);
  });

  it("takes the containers of one component and leaves its service", async (t) => {
    const worker = orphan("old-worker", { service: "old", component: "worker" });
    const { alice, orders, isRetired } = await site(t, [worker, orphan("gone-api")]);
    assert.equal((await alice.mcp(["purge", "old/worker", "--yes"])).code, 0);
    assert.deepEqual([orders.length, await isRetired("old")], [1, false]);
  });

  it("retires nothing of a node that is not there, and says who could not be asked", async (t) => {
    const { alice, bus, isRetired } = await site(t);
    bus.putPresence(presenceOf("orion"), 3 * HOUR);
    stored(bus, "far", "exited", "orion");
    const { code, stderr } = await alice.mcp(["purge", "--yes"]);
    assert.equal(code, 0);
    assert.match(stderr, /kept: far@orion: it is not known what is running on orion/);
    assert.match(stderr, /unknown orphans on orion/);
    assert.equal(await isRetired("far", "orion"), false);
  });

  it("tells what a node did not remove, and exits 8", async (t) => {
    const { alice } = await site(t, [orphan("stuck-api"), orphan("gone-api")]);
    const { code, stdout, stderr } = await alice.mcp(["purge", "--yes", "--json"]);
    assert.equal(code, 8);
    const output = assertJson("purge-output", stdout);
    assert.deepEqual(
      [output.containers.map(({ name }) => name), output.failed.map(({ code: one }) => one)],
      [["gone-api"], ["E_REFUSED"]],
    );
    assert.match(stderr, /stuck-api: rift: it runs now/);
  });

  it("refuses where nothing tells what is wanted, and what is unknown", async (t) => {
    const { alice, bus } = await site(t);
    const bob = await localWorkstation(t, bus, "bob@desk");
    const { code, stderr } = await bob.mcp(["purge", "--yes"]);
    assert.equal(code, 3);
    assert.match(stderr, /there is no definition in .*it is unknown what is needed/);
    const unknown = await alice.mcp(["purge", "odl"]);
    assert.equal(unknown.code, 3);
    assert.match(unknown.stderr, /did you mean "old"/);
  });

  it("leaves what somebody else changed after it was shown", async (t) => {
    const { alice, bus, isRetired } = await site(t);
    const list = bus.listObserved.bind(bus);
    bus.listObserved = async () => {
      bus.putDesired(desiredService({ service: "old", generation: 9, spec: serviceSpec({ name: "old" }) }));
      return await list();
    };
    const { code } = await alice.mcp(["purge", "old", "--yes"]);
    assert.ok(code === 4 || code === 0);
    assert.equal(await isRetired("old"), false);
  });
});
