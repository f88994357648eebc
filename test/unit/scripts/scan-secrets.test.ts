/** The scan of `npm run check`: it finds what was planted, says where, and shows nothing of it. */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { userJwt } from "../../../src/trust/claims.ts";
import { renderCreds } from "../../../src/trust/creds-file.ts";
import { createKey, signingKeyOf } from "../../../src/trust/keys.ts";
import type { Scope } from "../../helpers/scope.ts";
import { tempDir } from "../../helpers/temp-dir.ts";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

/** Scans a repository that holds these files, none of them committed yet. */
async function scan(scope: Scope, files: Readonly<Record<string, string>>) {
  const root = await tempDir(scope);
  execFileSync("git", ["init", "--quiet"], { cwd: root });
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, name)), { recursive: true });
    await writeFile(join(root, name), text);
  }
  const args = ["--import", "tsx", join(ROOT, "scripts/scan-secrets.ts"), "--root", root];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: "utf8" });
  return { status, said: `${stdout}${stderr}` };
}

/** Made here, so that this file holds none. */
const seeds = (["operator", "account", "user"] as const).map((kind) => createKey(kind).seed);
const account = createKey("account");
const user = createKey("user");
const jwt = userJwt(
  { name: "x", publicKey: user.publicKey, issuerAccount: account.publicKey },
  signingKeyOf(account.seed),
);
const token = [
  { alg: "EdDSA", kid: "1" },
  { sub: "x", iss: "https://mcias.example.net" },
  { signature: "0".repeat(40) },
]
  .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
  .join(".");
const creds = renderCreds({ seed: user.seed, jwt });
const pem = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ type: "pkcs8", format: "pem" });

test("a planted seed, token, private key or credentials file is found, named by line and not shown", async (t) => {
  const { status, said } = await scan(t, {
    "seeds.md": `# notes\n\n${seeds.join("\n")}\n`,
    "token.txt": `bearer ${token}\n`,
    "x.creds": creds,
    "key.pem": pem.toString(),
  });
  assert.equal(status, 1);
  for (const [index, seed] of seeds.entries()) {
    assert.match(said, new RegExp(`^seeds\\.md:${index + 3}: a seed of an nkey$`, "m"));
    assert.ok(!said.includes(seed));
  }
  assert.match(said, /^token\.txt:1: a token$/m);
  assert.match(said, /^x\.creds:1: NATS credentials$/m);
  assert.match(said, /^key\.pem:1: a private key$/m);
  assert.ok(![user.seed, token, jwt, pem.toString().split("\n")[1] ?? ""].some((secret) => said.includes(secret)));
});

test("somebody else's kind of secret is found, too", async (t) => {
  const { status, said } = await scan(t, { "db.md": `postgres://shop:${"Hq7x".repeat(4)}@db.example.net:5432/shop\n` });
  assert.equal(status, 1);
  assert.match(said, /db\.md/);
});

test("what is ignored, and public keys and claims, are no finding", async (t) => {
  const { status, said } = await scan(t, {
    ".secretlintignore": "# meant to be there\nfixture.pem\nkept/\n",
    "fixture.pem": pem.toString(),
    "kept/key.pem": pem.toString(),
    "nats.conf": `${account.publicKey} ${user.publicKey} ${jwt}\n`,
  });
  assert.deepEqual([status, said], [0, ""]);
});
