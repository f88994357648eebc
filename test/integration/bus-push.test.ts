/** A server that lost what it had been told, on the configuration of its first day: `mcp doctor` says so, `mcp bus push` mends it. */
import assert from "node:assert/strict";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { Connection } from "../../src/bus/connection/connection.ts";
import { inboxOf } from "../../src/bus/connection/credentials.ts";
import { nodeBundleCodec, operatorBundleCodec } from "../../src/schemas/wire/codec.ts";
import { hasCode } from "../../src/values/error.ts";
import { type EnrollSite, startEnrollSite } from "../helpers/enroll-site.ts";
import { assertJson } from "../helpers/json-shape.ts";

async function typed(site: EnrollSite, ...argv: string[]): Promise<string> {
  const { code, stdout, stderr } = await site.mcp(argv);
  assert.equal(code, 0, `${argv.join(" ")}: ${stderr}${stdout}`);
  return stdout;
}

/** Paths of the credentials of node rift and the operators bob, who is removed then, and carol, a viewer. */
async function enrolled(site: EnrollSite) {
  await typed(site, "node", "add", "rift");
  await typed(site, "operator", "add", "bob");
  await typed(site, "operator", "add", "carol", "--role", "viewer");
  await typed(site, "consumer", "add", "pager");
  const file = async (name: string, codec: { decode(bytes: Buffer): { readonly creds: string } }) => {
    const path = join(site.dir, `${name}.test.creds`);
    const { creds } = codec.decode(await readFile(join(site.dir, `${name}.bundle`)));
    await writeFile(path, creds, { mode: 0o600 });
    return path;
  };
  const bob = await file("bob", operatorBundleCodec);
  const carol = await file("carol", operatorBundleCodec);
  const rift = await file("rift", nodeBundleCodec);
  await typed(site, "operator", "remove", "bob", "--yes");
  return { bob, carol, rift };
}

/** What was pushed is gone, and the configuration is that of before anybody was removed. */
async function lost(site: EnrollSite): Promise<void> {
  await site.server.stop();
  await rm(join(site.dir, "jwt"), { recursive: true });
  await site.server.restart(site.serverTrust);
}

async function connects(t: TestContext, site: EnrollSite, creds: string): Promise<boolean> {
  try {
    const link = await Connection.connected({ ...site.settings(creds), inboxPrefix: inboxOf(creds) }, () => undefined);
    t.after(() => link.close());
    return true;
  } catch (error) {
    assert.ok(hasCode(error, "E_REFUSED"), String(error));
    return false;
  }
}

const pushed = async (site: EnrollSite, ...more: string[]) =>
  assertJson("bus-push-output", (await site.mcp(["bus", "push", "--json", ...more])).stdout);

describe("mcp bus push", () => {
  it("brings accounts back and shuts removed operators out again, after the server lost its directory", async (t) => {
    const site = await startEnrollSite(t);
    const { bob, carol, rift } = await enrolled(site);
    assert.match(await typed(site, "doctor"), /accounts +all 6 are on the server/);
    await lost(site);
    assert.ok(await connects(t, site, bob), "this is the fault");
    assert.ok(!(await connects(t, site, rift)));

    const doctor = await site.mcp(["doctor"]);
    assert.equal(doctor.code, 8, doctor.stdout);
    assert.match(doctor.stdout, /lost node rift, consumer pager, viewer carol; .*older .*: control/);
    assert.match(doctor.stdout, /→ mcp bus push/);
    const dry = await site.mcp(["bus", "push", "--dry-run"]);
    assert.equal(dry.code, 10, dry.stderr);
    assert.ok(!(await connects(t, site, rift)), "a dry run pushes nothing");

    assert.deepEqual((await pushed(site)).counts, { pushed: 4, unchanged: 2 });
    assert.ok(!(await connects(t, site, bob)));
    for (const creds of [carol, rift]) assert.ok(await connects(t, site, creds), creds);
    assert.deepEqual((await pushed(site)).counts, { pushed: 0, unchanged: 6 });
    assert.match(await typed(site, "bus", "push"), /^0 sent, 6 up to date$/m);
    await site.server.restart(site.serverTrust);
    assert.ok(!(await connects(t, site, bob)), "nor after a restart on the old configuration");
  });

  it("takes nothing back: not what the server knows of a renewal, nor of a removal elsewhere", async (t) => {
    const site = await startEnrollSite(t);
    const { bob, rift } = await enrolled(site);
    await typed(site, "node", "add", "rift", "--renew");
    await rm(join(site.dir, "identity", "revoked.json")); // as in a copy of the directory from before
    assert.deepEqual((await pushed(site)).counts, { pushed: 0, unchanged: 6 });
    for (const creds of [bob, rift]) assert.ok(!(await connects(t, site, creds)), creds);
  });

  it("says where the keys are missing", async (t) => {
    const site = await startEnrollSite(t);
    const { code, stderr } = await site.mcp(["bus", "push", "--identity", join(site.dir, "nowhere")]);
    assert.equal(code, 3);
    assert.match(stderr, /no identity of a bus/);
  });
});
