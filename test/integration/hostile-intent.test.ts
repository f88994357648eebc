/**
 * Anybody who may write to the desired bucket can put anything under a service's key: on a real bus whose operators sign, it
 * counts for nothing, every command looks past it, and one `--force` or `--reseed` repairs it.
 */
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { connectOperatorBus } from "../../src/bus/bus.ts";
import { junkText } from "../../src/cli/junk/junk-text.ts";
import { MAX_GENERATION_STEP } from "../../src/schemas/service/desired.ts";
import { DESIRED_BUCKET, REVOKED_KEY, TRUST_BUCKET } from "../../src/schemas/wire/buckets.ts";
import { parseCreds } from "../../src/trust/creds-file.ts";
import { signingKeyOf } from "../../src/trust/keys.ts";
import { type Signer, signDocument } from "../../src/trust/proof.ts";
import { desired, service } from "../helpers/builders.ts";
import { eventually } from "../helpers/eventually.ts";
import { webToml } from "../helpers/local-workstation.ts";
import { revoking } from "../helpers/operator-keys.ts";
import type { Scope } from "../helpers/scope.ts";
import { signedSite } from "./signed-site.ts";

const V2 = "registry.example.net/web:v2.0.0";

/** Signs as the operator with these credentials. */
function signerOf({ creds }: { readonly creds: string }): Signer {
  const { jwt = "", key } = parseCreds(creds);
  return { jwt, key };
}

/** `web` runs at generation 1; alice knows the keys, and her commands say what counts for nothing. */
async function site(t: Scope) {
  const all = await signedSite(t);
  const { server, keys, operator, admin } = all;
  const [alice, kyle] = [await operator({ name: "alice" }), await operator({ name: "kyle", services: ["db-*"] })];
  const first = await alice.mcp("deploy", "web");
  assert.equal(first.code, 0, first.stderr);
  const said: string[] = [];
  const openBus = async () => {
    const path = await server.breakGlass("alice", { role: "operator" });
    const onJunk = (junk: Parameters<typeof junkText>[0]) => void said.push(junkText(junk));
    const onNoRemovals = (text: string) => void said.push(text);
    return await connectOperatorBus(server.settings(path), { author: "somebody@desk", keys, onJunk, onNoRemovals });
  };
  const mcp = (...argv: string[]) => alice.desk.mcp(argv, { openBus, nowMs: Date.now() });
  const base = async () => (await admin.readObserved("rift", "web"))?.value.accepted ?? null;
  const junk = async (generation: number, own: object = {}) =>
    desired({ generation, base: await base(), ancestry: [], spec: service(), at: new Date().toISOString(), ...own });
  const accepted = async () => (await admin.readObserved("rift", "web"))?.value.accepted?.generation;
  const remove = async (name: string, publicKey: string) => {
    const { list, revision } = await admin.readRevocations();
    const key = signingKeyOf(server.identity["break-glass"].seed);
    await admin.writeRevocations(revoking(key, { publicKey, name }, list), revision);
  };
  return { ...all, alice, kyle, mcp, said, junk, accepted, remove };
}

