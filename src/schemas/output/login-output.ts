/** What `mcp login`, `logout` and `whoami` print with `--json`. */

/** An identity on the bus, from the user JWT that connects. */
export interface SessionFacts {
  readonly name: string;
  readonly role: string;
  /** Names, `*`, or prefixes with `*`. */
  readonly nodes: readonly string[];
  readonly services: readonly string[];
  /** Public key of the user. */
  readonly publicKey: string;
  /** Public key that signed the user. */
  readonly issuer: string;
  /** Absent: it never expires. */
  readonly expiresAt?: string;
  readonly expired: boolean;
}

/** The claims of an MCIAS token; its signature is not checked here. */
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
  /** File with the token. */
  readonly tokenPath: string;
  readonly tokenExpiresAt: string;
  /** Absent if settings for the exchange are missing. */
  readonly session?: SessionFacts;
  /** The missing settings. */
  readonly missing: readonly string[];
}

/** `mcp logout`. */
export interface LogoutOutput {
  /** Files that were removed. */
  readonly removed: readonly string[];
  /** True if MCIAS confirms that the token is revoked; without a token it is not asked. */
  readonly revoked: boolean;
}

/** `mcp whoami`. */
export interface WhoamiOutput {
  /** The current context; absent if a settings file was named. */
  readonly context?: string;
  /**
   * credentials: the file that `[bus] creds` names · login: a session from the exchange · nothing: neither; only a server
   * without authentication accepts this workstation.
   */
  readonly by: "credentials" | "login" | "nothing";
  /** The file of the credentials, or of the session. */
  readonly path?: string;
  /** Absent if the credentials are a bare key, or there is no session. */
  readonly user?: SessionFacts;
  /** Public key of credentials without a JWT. */
  readonly publicKey?: string;
  readonly token?: TokenFacts;
}
