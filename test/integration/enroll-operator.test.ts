/** Operators, viewers and consumers of events admitted and removed by the commands, on real servers. */
import assert from "node:assert/strict";
import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { connectOperatorBus } from "../../src/bus/bus.ts";
import { Connection } from "../../src/bus/connection/connection.ts";
import { putKey } from "../../src/bus/kv/publish-with-ack.ts";
import { issuedTrust } from "../../src/cli/identity/issued-trust.ts";
import { renderServerTrust } from "../../src/nats-server/server-config.ts";
import { observedCodec, operatorBundleCodec, presenceCodec } from "../../src/schemas/wire/codec.ts";
import { nodeInbox } from "../../src/schemas/wire/rights.ts";
import { isSignedBy } from "../../src/trust/revocations.ts";
import type { McpError } from "../../src/values/error.ts";
import { dyingAt, OPERATOR_STEPS } from "../helpers/dying-enrollment.ts";
import { type EnrollSite, startEnrollSite } from "../helpers/enroll-site.ts";
import { eventually } from "../helpers/eventually.ts";
import { assertJson } from "../helpers/json-shape.ts";
import { desired, event, nodeBus, observed, presence } from "./bus-fixtures.ts";

async function typed(site: EnrollSite, ...argv: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await site.mcp(argv);
  assert.equal(code, 0, stderr);
  return stdout;
}

/** His connection, by the bundle. */
async function linkOf(t: TestContext, site: EnrollSite, name: string) {
  const { creds } = operatorBundleCodec.decode(await readFile(join(site.dir, `${name}.bundle`)));
  const path = join(site.dir, `${name}.${Math.random()}.creds`);
  await writeFile(path, creds, { mode: 0o600 });
  const connection = await Connection.connected(site.settings(path), () => undefined);
  t.after(() => connection.close());
  return { connection, path };
}

const cutOff = (connection: { isConnected(): boolean }) =>
  eventually(() => !connection.isConnected(), { what: "the connection ends", timeoutMs: 5_000 });

async function refused(site: EnrollSite, path: string): Promise<void> {
  const again = Connection.connected(site.settings(path), () => undefined);
  await assert.rejects(again, { code: "E_REFUSED" });
}

async function revokedOnBus(t: TestContext, site: EnrollSite) {
  const bus = await connectOperatorBus(site.settings(join(site.dir, "operator.creds")), { author: "alice@laptop" });
  t.after(() => bus.close());
  const { list } = await bus.readRevocations();
  assert.ok(list === undefined || isSignedBy(list, [site.identity.identity["break-glass"].publicKey]));
  return list;
}

/** What a viewer sees with the commands, and what they tell him of the rest. */
async function looks(site: EnrollSite, name: string): Promise<void> {
  const bus = await connectOperatorBus(site.settings(join(site.dir, "operator.creds")), { author: "alice@laptop" });
  await bus.writeNode(
    { version: 1, node: "rift", labels: {}, enrolledBy: "alice@laptop", at: new Date().toISOString() },
    0,
  );
  await bus.publishEvent(event({ node: "rift", message: "seen by the viewer" }));
  await bus.close();
  await putReport(site);
  const config = join(site.dir, name, "mcp.toml");
  assert.equal((await site.mcp(["join", `${name}.bundle`, "--config", config])).code, 0);
  const shown = async (...argv: readonly string[]) => {
    const { code, stdout, stderr } = await site.mcp(argv, { config });
    assert.equal(code, 0, `${argv.join(" ")}: ${stdout}${stderr}`);
    return stdout + stderr;
  };
  assert.match(await shown("node", "list"), /^rift +online/m);
  assert.match(await shown("list"), /^web +rift .*converged[\s\S]*desired state is not shown to a viewer/m);
  assert.match(await shown("status"), /web[\s\S]*No drift\./);
  assert.match(await shown("events"), /seen by the viewer/);
  assert.doesNotMatch(await shown("events"), /seen by the viewer/, "shown once");
  const service = await site.mcp(["service", "show", "web"], { config });
  assert.deepEqual([service.code, /E_REFUSED[\s\S]*viewers can use/.test(service.stderr)], [5, true], service.stderr);
  assert.doesNotMatch(await shown("doctor"), /^fail/m);
}

