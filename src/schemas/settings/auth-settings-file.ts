/**
 * The settings file of the login exchange, `auth.toml`, exactly as people write it. `mcp bus init` writes one. The
 * environment can override every key except the roles (settings-keys.ts).
 */
import type { BusSection, LogSection } from "./settings-file.ts";

/** What people with one MCIAS role may do. */
export interface RoleEntry {
  /** Role on the bus: `operator` or `admin`. */
  role: string;
  /** Nodes that they may change: names, prefixes such as `web-*`, or `*` for all. */
  nodes: string[];
  /** Services that they may change: names, prefixes such as `web-*`, or `*` for all. */
  services: string[];
}

/** The MCIAS identity service that checks logins. */
export interface ExchangeMciasSection {
  /** HTTPS URL of the MCIAS server. */
  server_url?: string;
  /** Issuer that tokens must have (their `iss` claim). */
  issuer?: string;
  /** Path below `server_url` at which the server publishes its public key. */
  key_path?: string;
  /** File in which the exchange keeps that public key, so that logins work while the server is down. */
  key_cache?: string;
  /** PEM file of the certificate authority that signed the server's certificate; by default the system's authorities. */
  ca?: string;
  /** How tokens are checked: `offline` by signature only, `online` also asks the server, so that revoked tokens fail. */
  validate?: "offline" | "online";
}

/** Keys of the exchange and the limits of what it issues. */
export interface ExchangeSection {
  /** File with the seed of the key that signs operators into the control account. */
  signing_key?: string;
  /** File with the seed of the curve key that logins are sealed to. */
  curve_key?: string;
  /** Public key of the control account. */
  account?: string;
  /** Lifetime of the credentials that the exchange issues; at most `1h`. */
  life?: string;
}

/** Settings of the login exchange (`auth.toml`). */
export interface AuthSettingsFile {
  /** How to reach the bus. */
  bus?: BusSection;
  /** The MCIAS identity service that checks logins. */
  mcias?: ExchangeMciasSection;
  /** Keys of the exchange and the limits of what it issues. */
  exchange?: ExchangeSection;
  /** What each MCIAS role may do, by the name of the role. People without one of these roles cannot log in. */
  roles?: Record<string, RoleEntry>;
  /** What the exchange writes to its log. */
  log?: LogSection;
}
