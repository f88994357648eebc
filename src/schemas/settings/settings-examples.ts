/** A valid example value, as TOML, for every key of the settings files. Error hints, `mcp explain` and documents print these. */
import type { AuthSettingsFile, RoleEntry } from "./auth-settings-file.ts";
import type { AgentSettingsFile, BusSection, CliSettingsFile, NodeEntry } from "./settings-file.ts";

/** The shape of the file with one TOML text per key. A key cannot be forgotten here. */
type ExamplesOf<T> = {
  readonly [K in keyof T]-?: NonNullable<T[K]> extends string | number | boolean | unknown[]
    ? string
    : ExamplesOf<NonNullable<T[K]>>;
};

const ACCOUNT_KEY = `"A${"A".repeat(55)}"`;
const CURVE_KEY = `"X${"A".repeat(55)}"`;

const BUS_EXAMPLES: ExamplesOf<BusSection> = {
  servers: '["tls://bus.example.net:4222"]',
  creds: '"operator.creds"',
  ca: '"ca.pem"',
  domain: '"hub"',
  insecure: "false",
};

export const NODE_ENTRY_EXAMPLES: ExamplesOf<NodeEntry> = { name: '"rift"', address: '"192.0.2.7"' };

export const CLI_EXAMPLES: ExamplesOf<CliSettingsFile> = {
  services: { dir: '"services"' },
  bus: BUS_EXAMPLES,
  mcias: {
    server_url: '"https://mcias.example.net:8443"',
    service_name: '"mcp"',
    ca_cert: '"mcias-ca.pem"',
    tags: '["production"]',
  },
  auth: {
    token_path: '"token"',
    session_path: '"session.creds"',
    login_creds: '"login.creds"',
    exchange_key: CURVE_KEY,
  },
  trust: { signers: `[${ACCOUNT_KEY}]`, exchange: `[${ACCOUNT_KEY}]` },
  nodes: "[[nodes]]",
};

export const AGENT_EXAMPLES: ExamplesOf<AgentSettingsFile> = {
  node: '"rift"',
  bus: { ...BUS_EXAMPLES, creds: '"rift.creds"' },
  trust: {
    signers: `[${ACCOUNT_KEY}]`,
    exchange: `[${ACCOUNT_KEY}]`,
    exchange_role: '"operator"',
    exchange_life: '"2h"',
    incarnation: '"0f8f4bd2-6f0c-4a55-8f0a-2f1f3f1c1c11"',
  },
  store: { path: '"/var/lib/mcp/mcp.db"' },
  podman: { socket: '"/run/user/1001/podman/podman.sock"' },
  files: { root: '"/srv"', max_size: '"16GiB"' },
  reconcile: { sweep: '"60s"', parallel: "4" },
  alerts: { command: '["/usr/local/bin/notify"]', for: '"30s"', cooldown: '"15m"' },
  log: { level: '"info"' },
};

export const AUTH_EXAMPLES: ExamplesOf<Omit<AuthSettingsFile, "roles">> = {
  bus: { ...BUS_EXAMPLES, creds: '"exchange.creds"' },
  mcias: {
    server_url: '"https://mcias.example.net:8443"',
    issuer: '"https://mcias.example.net:8443"',
    key_path: '"/v1/keys/public"',
    key_cache: '"mcias-key.json"',
    ca: '"mcias-ca.pem"',
    validate: '"offline"',
  },
  exchange: { signing_key: '"exchange.seed"', curve_key: '"curve.seed"', account: ACCOUNT_KEY, life: '"1h"' },
  log: { level: '"info"' },
};

export const ROLE_EXAMPLES: ExamplesOf<RoleEntry> = { role: '"operator"', nodes: '["*"]', services: '["*"]' };
