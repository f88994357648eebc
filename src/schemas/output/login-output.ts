/** What `mcp login`, `logout` and `whoami` print with `--json`. */

/** An identity on the bus, from the user JWT that connects. */
export interface SessionFacts {
  readonly name: string;
  readonly role: string;
  /** Names, `*`, or beginnings of names and `*`. */
  readonly nodes: readonly string[];
  readonly services: readonly string[];
  /** Public key of the user. */
  readonly publicKey: string;
  /** Public key that signed the user. */
  readonly issuer: string;
  /** Absent: it does not expire. */
  readonly expiresAt?: string;
  readonly expired: boolean;
}

/** A token of MCIAS, as it says itself; nobody has checked it here. */
export interface TokenFacts {
  /** The account's id. */
  readonly subject: string;
  readonly roles: readonly string[];
  readonly issuer: string;
  readonly expiresAt: string;
  readonly expired: boolean;
}

/** `mcp login`. */
export interface LoginOutput {
  readonly username: string;
  /** File that holds the token. */
  readonly tokenPath: string;
  readonly tokenExpiresAt: string;
  /** Absent when the token could not be exchanged for want of settings. */
  readonly session?: SessionFacts;
  /** Settings that are missing for that. */
  readonly missing: readonly string[];
}

/** `mcp logout`. */
export interface LogoutOutput {
  /** Files that were there and are gone. */
  readonly removed: readonly string[];
  /** True if MCIAS confirms that the token is revoked; without a token it is not asked. */
  readonly revoked: boolean;
}

/** `mcp whoami`. */
export interface WhoamiOutput {
  /** The context in use; absent where a settings file was named. */
  readonly context?: string;
  /**
   * credentials: the file that `[bus] creds` names · login: a token of MCIAS, exchanged · nothing: neither, so that only a
   * server without authentication accepts this workstation.
   */
  readonly by: "credentials" | "login" | "nothing";
  /** The file of the credentials, or of the session. */
  readonly path?: string;
  /** Absent where the credentials are a bare key, or there is no session (yet). */
  readonly user?: SessionFacts;
  /** Public key of credentials without a JWT. */
  readonly publicKey?: string;
  readonly token?: TokenFacts;
}
