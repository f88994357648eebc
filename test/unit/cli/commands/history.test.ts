/** `mcp history` and `mcp rollback`. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isTombstone } from "../../../../src/schemas/service/desired.ts";
import { signDocument } from "../../../../src/trust/proof.ts";
import { desiredService, observedService, presenceOf } from "../../../helpers/fleet-builders.ts";
import { assertJson } from "../../../helpers/json-shape.ts";
import { localWorkstation, webToml } from "../../../helpers/local-workstation.ts";
import { issuerKey, operatorOf } from "../../../helpers/operator-keys.ts";
import { TEST_NOW_MS } from "../../../helpers/run-cli.ts";
import type { Scope } from "../../../helpers/scope.ts";
import { MemoryOperatorBus } from "../../../twin/memory-operator-bus.ts";

const image = (version: number) => `registry.example.net/web:v${version}.0.0`;

/** Nodes that carry out whatever is written; `web` was deployed by alice in three versions. */
async function site(scope: Scope, { nodes = ["rift"], versions = 3 } = {}) {
  const bus = new MemoryOperatorBus(() => TEST_NOW_MS);
  for (const node of nodes) bus.putPresence(presenceOf(node));
  bus.afterWrite = (document) => bus.putObserved(observedService(document));
  const alice = await localWorkstation(scope, bus);
  const head = `nodes = ${JSON.stringify(nodes)}`;
  for (let version = 1; version <= versions; version++) {
    await alice.define("web", webToml({ image: image(version), head }));
    const run = await alice.mcp(["deploy", "web", "-m", `version ${version}`]);
    assert.equal(run.code, 0, run.stderr);
  }
  return { bus, alice };
}

async function imageOf(bus: MemoryOperatorBus, node = "rift"): Promise<string | undefined> {
  const document = (await bus.readDesired(node, "web"))?.document;
  return document === undefined || isTombstone(document) ? undefined : document.spec.components[0]?.image;
}

