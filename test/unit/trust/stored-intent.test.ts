/** What counts in the desired bucket: anything can be stored there, and no judgment of it fails or is fooled. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { refOf } from "../../../src/cli/change/ancestry.ts";
import { planReseed } from "../../../src/cli/sync/reseed.ts";
import type { StateRef } from "../../../src/schemas/service/desired.ts";
import { desiredCodec } from "../../../src/schemas/wire/codec.ts";
import { documentSigner, signDocument } from "../../../src/trust/proof.ts";
import { isHistory, isLeap, reasonToIgnore, removedSigner } from "../../../src/trust/stored-intent.ts";
import { hasCode } from "../../../src/values/error.ts";
import { desired, NODE, NOW_MS } from "../../helpers/builders.ts";
import { issuerKey, operatorOf } from "../../helpers/operator-keys.ts";
import { testCases } from "../../helpers/test-cases.ts";

const issuer = issuerKey();
const alice = operatorOf(issuer);
const keys = { signers: [issuer.publicKey], exchange: [] };
const facts = { node: NODE, service: "web", latestMs: NOW_MS, keys };
const good = desired({ ancestry: [] });
const minutes = (count: number) => new Date(NOW_MS + count * 60_000).toISOString();

describe("a stored document", () => {
  it("counts when an operator signed it who may, and without keys also unsigned", () => {
    assert.equal(reasonToIgnore({ ...facts, document: signDocument(good, alice) }), undefined);
    assert.equal(reasonToIgnore({ ...facts, document: good, keys: { signers: [], exchange: [] } }), undefined);
  });

  const bad: readonly (readonly [string, Partial<typeof good>, RegExp])[] = [
    ["for another service", { service: "db" }, /addressed to db/],
    ["with an impossible generation", { generation: 2 ** 53 - 1 }, /not a valid generation/],
    ["with a generation of no number", { generation: 1.5 }, /not a valid generation/],
    [
      "that leaps above its base",
      { generation: 2_000_001, base: { generation: 1, hash: "h" } },
      /not a valid generation/,
    ],
    ["that is its own base", { generation: 2, base: { generation: 2, hash: "h" } }, /based on generation 2/],
    ["from the future", { at: minutes(6) }, /ahead of every clock/],
    ["without a date", { at: "soon" }, /not a valid date/],
  ];
  for (const [what, own, says] of bad) {
    it(`${what} counts for nothing, signed or not`, () => {
      for (const document of [desired(own), signDocument(desired(own), alice)]) {
        assert.match(reasonToIgnore({ ...facts, document }) ?? "", says);
        assert.match(reasonToIgnore({ ...facts, document, keys: { signers: [], exchange: [] } }) ?? "", says);
      }
    });
  }

  it("of a removed operator is named so where keys are pinned, and only with that operator's key", () => {
    const document = signDocument(good, alice);
    const { publicKey } = documentSigner(document);
    assert.match(removedSigner({ ...facts, document }, new Set([publicKey])) ?? "", /^its signer \S+ was removed$/);
    assert.equal(removedSigner({ ...facts, document }, new Set(["UANOTHER"])), undefined);
    const unpinned = { ...facts, document: good, keys: { signers: [], exchange: [] } };
    assert.equal(removedSigner(unpinned, new Set([publicKey])), undefined);
  });

  it("of a removed operator is history when the node accepted it, signed or not, or a later one", () => {
    const document = desired({ generation: 5, base: { generation: 4, hash: "h" } });
    const exact = refOf(document);
    const cases: readonly (readonly [StateRef | undefined, boolean])[] = [
      [undefined, false],
      [{ generation: 4, hash: exact.hash }, false],
      [{ generation: 5, hash: "another" }, false],
      [exact, true],
      [{ generation: 6, hash: "another" }, true],
    ];
    for (const [accepted, expected] of cases) {
      assert.equal(isHistory(document, accepted), expected, JSON.stringify(accepted));
      assert.equal(isHistory(signDocument(document, alice), accepted), expected);
    }
  });

  it("counts as soon as time has passed its date", () => {
    const document = signDocument(desired({ at: minutes(6) }), alice);
    assert.equal(reasonToIgnore({ ...facts, document, latestMs: NOW_MS + 120_000 }), undefined);
  });

  it("of a signer who may not, of an unknown issuer, or changed since counts for nothing", () => {
    const narrow = operatorOf(issuer, { services: ["db"] });
    assert.match(reasonToIgnore({ ...facts, document: signDocument(good, narrow) }) ?? "", /may not change web/);
    assert.match(
      reasonToIgnore({ ...facts, document: signDocument(good, operatorOf(issuerKey())) }) ?? "",
      /not among/,
    );
    const changed = { ...signDocument(good, alice), command: "changed" };
    assert.match(reasonToIgnore({ ...facts, document: changed }) ?? "", /signature/);
    assert.match(reasonToIgnore({ ...facts, document: good }) ?? "", /not signed/);
  });

  it("is judged whatever it is: bytes are a document or E_INVALID_MESSAGE, and no judgment throws", () => {
    const bytes = fc.oneof(
      fc.uint8Array(),
      fc.json().map((text) => Buffer.from(text)),
      fc
        .tuple(fc.constantFrom(...Object.keys(good), "proof", "force", "adopted", "incarnation"), fc.jsonValue())
        .map(([member, value]) => Buffer.from(JSON.stringify({ ...good, [member]: value }))),
      fc
        .constantFrom("1e999", "[".repeat(9_000) + "]".repeat(9_000))
        .map((value) => Buffer.from(`{${JSON.stringify({ ...good }).slice(1, -1)},"more":${value}}`)),
    );
    fc.assert(
      fc.property(bytes, (data) => {
        try {
          const document = desiredCodec.decode(data);
          assert.ok(reasonToIgnore({ ...facts, document }) !== undefined, "nobody signed it");
        } catch (error) {
          assert.ok(hasCode(error, "E_INVALID_MESSAGE"), String(error));
        }
      }),
      { numRuns: testCases() },
    );
  });

  it("leaps only upward", () => {
    assert.ok(isLeap(1, 1_000_002));
    assert.ok(!isLeap(1, 1_000_001) && !isLeap(9_000_000, 1));
  });
});

describe("restoring over what counts for nothing", () => {
  const junk = { node: NODE, service: "web", revision: 9, reason: "it is not signed" };
  const none = { documents: [], indexes: new Map() };
  const plan = (bucket: Partial<Parameters<typeof planReseed>[0]>, offers: (typeof good)[]) =>
    planReseed({ ...none, ...bucket }, offers, { force: false });

  it("puts back what the node accepted, or the newest document that counts, at the key's revision", () => {
    assert.deepEqual(plan({ junk: [junk] }, [good]).writes, [{ document: good, revision: 9 }]);
    const next = desired({ generation: 2, base: refOf(good), ancestry: [] });
    const stored = { document: next, revision: 9, junk };
    assert.deepEqual(plan({ documents: [stored], junk: [junk] }, [good]).writes, [{ document: next, revision: 9 }]);
    assert.deepEqual(plan({ documents: [stored], junk: [junk] }, []).writes, [{ document: next, revision: 9 }]);
  });

  it("writes nothing where keys are missing", () => {
    const { writes, conflicts } = plan({ junk: [{ ...junk, needsKeys: true }] }, [good]);
    assert.deepEqual([writes.length, conflicts.length], [0, 1]);
  });
});