async function putReport(site: EnrollSite): Promise<void> {
  const connection = await Connection.connected(site.settings(join(site.dir, "operator.creds")), () => undefined);
  const boot = "here";
  const report = { ...observed(), node: "rift", service: "web", boot, state: "converged" as const };
  await putKey(connection, { bucket: "mcp-observed", key: "rift.web" }, { value: observedCodec.encode(report) });
  await putKey(
    connection,
    { bucket: "mcp-presence", key: "rift" },
    { value: presenceCodec.encode(presence({ node: "rift", boot })) },
  );
  await connection.close();
}

for (const version of ["newest", "2.10"] as const) {
  describe(`mcp operator on nats-server ${version}`, () => {
    it("gives an operator all rights of the role, on another workstation with one command", async (t) => {
      const site = await startEnrollSite(t, { version });
      const words = ["operator", "add", "bob", "--node", "rift", "--service", "web-*", "--expires", "90d"];
      const { operator, bundle } = assertJson("operator-add-output", await typed(site, ...words, "--json"));
      assert.deepEqual([operator.nodes, operator.services, operator.role], [["rift"], ["web-*"], "operator"]);
      assert.equal((await stat(bundle)).mode & 0o777, 0o600);
      const config = join(site.dir, "bob/mcp.toml");
      const joined = await site.mcp(["join", bundle, "--config", config]);
      assert.equal(joined.code, 0, joined.stderr);
      assert.equal((await site.mcp(["status"], { config })).code, 0);
      const refusedThere = await site.mcp(["node", "add", "rift"], { config });
      assert.equal(refusedThere.code, 5, refusedThere.stderr);
      const list = await typed(site, "operator", "list");
      assert.match(list, /^bob +operator of web-\* on rift +0s ago +in 90d +in force$/m);
    });

    it("a removed operator is disconnected at once and on the signed list, for ever; nobody else notices", async (t) => {
      const site = await startEnrollSite(t, { version });
      await typed(site, "operator", "add", "bob");
      await typed(site, "operator", "add", "carol");
      await typed(site, "node", "add", "rift");
      const [bob, carol] = [await linkOf(t, site, "bob"), await linkOf(t, site, "carol")];
      const problems: McpError[] = [];
      const { creds } = JSON.parse(await readFile(join(site.dir, "rift.bundle"), "utf8"));
      await writeFile(join(site.dir, "rift.creds"), creds, { mode: 0o600 });
      const options = { creds: join(site.dir, "rift.creds"), inboxPrefix: nodeInbox("rift") };
      const node = await nodeBus(t, site.server, "rift", options, problems);
      const woken: string[] = [];
      node.onWake((service) => woken.push(service), t.signal);
      await node.putPresence(presence());

      const { revoked } = assertJson(
        "operator-remove-output",
        await typed(site, "operator", "remove", "bob", "--yes", "--json"),
      );
      await cutOff(bob.connection);
      await refused(site, bob.path);
      const list = await revokedOnBus(t, site);
      assert.deepEqual([list?.serial, list?.revoked.map(({ publicKey }) => publicKey)], [1, revoked]);
      assert.ok(carol.connection.isConnected() && node.isConnected());
      await node.putPresence(presence());
      const bus = await connectOperatorBus(site.settings(carol.path), { author: "carol@desk" });
      t.after(() => bus.close());
      await bus.writeDesired(desired(), 0);
      await eventually(() => woken.length === 2, { what: "the node is woken as before" });
      assert.deepEqual(problems, []);

      const rendered = renderServerTrust(await issuedTrust(site.identity), join(site.dir, "jwt"));
      for (const trust of [site.serverTrust, rendered]) {
        await site.server.restart(trust);
        await refused(site, bob.path);
      }
      await typed(site, "operator", "remove", "carol", "--yes");
      assert.deepEqual((await revokedOnBus(t, site))?.serial, 2);
      for (const { path } of [bob, carol]) await refused(site, path);
      assert.match(await typed(site, "operator", "list"), /^bob .*removed \d+s ago$/m);
    });

    it("admits a viewer to reports and events only, and removes the viewer with the position in the events", async (t) => {
      const site = await startEnrollSite(t, { version });
      await typed(site, "operator", "add", "carol", "--role", "viewer");
      const { connection, path } = await linkOf(t, site, "carol");
      await assert.rejects(connection.call("write", ({ js }) => js.publish("$KV.mcp-desired.rift.web", "{}")));
      const consumers = assertJson("consumer-list-output", await typed(site, "consumer", "list", "--json")).consumers;
      assert.deepEqual(
        consumers.map(({ name }) => name),
        ["carol"],
      );
      await looks(site, "carol");
      await typed(site, "operator", "remove", "carol", "--yes");
      await cutOff(connection);
      await refused(site, path);
      assert.deepEqual(JSON.parse(await typed(site, "consumer", "list", "--json")), { consumers: [] });
      await typed(site, "operator", "add", "carol", "--role", "viewer");
      await linkOf(t, site, "carol");
    });

    it("lets a consumer read its own events and nothing else, until it is removed", async (t) => {
      const site = await startEnrollSite(t, { version });
      const words = ["consumer", "add", "pager", "--severity", "error", "--severity", "warning", "--json"];
      const added = assertJson("consumer-add-output", await typed(site, ...words));
      assert.deepEqual(
        [added.result, added.filters],
        ["created", ["mcp.v1.event.*.error.*.*.*", "mcp.v1.event.*.warning.*.*.*"]],
      );
      const creds = join(site.dir, "pager.creds");
      const bus = await connectOperatorBus(site.settings(join(site.dir, "operator.creds")), { author: "alice@laptop" });
      t.after(() => bus.close());
      for (const severity of ["info", "error"] as const)
        await bus.publishEvent(event({ severity, kind: severity === "info" ? "agent-started" : "deploy-failed" }));
      const connection = await Connection.connected(site.settings(creds), () => undefined);
      t.after(() => connection.close());
      const consumer = await connection.call("find", ({ js }) => js.consumers.get("MCP_EVENTS", "pager"));
      const message = await consumer.next({ expires: 2_000 });
      assert.equal(message?.json<{ kind: string }>().kind, "deploy-failed");
      assert.ok(await message?.ackAck());
      assert.equal(await consumer.next({ expires: 1_000 }), null);
      assert.equal(JSON.parse(await typed(site, ...words)).result, "unchanged");
      assert.equal(
        JSON.parse(await typed(site, "consumer", "add", "pager", "--node", "rift", "--json")).result,
        "updated",
      );
      assert.match(await typed(site, "consumer", "list"), /^pager +0 +0 +\S+ ago +mcp\.v1\.event\.rift\./m);
      assert.equal((await site.mcp(["operator", "add", "pager", "--role", "viewer"])).code, 4, "the name is taken");
      await typed(site, "consumer", "remove", "pager", "--yes");
      await cutOff(connection);
      await refused(site, creds);
    });
  });
}

