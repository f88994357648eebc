/** A node that asks for proofs, on a real bus with accounts, and operators who sign with their credentials. */
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { connectOperatorBus } from "../../src/bus/bus.ts";
import { Connection } from "../../src/bus/connection/connection.ts";
import { signingWith } from "../../src/bus/connection/signing.ts";
import { natsOperatorBus } from "../../src/bus/nats-operator-bus.ts";
import type { OperatorBus } from "../../src/bus/ports/operator-bus.ts";
import { nodeInbox } from "../../src/schemas/wire/rights.ts";
import { signingKeyOf } from "../../src/trust/keys.ts";
import { type NewOperator, newOperator } from "../../src/trust/new-operator.ts";
import { revoking } from "../helpers/operator-keys.ts";
import { startOperatorServer } from "../helpers/operator-server.ts";
import { operatorsDesk, webToml } from "../helpers/operators-desk.ts";
import type { Scope } from "../helpers/scope.ts";
import { tempDir } from "../helpers/temp-dir.ts";
import { FakeRuntime } from "../twin/fake-runtime.ts";
import { simulatedAgent } from "../twin/simulated-agent.ts";
import { nodeBus } from "./bus-fixtures.ts";

const SCOPE = { role: "operator", nodes: ["*"], services: ["*"] } as const;

/** A bus with one node of this enrollment, whose agent obeys the break-glass key. */
async function site(scope: Scope) {
  const server = await startOperatorServer(scope);
  const dir = await tempDir(scope);
  const { creds } = await server.node("rift");
  const bus = await nodeBus(scope, server, "rift", { creds, inboxPrefix: nodeInbox("rift") });
  const runtime = new FakeRuntime();
  for (const version of ["v1.0.0", "v2.0.0"]) runtime.provide(`registry.example.net/web:${version}`);
  const keys = { signers: [server.identity["break-glass"].publicKey], exchange: [server.identity.exchange.publicKey] };
  const trust = { ...keys, exchangeRole: "operator", exchangeLifeMs: 3_600_000, incarnation: "first" } as const;
  const agent = await simulatedAgent({ node: "rift", bus, runtime, trust });
  scope.after(() => agent.stop());
  await agent.ready;
  const open = async (path: string) => {
    const operator = await connectOperatorBus(server.settings(path), { author: "somebody@desk" });
    scope.after(() => operator.close());
    return operator;
  };
  const admin = await open(server.admin);
  await admin.writeNode(
    {
      version: 1,
      node: "rift",
      labels: {},
      enrolledBy: "admin@desk",
      at: new Date().toISOString(),
      incarnation: "first",
    },
    0,
  );
  const operator = async (own: Partial<NewOperator> & { readonly name: string }) => {
    const user = newOperator({ ...SCOPE, ...own }, server.identity);
    const path = join(dir, `${own.name}.creds`);
    await writeFile(path, user.creds, { mode: 0o600 });
    const desk = await operatorsDesk(scope, admin);
    await desk.define("web", webToml());
    const openBus = () => connectOperatorBus(server.settings(path), { author: "somebody@desk" });
    const unguarded = async () => {
      const connection = await Connection.connected(server.settings(path), () => undefined);
      return natsOperatorBus(connection, signingWith("somebody@desk", path));
    };
    const run = (open: () => Promise<OperatorBus>, argv: readonly string[]) =>
      desk.mcp(argv, { openBus: open, nowMs: Date.now() });
    return {
      ...user,
      desk,
      mcp: (...argv: string[]) => run(openBus, argv),
      /** By a program that does not keep to his scope. */
      insist: (...argv: string[]) => run(unguarded, argv),
    };
  };
  return { server, runtime, admin, operator };
}

describe("a node that asks for proofs", () => {
  it("does what operators sign within their scope, and nothing else, and everybody sees why", async (t) => {
    const { runtime, admin, operator } = await site(t);
    const alice = await operator({ name: "alice" });
    const deployed = await alice.mcp("deploy", "web");
    assert.equal(deployed.code, 0, deployed.stderr);
    assert.equal(runtime.byName("web-api")?.image, "registry.example.net/web:v1.0.0");
    const stored = await admin.readDesired("rift", "web");
    assert.deepEqual([stored?.document.author, stored?.document.incarnation], ["alice@desk", "first"]);
    const restarted = await alice.mcp("restart", "web");
    assert.equal(restarted.code, 0, restarted.stderr);
    assert.equal(runtime.byName("web-api")?.starts, 2);
    assert.match((await alice.mcp("ps")).stdout, /web .*api/);

    const kyle = await operator({ name: "kyle", services: ["db-*"] });
    const kept = await kyle.mcp("restart", "web");
    assert.equal(kept.code, 5, kept.stderr);
    assert.match(kept.stderr, /kyle may not restart web on rift: these credentials are for db-\* on all nodes/);
    const refused = await kyle.insist("restart", "web");
    assert.equal(refused.code, 5, refused.stderr);
    assert.match(refused.stderr, /kyle \(operator\) may not restart web on rift/);
    assert.equal(runtime.byName("web-api")?.starts, 2);
    await kyle.desk.define("web", webToml({ image: "registry.example.net/web:v2.0.0" }));
    const vain = await kyle.insist("deploy", "web", "--force");
    assert.equal(vain.code, 9, vain.stdout);
    assert.match(vain.stdout, /generation 2 is refused: its signer kyle \(operator\) may not change web on rift/);
    assert.match((await alice.mcp("status")).stdout, /refused: its signer kyle \(operator\) may not change web/);
    assert.equal(runtime.byName("web-api")?.image, "registry.example.net/web:v1.0.0");

    await alice.desk.define("web", webToml({ image: "registry.example.net/web:v2.0.0" }));
    const mended = await alice.mcp("deploy", "web", "--force", "--timeout", "20s");
    assert.equal(mended.code, 0, mended.stderr);
    assert.equal(runtime.byName("web-api")?.image, "registry.example.net/web:v2.0.0");
  });

  it("takes nothing new from an operator who was removed", async (t) => {
    const { server, runtime, admin, operator } = await site(t);
    const [alice, kyle] = [await operator({ name: "alice" }), await operator({ name: "kyle" })];
    assert.equal((await alice.mcp("deploy", "web")).code, 0);
    const { list, revision } = await admin.readRevocations();
    const key = signingKeyOf(server.identity["break-glass"].seed);
    await admin.writeRevocations(revoking(key, { publicKey: alice.publicKey, name: "alice" }, list), revision);
    const restarted = await alice.mcp("restart", "web");
    assert.match(restarted.stderr, /its signer alice was removed/);
    assert.equal(runtime.byName("web-api")?.starts, 1);
    assert.equal((await kyle.mcp("restart", "web")).code, 0);
    assert.equal(runtime.byName("web-api")?.starts, 2);
  });
});