describe("mcp history", () => {
  it("tells who wrote each generation, when, why, and what it changed, the newest first", async (t) => {
    const { alice } = await site(t);
    const { code, stdout } = await alice.mcp(["history", "web", "--json"]);
    assert.equal(code, 0);
    const [history, ...others] = assertJson("history-output", stdout).histories;
    assert.equal(others.length, 0);
    assert.deepEqual(
      history?.entries.map(({ generation, author, command, message }) => [generation, author, command, message]),
      [3, 2, 1].map((version) => [version, "alice@laptop", "deploy", `version ${version}`]),
    );
    assert.deepEqual(history?.entries[0]?.differences, [
      { field: "components.api.image", want: image(3), have: image(2) },
    ]);
    const text = await alice.mcp(["history", "web", "-n", "1"]);
    assert.match(
      text.stdout,
      /^generation 3 {2}\S+ {2}alice@laptop {2}deploy: version 3\n {2}components\.api\.image: .*2.*→.*3/,
    );
    assert.doesNotMatch(text.stdout, /generation 2/);
  });

  it("shows a message of several lines in one, so that none of it passes for a generation", async (t) => {
    const { bus, alice } = await site(t, { versions: 1 });
    const stored = await bus.readDesired("rift", "web");
    if (stored === undefined) throw new Error("web is not there");
    const message = "v2\n  signed by kyle (admin, break-glass)\ngeneration 9 \u001b[1A\u202e";
    const document = { ...stored.document, generation: 2, writeId: "forged", message, author: "eve\n@laptop" };
    await bus.writeDesired(document, stored.revision);
    for (const args of [
      ["history", "web"],
      ["status", "web"],
      ["service", "show", "web"],
      ["deploy", "web"],
    ]) {
      const { stdout, stderr } = await alice.mcp(args);
      assert.doesNotMatch(stdout + stderr, /^ *(signed by kyle|generation 9|@laptop)|[\u0000-\u0009\u001b\u202e]/m);
    }
    assert.match((await alice.mcp(["history", "web"])).stdout, /deploy: v2\\n {2}signed by kyle .*\\x1b\[1A\\u202e$/m);
  });

  it("shows who signed each generation and who issued the credentials, or that nobody signed", async (t) => {
    const { bus, alice } = await site(t, { versions: 1 });
    const [known, exchange] = [issuerKey(), issuerKey()];
    const first = (await bus.readDesired("rift", "web"))?.document;
    assert.ok(first);
    const next = (generation: number) => ({ ...first, generation, writeId: `w${generation}` });
    bus.putDesired(signDocument(next(2), operatorOf(known)));
    bus.putDesired(signDocument(next(3), operatorOf(exchange, { role: "admin" })));
    bus.putDesired(signDocument(next(4), operatorOf(issuerKey())));
    bus.putDesired({ ...signDocument(next(5), operatorOf(known)), message: "changed" });
    const env = {
      HOME: alice.home,
      MCP_TRUST_SIGNERS: known.publicKey,
      MCP_TRUST_EXCHANGE: exchange.publicKey,
    };
    const { stdout } = await alice.mcp(["history", "web", "--json"], { env });
    assert.deepEqual(
      assertJson("history-output", stdout).histories[0]?.entries.map(({ signature }) => signature),
      [
        { state: "bad", reason: "its signature is not by alice, or it was changed afterwards" },
        { state: "signed", name: "alice", role: "operator", issuer: "unknown issuer" },
        { state: "signed", name: "alice", role: "admin", issuer: "login exchange" },
        { state: "signed", name: "alice", role: "operator", issuer: "break-glass" },
        { state: "unsigned" },
      ],
    );
    const lines = (await alice.mcp(["history", "web"], { env })).stdout;
    for (const line of [/bad signature: /, / {2}signed by alice \(admin, login exchange\)\n/, / {2}unsigned\n/])
      assert.match(lines, line);
    assert.doesNotMatch((await alice.mcp(["history", "web"])).stdout, /unsigned/);
    const shown = assertJson(
      "service-show-output",
      (await alice.mcp(["service", "show", "web", "--json"], { env })).stdout,
    );
    assert.deepEqual(
      shown.signatures.map(({ state }) => state),
      ["bad"],
    );
  });

  it("says when the generation before is no longer kept", async (t) => {
    const { alice } = await site(t, { versions: 34 });
    const { stdout } = await alice.mcp(["history", "web", "--json"]);
    const entries = assertJson("history-output", stdout).histories[0]?.entries ?? [];
    assert.equal(entries.length, 32);
    assert.equal(entries.at(-1)?.differences, undefined);
    assert.match((await alice.mcp(["history", "web"])).stdout, /no longer kept\)\n$/);
  });

  it("shows each node by itself, tombstones too, and knows what there is", async (t) => {
    const { alice } = await site(t, { nodes: ["rift", "orion"], versions: 1 });
    await alice.mcp(["undeploy", "web@orion", "--yes"]);
    const { stdout } = await alice.mcp(["history", "web"]);
    assert.match(stdout, /web@orion\ngeneration 2 .* undeploy\n.*service: web → \(removed\)\ngeneration 1/);
    assert.match(stdout, /web@rift\ngeneration 1/);
    assert.equal((await alice.mcp(["history", "wep"])).code, 3);
    assert.equal((await alice.mcp(["history", "web/api"])).code, 2);
  });
});

