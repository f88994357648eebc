/**
 * The settings file of the login exchange, `auth.toml`, exactly as people write it. `mcp bus init` writes one; every key
 * but the roles can be overridden from the environment (settings-keys.ts).
 */
import type { BusSection, LogLevel } from "./settings-file.ts";

/** What holders of one role of MCIAS may do here. */
export interface RoleEntry {
  /** operator or admin. */
  role: string;
  /** Names, `*`, or a beginning and `*`. */
  nodes: string[];
  services: string[];
}

export interface AuthSettingsFile {
  bus?: BusSection;
  mcias?: {
    server_url?: string;
    /** What tokens must name as their issuer. */
    issuer?: string;
    /** Where the server shows its public key. */
    key_path?: string;
    /** File where that key is kept, so that logging in needs no server. */
    key_cache?: string;
    /** File with the certificates of the authority that the server's certificate comes from. */
    ca?: string;
    /** offline: by its signature alone · online: the server is asked as well, so that a revoked token counts no more. */
    validate?: "offline" | "online";
  };
  exchange?: {
    /** File with the seed of the signing key that admits users to the control account. */
    signing_key?: string;
    /** File with the seed of the curve key that logins are sealed to. */
    curve_key?: string;
    /** Public key of the control account. */
    account?: string;
    /** How long what is given out counts; an hour at most. */
    life?: string;
  };
  /** By their names at MCIAS. Who has none of them is not let in. */
  roles?: Record<string, RoleEntry>;
  log?: { level?: LogLevel };
}

/** What auth.toml means where it is silent, in its own words. */
export const AUTH_DEFAULTS = {
  mcias: { key_path: "/v1/keys/public", key_cache: "mcias-key.json", validate: "offline" },
  exchange: { life: "1h" },
  log: { level: "info" },
} as const satisfies AuthSettingsFile;
