/** Nodes enrolled and removed by the commands, on real servers: what they make opens the bus, and closes it again. */
import assert from "node:assert/strict";
import { cp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { connectOperatorBus } from "../../src/bus/bus.ts";
import { Connection } from "../../src/bus/connection/connection.ts";
import { nodeBundleCodec } from "../../src/schemas/wire/codec.ts";
import { nodeInbox } from "../../src/schemas/wire/rights.ts";
import { dyingAt, STEPS_OF_ENROLLMENT } from "../helpers/dying-enrollment.ts";
import { type EnrollSite, startEnrollSite } from "../helpers/enroll-site.ts";
import { eventually } from "../helpers/eventually.ts";
import { assertJson } from "../helpers/json-shape.ts";
import { nodeBus, presence } from "./bus-fixtures.ts";

/** The bus as an agent on that node has it, from its bundle. */
async function joined(t: TestContext, site: EnrollSite, node: string) {
  const bundle = nodeBundleCodec.decode(await readFile(join(site.dir, `${node}.bundle`)));
  const creds = join(site.dir, `${node}.${Math.random()}.creds`);
  await writeFile(creds, bundle.creds, { mode: 0o600 });
  return { bundle, bus: await nodeBus(t, site.server, node, { creds, inboxPrefix: nodeInbox(node) }) };
}

async function added(site: EnrollSite, ...words: readonly string[]) {
  const { code, stdout, stderr } = await site.mcp(["node", "add", ...words, "--json"]);
  assert.equal(code, 0, stderr);
  return assertJson("node-add-output", stdout);
}

const cutOff = (bus: { isConnected(): boolean }) =>
  eventually(() => !bus.isConnected(), { what: "it is cut off", timeoutMs: 5_000 });

for (const version of ["newest", "2.10"] as const) {
  describe(`mcp node add and remove on nats-server ${version}`, () => {
    it("gives a node all it needs, shuts it out within seconds, and disturbs no other", async (t) => {
      const site = await startEnrollSite(t, { version });
      const made = await added(site, "rift", "--label", "zone=attic");
      assert.deepEqual([made.result, made.labels], ["enrolled", { zone: "attic" }]);
      assert.equal((await stat(join(site.dir, "rift.bundle"))).mode & 0o777, 0o600);
      const { bundle, bus } = await joined(t, site, "rift");
      assert.deepEqual(bundle.bus, { servers: [site.server.url] });
      assert.equal(bundle.trust.incarnation, made.incarnation);
      await bus.putPresence(presence());
      await added(site, "vade");
      const vade = (await joined(t, site, "vade")).bus;
      await vade.putPresence(presence({ node: "vade" }));

      const removed = await site.mcp(["node", "remove", "rift", "--yes", "--json"]);
      assert.equal(removed.code, 0, removed.stderr);
      assert.deepEqual(assertJson("node-remove-output", removed.stdout), { node: "rift", desired: [], closed: true });
      await cutOff(bus);
      await vade.putPresence(presence({ node: "vade" }));
      assert.ok(vade.isConnected());
      const list = JSON.parse((await site.mcp(["node", "list", "--json"])).stdout).nodes;
      assert.deepEqual(
        list.map(({ node }: { node: string }) => node),
        ["vade"],
      );
      const events = (await site.mcp(["events", "--json"])).stdout.trim().split("\n");
      assert.deepEqual(
        events.map((line) => JSON.parse(line)).map(({ kind, data }) => `${kind} ${data.node}`),
        ["node-enrolled rift", "node-enrolled vade", "node-removed rift"],
      );
      const again = await added(site, "rift");
      assert.equal(again.result, "enrolled");
      assert.notEqual(again.account, made.account);
      assert.notEqual(again.incarnation, made.incarnation);
      await (await joined(t, site, "rift")).bus.putPresence(presence());
    });

    it("renews credentials within the same enrollment; the old ones are revoked, over a restart too", async (t) => {
      const site = await startEnrollSite(t, { version });
      const made = await added(site, "rift");
      const old = (await joined(t, site, "rift")).bus;
      await old.putPresence(presence());
      assert.equal((await added(site, "rift")).result, "unchanged");
      const renewed = await added(site, "rift", "--renew");
      assert.deepEqual(
        [renewed.result, renewed.account, renewed.incarnation],
        ["renewed", made.account, made.incarnation],
      );
      await cutOff(old);
      const fresh = (await joined(t, site, "rift")).bus;
      await fresh.putPresence(presence());
      await site.server.restart();
      await eventually(() => fresh.isConnected(), { what: "the new ones connect again", timeoutMs: 10_000 });
      assert.ok(!old.isConnected());
    });
  });
}

describe("mcp node add and remove that die half way", () => {
  for (const step of STEPS_OF_ENROLLMENT.add) {
    it(`add: is repaired by running it again when it died ${step}`, async (t) => {
      const site = await startEnrollSite(t);
      const died = await site.mcp(["node", "add", "rift"], { context: dyingAt(site, step) });
      assert.notEqual(died.code, 0, died.stdout);
      const made = await added(site, "rift");
      assert.equal(made.result, "enrolled");
      const { bundle, bus } = await joined(t, site, "rift");
      assert.equal(bundle.trust.incarnation, made.incarnation);
      await bus.putPresence(presence());
      assert.equal((await added(site, "rift")).result, "unchanged");
    });
  }

  for (const step of STEPS_OF_ENROLLMENT.remove) {
    it(`remove: is repaired by running it again when it died ${step}`, async (t) => {
      const site = await startEnrollSite(t);
      await added(site, "rift");
      const { bus } = await joined(t, site, "rift");
      await bus.putPresence(presence());
      const died = await site.mcp(["node", "remove", "rift", "--yes"], { context: dyingAt(site, step) });
      assert.notEqual(died.code, 0, died.stdout);
      const removed = await site.mcp(["node", "remove", "rift", "--yes"]);
      assert.equal(removed.code, 0, removed.stderr);
      await cutOff(bus);
      assert.deepEqual(await site.identity.accountNames("node"), []);
      assert.equal((await site.mcp(["node", "remove", "rift", "--yes"])).code, 3);
    });
  }
});

describe("a node whose record names an account with a key that is not in use here", () => {
  const recordOf = async (site: EnrollSite) => {
    const bus = await connectOperatorBus(site.settings(join(site.dir, "operator.creds")), { author: "alice@laptop" });
    const { record } = await bus.readNode("rift");
    return { bus, record };
  };

  /** Removed, and then on the bus again, as after a restore of an older backup. */
  async function restored(t: TestContext, site: EnrollSite) {
    const made = await added(site, "rift", "--label", "zone=attic");
    const { bus, record } = await recordOf(site);
    t.after(() => bus.close());
    assert.ok(record);
    assert.equal((await site.mcp(["node", "remove", "rift", "--yes"])).code, 0);
    await bus.writeNode(record, (await bus.readNode("rift")).revision);
    return made;
  }

  it("gets a new account by mcp node add where its key was retired", async (t) => {
    const site = await startEnrollSite(t);
    const old = await restored(t, site);
    const made = await added(site, "rift");
    assert.deepEqual([made.result, made.replaced, made.labels], ["enrolled", old.account, { zone: "attic" }]);
    assert.notEqual(made.account, old.account);
    assert.notEqual(made.incarnation, old.incarnation);
    await (await joined(t, site, "rift")).bus.putPresence(presence());
    assert.equal((await added(site, "rift")).result, "unchanged");
  });

  it("is removed for good where the key is releaseWhile", async (t) => {
    const site = await startEnrollSite(t);
    await restored(t, site);
    assert.equal((await site.mcp(["node", "remove", "rift", "--yes"])).code, 0);
    assert.equal((await site.mcp(["node", "remove", "rift", "--yes"])).code, 3);
  });

  for (const words of [
    ["node", "remove", "rift", "--yes"],
    ["node", "add", "rift", "--renew"],
  ]) {
    it(`is cut off by mcp ${words.join(" ")} where the key is lost`, async (t) => {
      const site = await startEnrollSite(t);
      await added(site, "rift");
      const { bus } = await joined(t, site, "rift");
      await rm(join(site.identity.path, "nodes/rift.nk"));
      const plain = await site.mcp(["node", "add", "rift"]);
      assert.match(plain.stderr, /with a key that is not here[\s\S]*--renew/);
      const done = await site.mcp(words);
      assert.equal(done.code, 0, done.stderr);
      await cutOff(bus);
      if (words.includes("--renew")) {
        assert.match(done.stderr, /its record named an account whose key is not in use here/);
        await (await joined(t, site, "rift")).bus.putPresence(presence());
      }
      assert.equal((await added(site, "rift")).result, words.includes("--renew") ? "unchanged" : "enrolled");
    });
  }
});

describe("two operators who add the same node at once", () => {
  it("with one identity directory enroll it once, and the bundle works", async (t) => {
    const site = await startEnrollSite(t);
    const both = await Promise.all([added(site, "rift"), added(site, "rift")]);
    assert.deepEqual(both.map(({ result }) => result).sort(), ["enrolled", "unchanged"]);
    const { bundle, bus } = await joined(t, site, "rift");
    assert.deepEqual(new Set(both.map(({ incarnation }) => incarnation)), new Set([bundle.trust.incarnation]));
    await bus.putPresence(presence());
  });

  it("with a copy each: one wins, the other learns of it and leaves no open account", async (t) => {
    const site = await startEnrollSite(t);
    const copy = join(site.dir, "copy");
    await cp(site.identity.path, copy, { recursive: true });
    const add = (identity: string, out: string) =>
      site.mcp(["node", "add", "rift", "--identity", identity, "--out", out]);
    const [one, two] = await Promise.all([add(site.identity.path, "one.bundle"), add(copy, "two.bundle")]);
    assert.deepEqual([one.code, two.code].sort(), [0, 4], one.stderr + two.stderr);
    const [winner, loser] = one.code === 0 ? ["one", "two"] : ["two", "one"];
    const bus = async (name: string) => {
      const { creds } = nodeBundleCodec.decode(await readFile(join(site.dir, `${name}.bundle`)));
      await writeFile(join(site.dir, `${name}.creds`), creds, { mode: 0o600 });
      const options = { creds: join(site.dir, `${name}.creds`), inboxPrefix: nodeInbox("rift") };
      return Connection.connected({ ...options, servers: [site.server.url], name: "test" }, () => undefined);
    };
    const link = await bus(winner);
    t.after(() => link.close());
    await assert.rejects(bus(loser), { code: "E_REFUSED" });
    const again = await add(one.code === 0 ? copy : site.identity.path, "three.bundle");
    assert.match(again.stderr, /was enrolled by alice@laptop with a key that is not here/);
  });
});
