import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { trustedRoots } from "../../../src/tls/trusted-roots.ts";
import { hasCode, messageOf } from "../../../src/values/error.ts";
import { tempDir } from "../../helpers/temp-dir.ts";

const PEM = (text: string) => `-----BEGIN CERTIFICATE-----\n${text}\n-----END CERTIFICATE-----\n`;

test("a file of one's own stands alone; without it the system's count, and Node's extra ones with them", async (t) => {
  const dir = await tempDir(t);
  const [own, system, extra] = ["own", "system", "extra"].map((name) => join(dir, name));
  for (const path of [own, system, extra]) await writeFile(path ?? "", PEM(path ?? ""));
  const env = { SSL_CERT_FILE: system, NODE_EXTRA_CA_CERTS: extra };
  assert.deepEqual(trustedRoots(own, env), [PEM(own ?? "")]);
  assert.deepEqual(trustedRoots(undefined, env), [PEM(system ?? ""), PEM(extra ?? "")]);
  assert.deepEqual(trustedRoots(undefined, { SSL_CERT_FILE: system, NODE_EXTRA_CA_CERTS: system }), [
    PEM(system ?? ""),
  ]);
});

test("a file that is not there, or that holds something else, is E_CONFIG and is not shown", async (t) => {
  const path = join(await tempDir(t), "ca.pem");
  const unusable = (error: unknown) =>
    hasCode(error, "E_CONFIG") && messageOf(error).includes(path) && !messageOf(error).includes("hunter2");
  assert.throws(() => trustedRoots(path, {}), unusable);
  await writeFile(path, "-----BEGIN PRIVATE KEY-----\nhunter2\n");
  assert.throws(() => trustedRoots(path, {}), unusable);
  assert.throws(() => trustedRoots(undefined, { SSL_CERT_FILE: path }), unusable);
});
