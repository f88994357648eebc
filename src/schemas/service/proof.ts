/** Signatures of operators, and the list of revoked ones. trust/proof.ts signs and checks them. */

/** An operator's signature on a desired document or a request, so that a node does not have to trust the bus. */
export interface Proof {
  /** User JWT of the operator: public key, name, role and scope, signed by a key of the control account. */
  readonly jwt: string;
  /** Ed25519 signature by that user's key over the JWT and the document without its proof (trust/proof.ts); base64url. */
  readonly sig: string;
}

/** A user whose signatures are no longer valid, under any document. */
export interface RevokedUser {
  /** Public key of the user. */
  readonly publicKey: string;
  /** Name of the user. */
  readonly name: string;
  /** Time of the revocation (ISO 8601); for people. */
  readonly at: string;
}

/**
 * The list of revoked operators (key `revoked` of the trust bucket). It only grows. A node keeps the list with the
 * highest serial that it has seen.
 */
export interface RevocationList {
  /** Version of this format. */
  readonly version: 1;
  /** Number of the list; an integer from 1, raised by one with each change. */
  readonly serial: number;
  /** Time of the last change (ISO 8601); for people. */
  readonly at: string;
  /** Revoked users. */
  readonly revoked: readonly RevokedUser[];
  /** Public key of the control account's break-glass signing key, which signs the list. */
  readonly signer: string;
  /** Ed25519 signature by `signer` over the list without this member (trust/proof.ts); base64url. */
  readonly sig: string;
}
