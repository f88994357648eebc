/**
 * Every key of the settings files with its kind, and the name of the environment variable that overrides it:
 * prefix, section and key, `MCP_BUS_SERVERS`, `MCP_AGENT_RECONCILE_SWEEP`. Lists are separated by commas or given as
 * a JSON array; flags are `true` or `false`; `[[nodes]]` is `MCP_NODES=rift=100.95.252.120:9444,orion`.
 */
import type { AuthSettingsFile } from "./auth-settings-file.ts";
import type { AgentSettingsFile, CliSettingsFile } from "./settings-file.ts";

export type KeyKind = "text" | "number" | "flag" | "list" | "nodes";

type KindOf<T> = T extends string
  ? "text"
  : T extends number
    ? "number"
    : T extends boolean
      ? "flag"
      : T extends string[]
        ? "list"
        : "nodes";

/** The same shape as the file, with the kind of each key in place of its value: a key cannot be forgotten here. */
type KeyTable<T> = {
  readonly [K in keyof T]-?: NonNullable<T[K]> extends string | number | boolean | unknown[]
    ? KindOf<NonNullable<T[K]>>
    : KeyTable<NonNullable<T[K]>>;
};

const BUS_KEYS = { servers: "list", creds: "text", ca: "text", domain: "text", insecure: "flag" } as const;

export const CLI_KEYS: KeyTable<CliSettingsFile> = {
  services: { dir: "text" },
  bus: BUS_KEYS,
  mcias: { server_url: "text", service_name: "text", ca_cert: "text", tags: "list" },
  auth: { token_path: "text", session_path: "text", login_creds: "text", exchange_key: "text" },
  trust: { signers: "list", exchange: "list" },
  nodes: "nodes",
};

export const AGENT_KEYS: KeyTable<AgentSettingsFile> = {
  node: "text",
  bus: BUS_KEYS,
  trust: { signers: "list", exchange: "list", exchange_role: "text", exchange_life: "text", incarnation: "text" },
  store: { path: "text" },
  podman: { socket: "text" },
  files: { root: "text", max_size: "text" },
  reconcile: { sweep: "text", parallel: "number" },
  alerts: { command: "list", for: "text", cooldown: "text" },
  log: { level: "text" },
};

/** Without the roles, whose names the file chooses. */
export const AUTH_KEYS: KeyTable<Omit<AuthSettingsFile, "roles">> = {
  bus: BUS_KEYS,
  mcias: { server_url: "text", issuer: "text", key_path: "text", key_cache: "text", ca: "text", validate: "text" },
  exchange: { signing_key: "text", curve_key: "text", account: "text", life: "text" },
  log: { level: "text" },
};

/** `[["bus", "servers"], "list"]` and so on, for every key of a table. */
export interface SettingKey {
  readonly path: readonly string[];
  readonly kind: KeyKind;
}

export function settingKeys(table: object, prefix: readonly string[] = []): SettingKey[] {
  return Object.entries(table).flatMap(([key, kind]): SettingKey[] => {
    const path = [...prefix, key];
    return typeof kind === "object" && kind !== null ? settingKeys(kind, path) : [{ path, kind }];
  });
}

export const CLI_PREFIX = "MCP";
export const AGENT_PREFIX = "MCP_AGENT";
export const AUTH_PREFIX = "MCP_AUTH";

/** `MCP_BUS_SERVERS` of `["bus", "servers"]`. */
export function variableName(prefix: string, path: readonly string[]): string {
  return [prefix, ...path].join("_").toUpperCase();
}
