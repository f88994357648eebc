import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, test } from "node:test";
import { leftMs, readSession } from "../../../../src/cli/login/session-file.ts";
import { readToken, tokenFacts } from "../../../../src/cli/login/token-file.ts";
import { userJwt } from "../../../../src/trust/claims.ts";
import { parseCreds, renderCreds, withJwt } from "../../../../src/trust/creds-file.ts";
import { createKey, signingKeyOf } from "../../../../src/trust/keys.ts";
import { tagsOf } from "../../../../src/trust/operator-claims.ts";
import { createMciasSigner } from "../../../helpers/mcias-tokens.ts";
import { tempDir } from "../../../helpers/temp-dir.ts";

const user = createKey("user");
const issuer = createKey("account");
const scope = { role: "operator", nodes: ["*"], services: ["web-*"] } as const;
const jwtUntil = (expiresAtS?: number) =>
  userJwt(
    {
      name: "kyle",
      publicKey: user.publicKey,
      tags: tagsOf(scope),
      ...(expiresAtS === undefined ? {} : { expiresAtS }),
    },
    signingKeyOf(issuer.seed),
  );

describe("a session's file", () => {
  test("says who, as what and how long", async (t) => {
    const path = join(await tempDir(t), "session.creds");
    assert.equal(await readSession(path, 0), undefined);
    await writeFile(path, renderCreds({ seed: user.seed, jwt: jwtUntil(2_000_000_000) }));
    const session = await readSession(path, 1_999_999_990_000);
    assert.deepEqual(session?.facts, {
      ...scope,
      name: "kyle",
      publicKey: user.publicKey,
      issuer: issuer.publicKey,
      expiresAt: "2033-05-18T03:33:20.000Z",
      expired: false,
    });
    assert.equal(leftMs(session.facts, 1_999_999_990_000), 10_000);
    assert.equal((await readSession(path, 2_000_000_000_000))?.facts.expired, true);
  });

  test("without an end is never over", async (t) => {
    const path = join(await tempDir(t), "session.creds");
    await writeFile(path, renderCreds({ seed: user.seed, jwt: jwtUntil() }));
    const facts = (await readSession(path, Number.MAX_SAFE_INTEGER))?.facts ?? assert.fail();
    assert.equal(facts.expired, false);
    assert.equal(leftMs(facts, Date.now()), Number.POSITIVE_INFINITY);
  });

  test("that cannot be used is as if it were not there", async (t) => {
    const path = join(await tempDir(t), "session.creds");
    for (const text of [
      "",
      "nonsense",
      renderCreds({ seed: user.seed }),
      renderCreds({ seed: user.seed, jwt: "a.b.c" }),
    ]) {
      await writeFile(path, text);
      assert.equal(await readSession(path, 0), undefined);
    }
  });

  test("keeps its key when it is renewed", () => {
    const old = renderCreds({ seed: user.seed, jwt: jwtUntil(2_000_000_000) });
    const renewed = parseCreds(withJwt(old, jwtUntil(2_000_003_600)));
    assert.equal(renewed.key.publicKey, user.publicKey);
    assert.equal(renewed.jwt, jwtUntil(2_000_003_600));
    assert.throws(() => withJwt("nonsense", "a.b.c"), /no nkey seed/);
  });
});

describe("a token's file", () => {
  test("says whose and how long, unchecked", async (t) => {
    const path = join(await tempDir(t), "token");
    assert.equal(await readToken(path), undefined);
    const token = createMciasSigner().token({ sub: "some-id", roles: null, exp: 2_000_000_000 });
    await writeFile(path, `${token}\n`);
    assert.equal(await readToken(path), token);
    const { subject, roles, expiresAt, expired } = tokenFacts(token, 0) ?? assert.fail();
    assert.deepEqual([subject, roles, expiresAt, expired], ["some-id", [], "2033-05-18T03:33:20.000Z", false]);
  });

  test("that holds anything else is an error, and what is no token has no facts", async (t) => {
    const path = join(await tempDir(t), "token");
    await writeFile(path, "two words\n");
    await assert.rejects(readToken(path), /holds no token/);
    for (const text of ["a", "a.b.c", "a.bnVsbA.c", createMciasSigner().token({ exp: "soon" })]) {
      assert.equal(tokenFacts(text, 0), undefined);
    }
  });
});
