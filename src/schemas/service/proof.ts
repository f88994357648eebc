/**
 * What an operator adds to a desired document or a request, so that a node need not believe the bus: who he is and that
 * he said exactly this. Signing and checking are trust/proof.ts's.
 */
export interface Proof {
  /** The operator's user JWT: his public key, name, role and scope, signed by one of the control account's keys. */
  readonly jwt: string;
  /** Ed25519 by that key over the JWT and what it stands in, without the proof (trust/proof.ts); base64url. */
  readonly sig: string;
}

/** One user whose signature counts no more, whatever it is under. */
export interface RevokedUser {
  /** The user's public key. */
  readonly publicKey: string;
  readonly name: string;
  /** ISO 8601; for people. */
  readonly at: string;
}

/**
 * The list of operators who were removed (key `revoked` of the trust bucket). It only grows; a node keeps the one with
 * the highest serial it has seen.
 */
export interface RevocationList {
  readonly version: 1;
  /** Rises by one with each change; an integer from 1. */
  readonly serial: number;
  readonly at: string;
  readonly revoked: readonly RevokedUser[];
  /** Public key of the control account's break-glass signing key, which signs the list itself. */
  readonly signer: string;
  /** Ed25519 by `signer` over the list without this member (trust/proof.ts); base64url. */
  readonly sig: string;
}
