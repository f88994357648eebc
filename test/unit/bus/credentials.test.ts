import assert from "node:assert/strict";
import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { createUser, fromPublic, fromSeed } from "@nats-io/nkeys";
import { accountOf, fileAuthenticator, inboxOf } from "../../../src/bus/connection/credentials.ts";
import { operatorInbox, operatorRights } from "../../../src/schemas/wire/rights.ts";
import { userJwt } from "../../../src/trust/claims.ts";
import { renderCreds } from "../../../src/trust/creds-file.ts";
import { createKey, signingKeyOf } from "../../../src/trust/keys.ts";
import { hasCode, messageOf } from "../../../src/values/error.ts";
import { tempDir } from "../../helpers/temp-dir.ts";

const block = (kind: string, body: string) => `-----BEGIN ${kind}-----\n${body}\n------END ${kind}------\n`;
const WARNING = "\n************************* IMPORTANT *************************\nKeep it secret.\n\n";

function newSeed(): string {
  return new TextDecoder().decode(createUser().getSeed());
}

interface Answer {
  readonly jwt?: string;
  readonly nkey?: string;
  readonly sig: string;
}

const answer = (path: string, nonce?: string) => fileAuthenticator(path)(nonce) as Answer;

test("signs the server's challenge as the library would, for a seed of either form of file", async (t) => {
  const path = join(await tempDir(t), "user.creds");
  const seed = newSeed();
  const pair = fromSeed(new TextEncoder().encode(seed));
  const expected = Buffer.from(pair.sign(Buffer.from("nonce-1"))).toString("base64url");

  writeFileSync(path, block("NATS USER JWT", "eyJ0eXAi.eyJqdGki.c2ln") + WARNING + block("USER NKEY SEED", seed));
  assert.deepEqual(answer(path, "nonce-1"), { nkey: "", jwt: "eyJ0eXAi.eyJqdGki.c2ln", sig: expected });

  writeFileSync(path, block("USER NKEY SEED", seed).replaceAll("\n", "\r\n"));
  const alone = answer(path, "nonce-1");
  assert.deepEqual(alone, { nkey: pair.getPublicKey(), sig: expected });
  const publicKey = fromPublic(alone.nkey ?? "");
  assert.ok(publicKey.verify(Buffer.from("nonce-1"), Buffer.from(alone.sig, "base64url")));
});

test("reads the file again for each challenge and keeps the last good one while it cannot be read", async (t) => {
  const path = join(await tempDir(t), "user.creds");
  const [first, second] = [newSeed(), newSeed()];
  writeFileSync(path, block("USER NKEY SEED", first));
  const authenticate = fileAuthenticator(path);
  const before = authenticate("n") as Answer;
  renameSync(path, `${path}.away`);
  assert.deepEqual(authenticate("n"), before);
  writeFileSync(path, "half writ");
  assert.deepEqual(authenticate("n"), before);
  writeFileSync(path, block("USER NKEY SEED", second));
  assert.notDeepEqual(authenticate("n"), before);
});

test("signs nothing for a server that looks unlike a challenge: intent is signed with the same key", async (t) => {
  const path = join(await tempDir(t), "user.creds");
  writeFileSync(path, block("USER NKEY SEED", newSeed()));
  for (const nonce of ["mcp/1 desired\n{}", "two words", "a.b.c", "", "x".repeat(300)]) {
    assert.equal(answer(path, nonce).sig, "", nonce);
  }
  assert.notEqual(answer(path, "PXoWU7zWAMt75FY").sig, "");
});

test("a server without a challenge gets no signature", async (t) => {
  const path = join(await tempDir(t), "user.creds");
  writeFileSync(path, block("USER NKEY SEED", newSeed()));
  assert.equal(answer(path).sig, "");
});

test("a missing file, one without a seed and one with a damaged seed are E_CONFIG and show nothing of it", async (t) => {
  const path = join(await tempDir(t), "user.creds");
  const seed = newSeed();
  const damaged = seed.slice(0, 20) + (seed[20] === "A" ? "B" : "A") + seed.slice(21);
  const refused = (error: unknown) => hasCode(error, "E_CONFIG") && !messageOf(error).includes(damaged.slice(4));
  assert.throws(() => fileAuthenticator(path), refused);
  for (const text of ["", "nothing", block("USER NKEY SEED", damaged), block("NATS USER JWT", "a.b.c"), damaged]) {
    writeFileSync(path, text);
    assert.throws(() => fileAuthenticator(path), refused);
  }
});

test("answers come where the JWT lets its owner listen, or else below the owner's own key", async (t) => {
  const path = join(await tempDir(t), "user.creds");
  const { publicKey, seed } = createKey("user");
  const account = signingKeyOf(createKey("account").seed);
  const write = (jwt?: string) => writeFileSync(path, renderCreds({ seed, ...(jwt === undefined ? {} : { jwt }) }));

  write(userJwt({ name: "ada", publicKey, rights: operatorRights("operator", operatorInbox(publicKey)) }, account));
  assert.equal(inboxOf(path), `_INBOX_${publicKey}`);
  const rights = { publish: [], subscribe: ["mcp.v1.reply.>", "_INBOX_.x.>", "_INBOX_pager.>"] };
  write(userJwt({ name: "pager", publicKey, rights }, account));
  assert.equal(inboxOf(path), "_INBOX_pager");
  write(userJwt({ name: "all", publicKey }, account));
  assert.equal(inboxOf(path), `_INBOX_${publicKey}`);
  write();
  assert.equal(inboxOf(path), `_INBOX_${publicKey}`);
  assert.equal(inboxOf(undefined), "_INBOX_mcp");
  write("no.jwt.at-all");
  assert.throws(
    () => inboxOf(path),
    (error) => hasCode(error, "E_CONFIG") && messageOf(error).includes(path),
  );
});

test("the account of credentials is the one that issued them, or for which its signing key did", async (t) => {
  const path = join(await tempDir(t), "user.creds");
  const [account, signing, user] = [createKey("account"), createKey("account"), createKey("user")];
  const written = (jwt: string) => {
    writeFileSync(path, renderCreds({ seed: user.seed, jwt }));
    return accountOf(path);
  };
  const facts = { name: "rift", publicKey: user.publicKey };
  assert.equal(written(userJwt(facts, signingKeyOf(account.seed))), account.publicKey);
  const issuerAccount = account.publicKey;
  assert.equal(written(userJwt({ ...facts, issuerAccount }, signingKeyOf(signing.seed))), account.publicKey);
  writeFileSync(path, "half writ");
  assert.deepEqual(
    [accountOf(path), accountOf(`${path}.away`), accountOf(undefined)],
    [undefined, undefined, undefined],
  );
});