describe("a document of an operator who was removed", () => {
  it("that the node never accepted is looked past by status, deploy and --reseed", async (t) => {
    const { put, mcp, said, junk, accepted, admin, operator, remove } = await site(t);
    const ann = await operator({ name: "ann" });
    await remove("ann", ann.publicKey);
    const forge = async () => {
      const next = ((await accepted()) ?? 0) + 1;
      const forged = signDocument(await junk(next, { author: "ann@desk" }), signerOf(ann));
      await put(DESIRED_BUCKET, "rift.web", JSON.stringify(forged));
      said.length = 0;
    };
    await forge();
    const status = await mcp("status", "web");
    assert.match(said.join("\n"), /web@rift: .*by "ann@desk".*counts for nothing: its signer ann was removed/);
    assert.doesNotMatch(status.stdout, /generation 2 is not yet/);
    const plain = await mcp("deploy", "web", "--retry");
    assert.equal(plain.code, 4, plain.stderr);
    assert.match(plain.stderr, /its signer ann was removed/);
    const forced = await mcp("deploy", "web", "--force", "--retry", "--timeout", "20s");
    assert.equal(forced.code, 0, forced.stdout + forced.stderr);
    assert.equal(await accepted(), 2);
    await forge();
    const reseed = await mcp("sync", "--reseed");
    assert.equal(reseed.code, 0, reseed.stdout + reseed.stderr);
    const stored = await admin.readDesired("rift", "web");
    assert.deepEqual([stored?.document.generation, stored?.document.author, await accepted()], [2, "alice@desk", 2]);
  });

  it("that the node accepted before stays in force, and is history for the next deploy", async (t) => {
    const { mcp, said, accepted, operator, remove, alice } = await site(t);
    const ann = await operator({ name: "ann" });
    await ann.desk.define("web", webToml({ image: V2 }));
    const deployed = await ann.mcp("deploy", "web", "--force", "--timeout", "20s");
    assert.equal(deployed.code, 0, deployed.stderr);
    await remove("ann", ann.publicKey);
    const status = await mcp("status", "--check");
    assert.equal(status.code, 0, status.stdout);
    await alice.desk.define("web", webToml({ image: "registry.example.net/web:v3.0.0" }));
    const plain = await mcp("deploy", "web", "--force", "--timeout", "20s");
    assert.equal(plain.code, 0, plain.stdout + plain.stderr);
    assert.equal(await accepted(), 3);
    const history = await mcp("history", "web");
    assert.match(history.stdout, /2 .*ann@desk/);
    assert.deepEqual(said, []);
  });

  it("is not known as such where the list cannot be used, and commands say so once", async (t) => {
    const { mcp, said, put, server } = await site(t);
    await put(TRUST_BUCKET, REVOKED_KEY, "[]");
    assert.equal((await mcp("status", "--check")).code, 0);
    assert.match(said.splice(0).join("\n"), /^the list of removed operators cannot be read: [^\n]*$/);
    const forged = revoking(signingKeyOf(server.identity.exchange.seed), { publicKey: "UANN", name: "ann" }, undefined);
    await put(TRUST_BUCKET, REVOKED_KEY, JSON.stringify(forged));
    assert.equal((await mcp("status", "--check")).code, 0);
    assert.match(said.join("\n"), /^the list of removed operators counts for nothing: [^\n]*$/);
  });
});

