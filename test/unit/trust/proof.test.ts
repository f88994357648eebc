/** What a proof binds: the thing, what kind it is, the JWT and the key, and nothing that is not there. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { DesiredService } from "../../../src/schemas/service/desired.ts";
import { documentHash } from "../../../src/schemas/service/spec-hash.ts";
import { desiredCodec } from "../../../src/schemas/wire/codec.ts";
import type { AgentRequest } from "../../../src/schemas/wire/request.ts";
import { documentSigner, requestSigner, signDocument, signRequest } from "../../../src/trust/proof.ts";
import { isSignedBy } from "../../../src/trust/revocations.ts";
import { hasCode } from "../../../src/values/error.ts";
import { desired, NODE, tombstone } from "../../helpers/builders.ts";
import { issuerKey, operatorOf, revoking } from "../../helpers/operator-keys.ts";
import { testCases } from "../../helpers/test-cases.ts";

const issuer = issuerKey();
const alice = operatorOf(issuer);
const refused = (document: DesiredService) =>
  assert.throws(
    () => documentSigner(document),
    (error) => hasCode(error, "E_INVALID_MESSAGE"),
  );

describe("a signed document", () => {
  it("says who signed it, over the wire and with its members in any order", () => {
    for (const document of [desired(), tombstone()]) {
      const signed = signDocument<DesiredService>(document, alice);
      assert.equal(documentSigner(signed).name, "alice");
      assert.equal(documentSigner(desiredCodec.decode(desiredCodec.encode(signed))).publicKey, alice.publicKey);
      const turned = Object.fromEntries(Object.entries(signed).reverse()) as unknown as DesiredService;
      assert.equal(documentSigner(turned).name, "alice");
      assert.equal(documentHash(signed), documentHash(document), "it is the same state");
    }
  });

  it("is bound to its JWT, even to another one of the same key", () => {
    const signed = signDocument(desired(), alice);
    const wider = operatorOf(issuer, { role: "admin", seed: alice.seed });
    refused({ ...signed, proof: { jwt: wider.jwt, sig: signed.proof?.sig ?? "" } });
  });

  it("bears a signature of one form only", () => {
    const signed = signDocument(desired(), alice);
    const { jwt, sig } = signed.proof ?? { jwt: "", sig: "" };
    for (const other of [`${sig}=`, `${sig} `, sig.slice(0, -1), `${sig}A`, ""]) {
      refused({ ...signed, proof: { jwt, sig: other } });
    }
  });

  it("is refused once any member says another thing", () => {
    const signed = signDocument(desired({ message: "why", incarnation: "first" }), alice);
    const { proof: _, ...members } = signed;
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(members)), fc.jsonValue(), (member, value) => {
        const changed = { ...signed, [member]: value } as DesiredService;
        if (documentHash(changed) !== documentHash(signed)) refused(changed);
      }),
      { numRuns: testCases(200) },
    );
  });
});

it("what was signed as one kind of thing is no proof of another", () => {
  const request: AgentRequest = {
    version: 1,
    id: "one",
    node: NODE,
    author: alice.author,
    at: new Date(0).toISOString(),
    body: { verb: "ping" },
  };
  const signed = signRequest(request, alice);
  assert.equal(requestSigner(signed).name, "alice");
  refused(signed as unknown as DesiredService);
});

describe("a revocation list", () => {
  it("counts when one of the keys signed it as it is", () => {
    const list = revoking(issuer, alice);
    assert.ok(isSignedBy(list, [issuerKey().publicKey, issuer.publicKey]));
    assert.ok(!isSignedBy(list, []));
    assert.ok(!isSignedBy({ ...list, serial: 2 }, [issuer.publicKey]));
    assert.ok(!isSignedBy({ ...list, revoked: [] }, [issuer.publicKey]));
    const other = issuerKey();
    assert.ok(!isSignedBy({ ...list, signer: other.publicKey }, [other.publicKey]));
  });
});
