/** Operators for tests with their keys, and the keys that issue them. */
import type { RevocationList } from "../../src/schemas/service/proof.ts";
import { userJwt } from "../../src/trust/claims.ts";
import { createKey, type SigningKey, signingKeyOf } from "../../src/trust/keys.ts";
import { type OperatorScope, tagsOf } from "../../src/trust/operator-claims.ts";
import type { Signer } from "../../src/trust/proof.ts";
import { signRevocations } from "../../src/trust/revocations.ts";
import { NOW_MS } from "./builders.ts";

/** A key that admits operators, as the control account's signing keys do. */
export function issuerKey(): SigningKey {
  const { publicKey, seed } = createKey("account");
  return { publicKey, sign: signingKeyOf(seed).sign };
}

export interface OperatorFacts extends Partial<OperatorScope> {
  readonly name?: string;
  readonly issuedAtS?: number;
  readonly expiresAtS?: number;
  /** The seed of an existing key. */
  readonly seed?: string;
}

export interface TestOperator extends Signer {
  readonly name: string;
  /** `name@laptop` */
  readonly author: string;
  readonly publicKey: string;
  readonly seed: string;
}

/** An operator for every node and service, admitted an hour before the tests' now, for ever. */
export function operatorOf(issuer: SigningKey, own: OperatorFacts = {}): TestOperator {
  const { name = "alice", role = "operator", nodes = ["*"], services = ["*"], ...times } = own;
  const seed = own.seed ?? createKey("user").seed;
  const key = signingKeyOf(seed);
  const { publicKey } = key;
  const facts = { name, publicKey, tags: tagsOf({ role, nodes, services }), issuedAtS: NOW_MS / 1000 - 3600, ...times };
  return { name, author: `${name}@laptop`, publicKey, seed, key, jwt: userJwt(facts, issuer) };
}

/** The revocation list that follows `before` with this operator more. */
export function revoking(
  issuer: SigningKey,
  { publicKey, name }: { readonly publicKey: string; readonly name: string },
  before?: RevocationList,
): RevocationList {
  const at = new Date(NOW_MS).toISOString();
  const revoked = [...(before?.revoked ?? []), { publicKey, name, at }];
  return signRevocations({ serial: (before?.serial ?? 0) + 1, at, revoked }, issuer);
}
