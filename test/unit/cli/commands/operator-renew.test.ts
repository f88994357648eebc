/** `mcp operator add --renew`, and an admin who renews or removes himself, on a bus of memory. */
import assert from "node:assert/strict";
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { createIdentityDir, openIdentityDir } from "../../../../src/cli/identity/identity-dir.ts";
import { operatorBundleCodec } from "../../../../src/schemas/wire/codec.ts";
import { parseCreds } from "../../../../src/trust/creds-file.ts";
import { operatorClaimsOf } from "../../../../src/trust/operator-claims.ts";
import { assertJson } from "../../../helpers/json-shape.ts";
import { MemoryAccountServer } from "../../../helpers/memory-account-server.ts";
import { type RunCliOptions, runCli, TEST_NOW_MS } from "../../../helpers/run-cli.ts";
import { tempDir } from "../../../helpers/temp-dir.ts";
import { MemoryOperatorBus } from "../../../twin/memory-operator-bus.ts";

const DAY_MS = 86_400_000;

async function site(t: TestContext) {
  const dir = await tempDir(t);
  const identity = join(dir, "identity");
  await createIdentityDir(identity, { servers: ["tls://bus.example.net:4222"] });
  const creds = join(dir, "own.creds");
  const options = {
    bus: new MemoryOperatorBus(() => TEST_NOW_MS),
    accounts: new MemoryAccountServer(),
    cwd: dir,
    env: { HOME: dir, MCP_IDENTITY: identity, MCP_BUS_SERVERS: "tls://bus.example.net:4222", MCP_BUS_CREDS: creds },
  };
  const mcp = async (words: string, more: RunCliOptions = {}) => runCli(words.split(" "), { ...options, ...more });
  const done = async (words: string, more: RunCliOptions = {}) => {
    const { code, stdout, stderr } = await mcp(words, more);
    assert.equal(code, 0, stderr);
    return { stdout, stderr };
  };
  const bundled = async (name: string) => operatorBundleCodec.decode(await readFile(join(dir, `${name}.bundle`))).creds;
  const operators = async () => (await openIdentityDir(identity)).operators();
  const inForce = async () => (await operators()).filter(({ removedAt }) => removedAt === undefined);
  return { dir, creds, options, mcp, done, bundled, operators, inForce };
}

const unreachable = { openBus: () => Promise.reject(new Error("no bus is needed")) };

describe("mcp operator add --renew", () => {
  it("keeps role, scope and length of life that are not given", async (t) => {
    const { done, bundled } = await site(t);
    await done("operator add bob --role admin --node lab-* --service web --expires 90d");
    const later = { nowMs: TEST_NOW_MS + 80 * DAY_MS };
    const { stdout } = await done("operator add bob --renew", later);
    const { role, nodes, services, expiresAtS } = operatorClaimsOf(parseCreds(await bundled("bob")).jwt ?? "");
    assert.deepEqual([role, nodes, services], ["admin", ["lab-*"], ["web"]]);
    assert.equal(expiresAtS, (TEST_NOW_MS + 170 * DAY_MS) / 1000);
    assert.match(stdout, /^ {2}expires: 2025-08-30T12:00:00Z → 2025-11-18T12:00:00Z$/m);
    assert.doesNotMatch(stdout, /role:|nodes:|services:/);
  });

  it("leaves a viewer a viewer", async (t) => {
    const { done, mcp, inForce } = await site(t);
    await done("operator add carol --role viewer");
    await done("operator add carol --renew");
    assert.deepEqual(
      (await inForce()).map(({ role }) => role),
      ["viewer"],
    );
    assert.equal((await mcp("operator add carol --renew --node rift")).code, 2);
  });

  it("shows what changes, old → new, where it is asked for", async (t) => {
    const { done, inForce } = await site(t);
    await done("operator add bob --node lab-* --expires 90d");
    const { stdout } = await done("operator add bob --renew --node * --role admin --expires never --json");
    assert.deepEqual(assertJson("operator-add-output", stdout).changes, [
      { what: "role", old: "operator", new: "admin" },
      { what: "nodes", old: "lab-*", new: "*" },
      { what: "expires", old: "2025-08-30T12:00:00.000Z", new: "never" },
    ]);
    assert.equal((await inForce()).length, 1);
  });

  it("renews one whose credentials have expired", async (t) => {
    const { done, inForce } = await site(t);
    await done("operator add bob --service web --expires 7d");
    await done("operator add bob --renew", { nowMs: TEST_NOW_MS + 8 * DAY_MS });
    const [bob, ...others] = await inForce();
    assert.deepEqual([bob?.services, bob?.expiresAt, others], [["web"], "2025-06-16T12:00:00.000Z", []]);
  });

  it("of oneself replaces the credentials in use, and leaves one record in force", async (t) => {
    const { done, creds, bundled, inForce, options } = await site(t);
    await done("operator add alice --role admin");
    await writeFile(creds, await bundled("alice"), { mode: 0o600 });
    const old = parseCreds(await readFile(creds, "utf8")).key.publicKey;
    const { stderr } = await done("operator add alice --renew");
    const now = parseCreds(await readFile(creds, "utf8")).key.publicKey;
    assert.deepEqual(
      (await inForce()).map(({ publicKey }) => publicKey),
      [now],
    );
    assert.deepEqual(
      options.bus.revocations.list?.revoked.map(({ publicKey }) => publicKey),
      [old],
    );
    assert.equal((await stat(creds)).mode & 0o777, 0o600);
    assert.ok(stderr.includes(`${creds}: has the new credentials`), stderr);
  });

  it("of another leaves the credentials in use alone", async (t) => {
    const { done, creds, bundled } = await site(t);
    for (const name of ["alice", "bob"]) await done(`operator add ${name}`);
    await writeFile(creds, await bundled("alice"), { mode: 0o600 });
    await done("operator add bob --renew");
    assert.equal(await readFile(creds, "utf8"), await bundled("alice"));
  });
});