describe("junk under the key of a service", () => {
  it("hides nothing, is named with its author, and is written over by force, whatever it is", async (t) => {
    const { put, mcp, said, junk, accepted, runtime, alice, kyle, keys } = await site(t);
    assert.ok(keys);
    const deep = `${"[".repeat(50_000)}${"]".repeat(50_000)}`;
    const far = { at: "9999-12-31T23:59:59Z" };
    const values: readonly (readonly [string | object, RegExp])[] = [
      ["", /is not UTF-8 JSON/],
      ["null", /counts for nothing/],
      [`{"version":1,"deep":${deep}}`, /counts for nothing/],
      [await junk(2), /by "alice@laptop" .*it is not signed/],
      [signDocument(await junk(2, { author: "kyle@desk" }), signerOf(kyle)), /kyle .*may not change web on rift/],
      [signDocument(await junk(2_000_001, { author: "alice@desk" }), signerOf(alice)), /not a valid generation/],
      [signDocument(await junk(2 ** 53 - 1, { author: "alice@desk" }), signerOf(alice)), /not a valid generation/],
      [signDocument(await junk(2, { author: "alice@desk", ...far }), signerOf(alice)), /ahead of every clock/],
      [signDocument(await junk(2, { author: "alice@desk", at: "soon" }), signerOf(alice)), /not a valid date/],
      [signDocument(await junk(2, { author: "alice@desk", node: "orion" }), signerOf(alice)), /addressed to web@orion/],
    ];
    await alice.desk.define("web", webToml({ image: V2 }));
    for (const [value, says] of values) {
      const before = (await accepted()) ?? 0;
      await put(DESIRED_BUCKET, "rift.web", typeof value === "string" ? value : JSON.stringify(value));
      said.length = 0;
      const status = await mcp("status");
      assert.match(status.stdout, /web .*rift/);
      assert.match(said.join("\n"), says);
      const plain = await mcp("deploy", "web", "--retry");
      assert.equal(plain.code, 4, plain.stderr);
      assert.match(plain.stderr, /web@rift: what the bus holds.*counts for nothing.*\n.*--force.*--reseed/);
      const forced = await mcp("deploy", "web", "--force", "--retry", "--timeout", "20s");
      assert.equal(forced.code, 0, forced.stdout + forced.stderr);
      assert.equal(await accepted(), before + 1);
    }
    assert.equal(runtime.byName("web-api")?.image, V2);
  });

  it("is repaired by --reseed also when it filled the whole history, and named by doctor", async (t) => {
    const { put, mcp, junk, accepted, admin, alice, server, keys } = await site(t);
    for (let index = 0; index < 40; index++)
      await put(DESIRED_BUCKET, "rift.web", JSON.stringify(await junk(2 + index)));
    const toml = `[bus]\nservers = ["${server.url}"]\n\n[trust]\nsigners = ${JSON.stringify(keys.signers)}\n`;
    await writeFile(join(alice.desk.home, ".config/mcp/mcp.toml"), toml);
    const doctor = await mcp("doctor");
    assert.match(doctor.stdout + doctor.stderr, /web@rift: .*by "alice@laptop".*counts for nothing: it is not signed/);
    const reseed = await mcp("sync", "--reseed");
    assert.equal(reseed.code, 0, reseed.stdout + reseed.stderr);
    const stored = await admin.readDesired("rift", "web");
    assert.deepEqual([stored?.document.generation, await accepted()], [1, 1]);
    const clear = async () => (await admin.readObserved("rift", "web"))?.value.rejection === undefined;
    await eventually(clear, { what: "the node accepts what the bus holds" });
  });

  it("that filled the history is written over by force, upon what the node accepted, asked live or as it last reported", async (t) => {
    const { put, mcp, junk, accepted, stopAgent, admin } = await site(t);
    const fill = async () => {
      for (let index = 0; index < 40; index++)
        await put(DESIRED_BUCKET, "rift.web", JSON.stringify(await junk(2 + index)));
    };
    await fill();
    const live = await mcp("deploy", "web", "--force", "--retry", "--timeout", "20s");
    assert.equal(live.code, 0, live.stdout + live.stderr);
    assert.equal(await accepted(), 2);
    await stopAgent();
    await fill();
    const blind = await mcp("deploy", "web", "--force", "--retry", "--no-wait");
    assert.equal(blind.code, 7, blind.stderr);
    const { document } = (await admin.readDesired("rift", "web")) ?? {};
    assert.deepEqual([document?.generation, document?.force?.generation], [3, 2]);
  });

  it("from a signer within their scope cannot leap over what a node accepts either", async (t) => {
    const { put, mcp, junk, accepted, alice } = await site(t);
    const own = { author: "alice@desk", base: { generation: 3 * MAX_GENERATION_STEP, hash: "made up" } };
    const leap = signDocument(await junk(3 * MAX_GENERATION_STEP + 1, own), signerOf(alice));
    await put(DESIRED_BUCKET, "rift.web", JSON.stringify(leap));
    const plain = await mcp("deploy", "web", "--retry");
    assert.match(plain.stderr, /is far above 1, which rift accepted/);
    const forced = await mcp("deploy", "web", "--force", "--retry", "--timeout", "20s");
    assert.equal(forced.code, 0, forced.stdout + forced.stderr);
    assert.equal(await accepted(), 2);
  });

  it("is left alone by a workstation without keys", async (t) => {
    const { put, alice, admin } = await site(t);
    await put(DESIRED_BUCKET, "rift.web", "null");
    for (const argv of [
      ["deploy", "web", "--force", "--retry"],
      ["sync", "--reseed"],
    ]) {
      const refused = await alice.mcp(...argv);
      assert.notEqual(refused.code, 0, argv.join(" "));
      assert.match(refused.stdout + refused.stderr, /operators sign here, and this workstation has no keys/);
    }
    assert.ok(await admin.readJunk("rift", "web"));
  });
});
