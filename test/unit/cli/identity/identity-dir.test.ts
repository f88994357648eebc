import assert from "node:assert/strict";
import { chmod, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { createIdentityDir, identityPath, openIdentityDir } from "../../../../src/cli/identity/identity-dir.ts";
import { whileLocked } from "../../../../src/cli/identity/identity-lock.ts";
import type { OperatorRecord } from "../../../../src/schemas/settings/identity-file.ts";
import { IDENTITY_KEYS } from "../../../../src/trust/bus-identity.ts";
import { parseCreds } from "../../../../src/trust/creds-file.ts";
import { hasCode } from "../../../../src/values/error.ts";
import { tempDir } from "../../../helpers/temp-dir.ts";

const BUS = { servers: ["tls://bus.example.net:4222"], ca: "-----BEGIN CERTIFICATE-----\n" };

async function created(t: TestContext) {
  const path = join(await tempDir(t), "identity");
  return { path, made: await createIdentityDir(path, BUS) };
}

const operator = (name: string): OperatorRecord => ({
  name,
  publicKey: `U${name}`,
  role: "operator",
  nodes: ["*"],
  services: ["*"],
  issuedAt: "2026-01-02T03:04:05.000Z",
});

/** Every file and directory below, with its mode. */
async function modes(path: string): Promise<[string, number][]> {
  const names = await readdir(path, { recursive: true });
  return await Promise.all(names.map(async (name) => [name, (await stat(join(path, name))).mode] as [string, number]));
}

describe("identityPath", () => {
  const place = { cwd: "/here", settingsPath: "/etc/x/mcp.toml" };
  it("is the option, else MCP_IDENTITY, else beside the settings", () => {
    const env = { MCP_IDENTITY: "/safe/id" };
    assert.equal(identityPath({ ...place, env, identity: "id" }), "/here/id");
    assert.equal(identityPath({ ...place, env }), "/safe/id");
    assert.equal(identityPath({ ...place, env: {} }), "/etc/x/identity");
  });
});

describe("an identity directory", () => {
  it("holds every key, readable for its owner alone, and opens as it was made", async (t) => {
    const { path, made } = await created(t);
    for (const [name, mode] of await modes(path)) {
      assert.equal(mode & 0o777, (mode & 0o170000) === 0o040000 ? 0o700 : 0o600, name);
    }
    const again = await openIdentityDir(path);
    for (const name of Object.keys(IDENTITY_KEYS) as (keyof typeof IDENTITY_KEYS)[]) {
      assert.deepEqual(again.identity[name], made.identity[name], name);
    }
    assert.deepEqual(again.bus, { version: 1, ...BUS });
    for (const creds of [again.enrollCreds, again.loginCreds]) {
      assert.notEqual(parseCreds(await readFile(creds, "utf8")).jwt, undefined);
    }
    assert.deepEqual(await again.operators(), []);
    assert.equal(await again.revoked(), undefined);
  });

  it("is never written over", async (t) => {
    const { path, made } = await created(t);
    await assert.rejects(createIdentityDir(path, BUS), (error) => hasCode(error, "E_CONFLICT"));
    assert.deepEqual((await openIdentityDir(path)).identity.operator, made.identity.operator);
    assert.deepEqual(await readdir(join(path, "..")), ["identity"], "nothing half made is left");
  });

  it("says how to make one where there is none", async (t) => {
    const dir = await tempDir(t);
    const isNone = (error: unknown) =>
      hasCode(error, "E_NOT_FOUND") && /bus init/.test(String((error as Error & { hint: string }).hint));
    await assert.rejects(openIdentityDir(join(dir, "identity")), isNone);
    await assert.rejects(openIdentityDir(dir), isNone);
  });

  it("is refused when others may read it or a key of it", async (t) => {
    const { path } = await created(t);
    const key = join(path, "keys", "control.nk");
    await chmod(key, 0o640);
    await assert.rejects(
      openIdentityDir(path),
      (error) => hasCode(error, "E_CONFIG") && /control\.nk.*640/.test(String(error)),
    );
    await chmod(key, 0o600);
    await chmod(path, 0o750);
    await assert.rejects(openIdentityDir(path), (error) => hasCode(error, "E_CONFIG") && /750/.test(String(error)));
  });

  it("names a damaged key and a damaged document, and shows nothing of them", async (t) => {
    const { path, made } = await created(t);
    const key = join(path, "keys", "exchange.nk");
    await writeFile(key, made.identity["exchange-curve"].seed);
    await assert.rejects(openIdentityDir(path), (error) => {
      assert.ok(hasCode(error, "E_CONFIG"));
      assert.match(String(error), /exchange\.nk/);
      assert.doesNotMatch(String(error), /S[A-Z2-7]{20}/);
      return true;
    });
    await writeFile(key, made.identity.exchange.seed);
    await writeFile(join(path, "operators.json"), "{}", { mode: 0o600 });
    await assert.rejects((await openIdentityDir(path)).operators(), (error) => hasCode(error, "E_CONFIG"));
  });

  it("misses a key that lies in a safe only when it is asked for", async (t) => {
    const { path } = await created(t);
    await rm(join(path, "keys", "operator.nk"));
    const { identity } = await openIdentityDir(path);
    assert.match(identity.control.publicKey, /^A/);
    assert.throws(
      () => identity.operator,
      (error) => hasCode(error, "E_CONFIG") && /operator\.nk/.test(String(error)),
    );
  });

  it("makes the key of an account once, and only when asked to", async (t) => {
    const { path, made } = await created(t);
    await assert.rejects(made.accountKey("node", "rift"), (error) => hasCode(error, "E_NOT_FOUND"));
    const key = await made.accountKey("node", "rift", { create: true });
    assert.deepEqual(await made.accountKey("node", "rift", { create: true }), key);
    assert.deepEqual(await (await openIdentityDir(path)).accountKey("node", "rift"), key);
    assert.notDeepEqual(await made.accountKey("viewer", "rift", { create: true }), key);
  });

  it("loses nothing when many write at once", async (t) => {
    const { path } = await created(t);
    const names = Array.from({ length: 20 }, (_, index) => `op-${index}`);
    await Promise.all(
      names.map(async (name) => {
        const dir = await openIdentityDir(path);
        await dir.changeOperators((old) => [...old, operator(name)]);
      }),
    );
    const written = (await (await openIdentityDir(path)).operators()).map(({ name }) => name);
    assert.deepEqual(written.sort(), names.sort());
  });
});

describe("the lock", () => {
  it("is taken from a process that is gone, and let go of after a failure", async (t) => {
    const dir = await tempDir(t);
    await writeFile(join(dir, "lock"), "4194999"); // above the highest process id
    await assert.rejects(
      whileLocked(dir, () => Promise.reject(new Error("mine"))),
      /mine/,
    );
    assert.equal(await whileLocked(dir, async () => (await readdir(dir)).includes("lock")), true);
    assert.equal((await readdir(dir)).includes("lock"), false);
  });
});