describe("mcp operator add", () => {
  it("of somebody new takes the identity's keys alone", async (t) => {
    const { done, mcp } = await site(t);
    await done("operator add bob", unreachable);
    assert.notEqual((await mcp("operator add bob --renew", unreachable)).code, 0);
  });

  it("records nobody when the bundle cannot be written, and can be run again", async (t) => {
    const { dir, mcp, done, operators } = await site(t);
    const failed = await mcp("operator add bob --out gone/bob.bundle");
    assert.match(failed.stderr, /E_FILE/);
    assert.deepEqual(await operators(), []);
    await mkdir(join(dir, "gone"));
    await done("operator add bob --out gone/bob.bundle");
    assert.deepEqual(await readdir(join(dir, "gone")), ["bob.bundle"]);
  });

  it("says of a node in the scope that it is not known", async (t) => {
    const { done } = await site(t);
    await done("node add rift");
    const { stderr } = await done("operator add bob --node rift --node ri* --node orion");
    assert.match(stderr, /^no node enrolled from here matches orion$/m);
    assert.doesNotMatch(stderr, /called ri/);
  });
});

describe("mcp operator remove", () => {
  it("refuses the credentials of this workstation, unless forced", async (t) => {
    const { mcp, done, creds, bundled, inForce } = await site(t);
    for (const name of ["alice", "bob"]) await done(`operator add ${name} --role admin`);
    await writeFile(creds, await bundled("alice"), { mode: 0o600 });
    const { code, stderr } = await mcp("operator remove alice --yes");
    assert.equal(code, 2);
    assert.match(stderr, /this workstation uses the credentials of \w+ .E_UNCONFIRMED.[\s\S]*--force/);
    assert.equal((await inForce()).length, 2, "nothing was done");
    await done("operator remove alice --yes --force");
    assert.equal((await inForce()).length, 1);
  });

  it("refuses the last admin, unless forced, whoever types it", async (t) => {
    const { mcp, done, inForce } = await site(t);
    for (const words of ["alice --role admin", "bob", "carol --role admin --expires 7d"])
      await done(`operator add ${words}`);
    const later = { nowMs: TEST_NOW_MS + 8 * DAY_MS };
    const { code, stderr } = await mcp("operator remove alice --yes", later);
    assert.equal(code, 2);
    assert.match(stderr, /alice is the last admin[\s\S]*--force/);
    await done("operator remove alice --yes --force", later);
    assert.deepEqual(
      (await inForce()).map(({ name }) => name),
      ["bob", "carol"],
    );
  });
});