describe("mcp operator remove that dies half way", () => {
  for (const step of OPERATOR_STEPS) {
    it(`is repaired by running it again when it died ${step}`, async (t) => {
      const site = await startEnrollSite(t);
      await typed(site, "operator", "add", "bob");
      const { connection, path } = await linkOf(t, site, "bob");
      const died = await site.mcp(["operator", "remove", "bob", "--yes"], { context: dyingAt(site, step) });
      assert.notEqual(died.code, 0, died.stdout);
      await typed(site, "operator", "remove", "bob", "--yes");
      await cutOff(connection);
      await refused(site, path);
      const list = await revokedOnBus(t, site);
      assert.deepEqual([list?.serial, list?.revoked.length], [1, 1]);
      assert.equal((await site.mcp(["operator", "remove", "bob", "--yes"])).code, 3);
    });
  }

  it("two removals at once both count", async (t) => {
    const site = await startEnrollSite(t);
    for (const name of ["bob", "carol"]) await typed(site, "operator", "add", name);
    const [bob, carol] = [await linkOf(t, site, "bob"), await linkOf(t, site, "carol")];
    await Promise.all(["bob", "carol"].map((name) => typed(site, "operator", "remove", name, "--yes")));
    for (const { connection, path } of [bob, carol]) {
      await cutOff(connection);
      await refused(site, path);
    }
    assert.equal((await revokedOnBus(t, site))?.revoked.length, 2);
  });

  it("renewed, the new credentials work and the old ones do not", async (t) => {
    const site = await startEnrollSite(t);
    await typed(site, "operator", "add", "bob");
    const old = await linkOf(t, site, "bob");
    assert.equal((await site.mcp(["operator", "add", "bob"])).code, 4);
    await typed(site, "operator", "add", "bob", "--renew");
    await cutOff(old.connection);
    await refused(site, old.path);
    await linkOf(t, site, "bob");
  });
});