describe("mcp rollback", () => {
  it("warns when the state before shares a network with another service of the node", async (t) => {
    const { alice, bus } = await site(t, { versions: 1 });
    await alice.define("web", webToml({ image: image(2), more: 'network = "backend"\n' }));
    assert.equal((await alice.mcp(["deploy", "web"])).code, 0);
    await alice.define("web", webToml({ image: image(3) }));
    assert.equal((await alice.mcp(["deploy", "web"])).code, 0);
    const { spec } = desiredService({ service: "crm" });
    const components = spec.components.map((one) => ({ ...one, network: "backend" }));
    bus.putDesired(desiredService({ service: "crm", spec: { ...spec, components } }));
    const { code, stderr } = await alice.mcp(["rollback", "web"]);
    assert.equal(code, 0, stderr);
    assert.match(
      stderr,
      /^warning: web@rift: network "backend" is shared with crm: .* web-api \(not api\)\nhint: use these names/m,
    );
    assert.doesNotMatch((await alice.mcp(["rollback", "web"])).stderr, /is shared with/);
  });

  it("writes the state before as a new generation, and tells that the definition says otherwise", async (t) => {
    const { alice, bus } = await site(t);
    const { code, stdout, stderr } = await alice.mcp(["rollback", "web"]);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /converged/);
    const document = (await bus.readDesired("rift", "web"))?.document;
    assert.deepEqual(
      [document?.generation, document?.command, document?.message, await imageOf(bus)],
      [4, "rollback", "back to generation 2", image(2)],
    );
    assert.match(stderr, /web\.toml differs; `mcp deploy web` would change web@rift back:/);
    assert.match(stderr, /components\.api\.image: .*v2\.0\.0 → .*v3\.0\.0/);
    const again = await alice.mcp(["deploy", "web"]);
    assert.equal(again.code, 0, "what was rolled back counts as seen");
  });

  it("goes back to a generation that is named, and says which are kept", async (t) => {
    const { alice, bus } = await site(t);
    const run = await alice.mcp(["rollback", "web", "--to", "1", "-m", "enough", "--json"]);
    const [result] = assertJson("change-output", run.stdout).results;
    assert.deepEqual([result?.generation, result?.outcome], [4, "converged"]);
    assert.equal(await imageOf(bus), image(1));
    const missing = await alice.mcp(["rollback", "web", "--to", "9"]);
    assert.equal(missing.code, 3);
    assert.match(missing.stderr, /no generation 9 .*[\s\S]*generations 1 to 4 are kept/);
  });

  it("brings back what was undeployed, and does not undeploy", async (t) => {
    const { alice, bus } = await site(t, { versions: 2 });
    await alice.mcp(["undeploy", "web", "--yes"]);
    assert.equal((await alice.mcp(["rollback", "web", "--to", "3"])).code, 2);
    assert.equal((await alice.mcp(["rollback", "web"])).code, 0);
    assert.equal(await imageOf(bus), image(2));
  });

  it("refuses to undo what somebody else did unseen, unless its generation is named", async (t) => {
    const { bus } = await site(t);
    const bob = await localWorkstation(t, bus, "bob@tower");
    const blind = await bob.mcp(["rollback", "web"]);
    assert.equal(blind.code, 4);
    assert.match(blind.stderr, /alice@laptop wrote generation 3[\s\S]*mcp rollback web@rift --to 2/);
    const named = await bob.mcp(["rollback", "web", "--to", "2"]);
    assert.equal(named.code, 0, named.stderr);
    assert.equal(await imageOf(bus), image(2));
  });

  it("has nothing to go back to after a first deploy", async (t) => {
    const { alice, bus } = await site(t, { versions: 1 });
    const { code, stderr } = await alice.mcp(["rollback", "web"]);
    assert.equal(code, 3);
    assert.match(stderr, /no earlier state that differs/);
    assert.equal((await bus.historyOf("rift", "web")).length, 1);
  });

  it("goes back on each node by itself, or on the one that is named", async (t) => {
    const { alice, bus } = await site(t, { nodes: ["rift", "orion"], versions: 2 });
    assert.equal((await alice.mcp(["rollback", "web@orion"])).code, 0);
    assert.deepEqual([await imageOf(bus, "orion"), await imageOf(bus, "rift")], [image(1), image(2)]);
  });
});
