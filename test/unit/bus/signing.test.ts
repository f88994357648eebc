/** Who signs what on the bus: credentials with a role what is their operator's own, and nothing else. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { signingWith } from "../../../src/bus/connection/signing.ts";
import type { AgentRequest } from "../../../src/schemas/wire/request.ts";
import { userJwt } from "../../../src/trust/claims.ts";
import { renderCreds } from "../../../src/trust/creds-file.ts";
import { documentSigner, requestSigner, signDocument } from "../../../src/trust/proof.ts";
import { desired, NODE } from "../../helpers/builders.ts";
import { issuerKey, operatorOf } from "../../helpers/operator-keys.ts";
import { tempDir } from "../../helpers/temp-dir.ts";

const issuer = issuerKey();
const kyle = operatorOf(issuer, { name: "kyle" });
const request: AgentRequest = { version: 1, id: "r", node: NODE, author: "", at: "", body: { verb: "ping" } };

test("credentials with a role sign what is their operator's own, with the operator's name", async (t) => {
  const path = join(await tempDir(t), "kyle.creds");
  writeFileSync(path, renderCreds(kyle));
  const signing = signingWith("uid-1000@desk", path);
  assert.equal(signing.author, "kyle@desk");
  assert.equal(documentSigner(signing.document(desired({ author: signing.author }))).name, "kyle");
  assert.equal(requestSigner(signing.request(request)).name, "kyle");
});

test("what bears a proof or another's name stays as it is, as when it is put back", async (t) => {
  const path = join(await tempDir(t), "kyle.creds");
  writeFileSync(path, renderCreds(kyle));
  const signing = signingWith("kyle@desk", path);
  const own = signDocument(desired({ author: signing.author }), operatorOf(issuer, { name: "kyle" }));
  for (const document of [own, desired({ author: "alice@laptop" })]) assert.equal(signing.document(document), document);
});

test("a session that was renewed meanwhile signs with its new JWT", async (t) => {
  const path = join(await tempDir(t), "kyle.creds");
  writeFileSync(path, renderCreds(kyle));
  const signing = signingWith("kyle@desk", path);
  const renewed = operatorOf(issuer, { name: "kyle", seed: kyle.seed, expiresAtS: 4_000_000_000 });
  writeFileSync(path, renderCreds(renewed));
  assert.equal(requestSigner(signing.request(request)).expiresAtS, 4_000_000_000);
});

test("credentials without a role, and none, sign nothing and leave the author alone", async (t) => {
  const path = join(await tempDir(t), "bare.creds");
  const { publicKey, seed } = kyle;
  for (const creds of [{ seed }, { seed, jwt: userJwt({ name: "kyle", publicKey }, issuer) }]) {
    writeFileSync(path, renderCreds(creds));
    const signing = signingWith("user@desk", path);
    assert.equal(signing.author, "user@desk");
    assert.equal(signing.document(desired({ author: "user@desk" })).proof, undefined);
  }
  assert.equal(signingWith("user@desk", undefined).request(request), request);
});