describe("an admin who holds the identity directory", () => {
  /** This workstation works with a new admin's credentials. */
  async function asAlice(site: EnrollSite) {
    await typed(site, "operator", "add", "alice", "--role", "admin");
    await writeFile(join(site.dir, "operator.creds"), await bundledCreds(site), { mode: 0o600 });
  }
  const bundledCreds = async (site: EnrollSite) =>
    operatorBundleCodec.decode(await readFile(join(site.dir, "alice.bundle"))).creds;

  it("keeps working after renewing their own credentials", async (t) => {
    const site = await startEnrollSite(t);
    await asAlice(site);
    const old = await linkOf(t, site, "alice");
    await typed(site, "operator", "add", "alice", "--renew");
    await cutOff(old.connection);
    await refused(site, old.path);
    assert.match(await typed(site, "operator", "list"), /^alice +admin of [^\n]*in force\nalice [^\n]*removed/m);
    await typed(site, "status");
    await typed(site, "operator", "remove", "alice", "--yes", "--force");
  });

  it("gets access again after removing themselves, and can still enroll", async (t) => {
    const site = await startEnrollSite(t);
    await asAlice(site);
    assert.equal((await site.mcp(["operator", "remove", "alice", "--yes"])).code, 2);
    await typed(site, "operator", "remove", "alice", "--yes", "--force");
    assert.equal((await site.mcp(["status"])).code, 5, "shut out");
    await typed(site, "operator", "add", "carol", "--role", "viewer");
    await typed(site, "operator", "remove", "carol", "--yes");
    await typed(site, "consumer", "add", "pager");
    await typed(site, "node", "add", "rift");
    await typed(site, "node", "remove", "rift", "--yes");
    await asAlice(site);
    await typed(site, "status");
  });
});

describe("credentials that have expired", () => {
  it("are refused with the time and what to do, and nothing of what they hold", async (t) => {
    const site = await startEnrollSite(t);
    const past = { now: () => Date.now() - 2 * 3_600_000 };
    const added = await site.mcp(["operator", "add", "bob", "--expires", "1h"], { context: past });
    assert.equal(added.code, 0, added.stderr);
    const { creds } = operatorBundleCodec.decode(await readFile(join(site.dir, "bob.bundle")));
    await writeFile(join(site.dir, "operator.creds"), creds, { mode: 0o600 });
    for (const words of [["status"], ["doctor"]]) {
      const { stdout, stderr } = await site.mcp(words);
      const said = stdout + stderr;
      assert.match(said, /refuses these credentials: they expired at \d{4}-\S+Z/, said);
      assert.match(said, /`mcp login`, or from an admin: `mcp operator add bob --renew`/);
      assert.doesNotMatch(said, /SU[A-Z2-7]{20}|eyJ/);
    }
  });
});
