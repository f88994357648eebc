/**
 * Logging in over the bus: a token of MCIAS goes to the exchange, a user JWT comes back. Everybody who logs in shares one
 * account and could hear the others, so both ways are sealed: the request to the exchange's curve key, which is known
 * beforehand, and the answer to a curve key that the asker made for it alone. Whoever replays a
 * copied request gets an answer that they cannot open. Rule: a token crosses the bus only inside a seal.
 */

/** Both ways. */
export interface SealedMessage {
  readonly version: 1;
  /** Public curve key of the one who sealed it. */
  readonly from: string;
  /** Base64 of an nkeys seal (xkv1). */
  readonly box: string;
}

export interface LoginRequest {
  readonly version: 1;
  /** Told apart from an answer: the same two keys open both. */
  readonly kind: "login-request";
  /** Of MCIAS. */
  readonly token: string;
  /** Public user key that the JWT is requested for. */
  readonly user: string;
  /** Random; comes back in the answer, and is answered once. */
  readonly nonce: string;
  /** ISO 8601; one that is far from the exchange's time is refused. */
  readonly at: string;
}

/**
 * token-invalid: not signed by MCIAS's key, or not for here · token-expired, token-revoked: it was good once ·
 * not-permitted: whose it is may not be here · stale: the request's time is far from the exchange's · too-often: later ·
 * unavailable: it cannot be decided now.
 */
export type LoginRefusal =
  | "token-invalid"
  | "token-expired"
  | "token-revoked"
  | "not-permitted"
  | "stale"
  | "too-often"
  | "unavailable";

export interface LoginAnswer {
  readonly version: 1;
  readonly kind: "login-answer";
  /** The request's. */
  readonly nonce: string;
  /** Absent when it is refused. */
  readonly jwt?: string;
  /** A word of LoginRefusal; one that is not known is a refusal too. */
  readonly refused?: LoginRefusal | string;
  /** Why, for people; nothing secret. */
  readonly message?: string;
}
