/**
 * Logging in over the bus: an MCIAS token goes to the exchange, a user JWT comes back. Everyone who logs in shares one account
 * and could listen to the others. So both messages are sealed: the request for the exchange's curve key, which the
 * settings name, and the answer for a new curve key of the sender. A replayed request gets an answer that the attacker
 * cannot open. Rule: a token crosses the bus only inside a sealed message.
 */

/** Request and answer. */
export interface SealedMessage {
  readonly version: 1;
  /** Public curve key of the sender. */
  readonly from: string;
  /** Base64 of an nkeys seal (xkv1). */
  readonly box: string;
}

export interface LoginRequest {
  readonly version: 1;
  /** Distinguishes it from an answer, because the same two keys open both. */
  readonly kind: "login-request";
  /** The MCIAS token. */
  readonly token: string;
  /** Public user key that the JWT is requested for. */
  readonly user: string;
  /** Random; repeated in the answer. Each nonce is answered once. */
  readonly nonce: string;
  /** ISO 8601; refused if it is far from the exchange's time. */
  readonly at: string;
}

/**
 * token-invalid: not signed by MCIAS's key, or for another system · token-expired, token-revoked: no longer valid ·
 * not-permitted: its owner has no role here · stale: the request's time is far from the exchange's · too-often: try later ·
 * unavailable: the exchange cannot decide now.
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
  /** From the request. */
  readonly nonce: string;
  /** Absent if the login is refused. */
  readonly jwt?: string;
  /** A LoginRefusal; an unknown value is a refusal too. */
  readonly refused?: LoginRefusal | string;
  /** The reason, for people; no secrets. */
  readonly message?: string;
}
