/** A node that asks for proofs, on a real bus with accounts, and operators who sign with their credentials. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { signingKeyOf } from "../../src/trust/keys.ts";
import { webToml } from "../helpers/local-workstation.ts";
import { revoking } from "../helpers/operator-keys.ts";
import { signedSite as site } from "./signed-site.ts";

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
