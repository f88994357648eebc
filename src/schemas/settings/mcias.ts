/**
 * What MCIAS, the identity service, answers over HTTPS, as far as it is used here. Members that are not named are
 * tolerated; system accounts have no roles.
 */

/** `POST /v1/auth/login`. */
export interface MciasLogin {
  /** A JWT by EdDSA: `sub` (UUID of the account), `roles`, `iss`, `iat`, `exp`, `jti`. */
  readonly token: string;
  /** RFC 3339. */
  readonly expires_at: string;
}

/** `POST /v1/token/validate`. */
export interface MciasValidation {
  readonly valid: boolean;
  readonly sub?: string | null;
  readonly username?: string | null;
  readonly roles?: readonly string[] | null;
  readonly account_type?: string | null;
  readonly expires_at?: string | null;
}

/** The public key with which its tokens are checked: a JWK of an Ed25519 key. */
export interface MciasKey {
  readonly kty: "OKP";
  readonly crv: "Ed25519";
  readonly x: string;
}

/** With a status of 400 and above. */
export interface MciasError {
  readonly error?: string | null;
  /** `totp_required`, `unauthorized` …; the list is the server's own. */
  readonly code?: string | null;
}
