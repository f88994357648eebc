/** The default of each settings key that has one, written as in the file. Programs, help and documents use these. */
import type { AuthSettingsFile } from "./auth-settings-file.ts";
import type { AgentSettingsFile, CliSettingsFile } from "./settings-file.ts";

/** Paths start at the directory of the settings file. */
export const CLI_DEFAULTS = {
  services: { dir: "services" },
  bus: { insecure: false },
  mcias: { service_name: "mcp", tags: [] },
  auth: { token_path: "token", session_path: "session.creds" },
  trust: { signers: [], exchange: [] },
} as const satisfies ReadonlyDeep<CliSettingsFile>;

export const AGENT_DEFAULTS = {
  bus: { insecure: false },
  trust: { exchange_role: "operator", exchange_life: "2h" },
  store: { path: "/var/lib/mcp/mcp.db" },
  files: { root: "/srv", max_size: "16GiB" },
  reconcile: { sweep: "60s", parallel: 4 },
  alerts: { for: "30s", cooldown: "15m" },
  log: { level: "info" },
} as const satisfies AgentSettingsFile;

export const AUTH_DEFAULTS = {
  bus: { insecure: false },
  mcias: { key_path: "/v1/keys/public", key_cache: "mcias-key.json", validate: "offline" },
  exchange: { life: "1h" },
  log: { level: "info" },
} as const satisfies AuthSettingsFile;

type ReadonlyDeep<T> = T extends (infer E)[] ? readonly E[] : { readonly [K in keyof T]: ReadonlyDeep<T[K]> };
