import assert from "node:assert/strict";
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { devIdentity, devOperatorCreds } from "../../../../src/cli/dev/dev-identity.ts";
import { parseCreds } from "../../../../src/trust/creds-file.ts";
import { operatorClaimsOf } from "../../../../src/trust/operator-claims.ts";
import { tempDir } from "../../../helpers/temp-dir.ts";

const URL = "nats://127.0.0.1:4222";

test("the identity is made once and found again, on another port too", async (t) => {
  const dir = await tempDir(t);
  const store = join(dir, "node", "store");
  const first = await devIdentity(dir, URL, store);
  const creds = await readFile(devOperatorCreds(dir), "utf8");
  await mkdir(store, { recursive: true });
  const again = await devIdentity(dir, "nats://127.0.0.1:4333", store);
  assert.equal(again.identity.control.publicKey, first.identity.control.publicKey);
  assert.equal(await readFile(devOperatorCreds(dir), "utf8"), creds);
  assert.deepEqual((await devIdentity(dir, "nats://127.0.0.1:4333", store)).bus.servers, ["nats://127.0.0.1:4333"]);
  assert.ok((await stat(store)).isDirectory(), "what the node accepted is kept");
  const claims = operatorClaimsOf(parseCreds(creds).jwt ?? "");
  assert.deepEqual(
    [claims.name, claims.role, claims.issuer],
    ["dev", "admin", first.identity["break-glass"].publicKey],
  );
});

test("a directory of an earlier version is set up again and keeps its definitions", async (t) => {
  const dir = await tempDir(t);
  const store = join(dir, "node", "store");
  for (const path of [join(dir, "services"), join(dir, "nats", "jetstream"), store])
    await mkdir(path, { recursive: true });
  await writeFile(join(dir, "services", "web.toml"), 'name = "web"\n');
  await writeFile(devOperatorCreds(dir), "an nkey without a JWT");
  await writeFile(`${devOperatorCreds(dir)}.pub`, "U");
  await writeFile(join(store, "mcp.db"), "");
  await devIdentity(dir, URL, store);
  assert.deepEqual((await readdir(dir)).sort(), ["identity", "node", "operator.creds", "services"]);
  assert.deepEqual(await readdir(join(dir, "node")), []);
  assert.equal(await readFile(join(dir, "services", "web.toml"), "utf8"), 'name = "web"\n');
  assert.notEqual(parseCreds(await readFile(devOperatorCreds(dir), "utf8")).jwt, undefined);
});
