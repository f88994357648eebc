/**
 * The settings files exactly as people write them in TOML: `mcp.toml` on a workstation, `agent.toml` on a node. Typia
 * checks types and unknown keys against these. Every key can be overridden from the environment (settings-keys.ts).
 */
export interface BusSection {
  /** Several: a cluster. */
  servers?: string[];
  /** File with the credentials. */
  creds?: string;
  /** File with the certificates of the authority that the servers' certificates come from; default: the system's. */
  ca?: string;
  /** JetStream domain of the hub, where the servers named are a leaf node's. */
  domain?: string;
  /** Allows plain text (`nats://`, `ws://`) to another machine: for trials on a network you trust. */
  insecure?: boolean;
}

export interface NodeEntry {
  name: string;
  /** A note for people; nothing connects to it. */
  address?: string;
}

export interface CliSettingsFile {
  services?: { dir?: string };
  bus?: BusSection;
  mcias?: { server_url?: string; service_name?: string; ca_cert?: string; tags?: string[] };
  /**
   * Logging in: where the token of MCIAS is kept, where the credentials that it was exchanged for are, the credentials
   * with which everybody may ask the exchange (a file), and the exchange's public curve key.
   */
  auth?: { token_path?: string; session_path?: string; login_creds?: string; exchange_key?: string };
  /** Public keys of the control account's signing keys, so that `mcp history` can check who signed. */
  trust?: { signers?: string[]; exchange?: string[] };
  nodes?: NodeEntry[];
}

/** Whom a node obeys. Without `signers` and `exchange` signatures are not required (local trials only). */
export interface TrustSection {
  /** Public keys of break-glass signing keys: their users have the role and the life that their JWTs say. */
  signers?: string[];
  /** Public keys of the login exchange's: their users have at most the role and life below. */
  exchange?: string[];
  exchange_role?: string;
  exchange_life?: string;
  /** This enrolment of the node; documents that name another one are refused. */
  incarnation?: string;
}

export type LogLevel = "debug" | "info" | "warn" | "error";

export interface AgentSettingsFile {
  /** The node's name; without it the environment must give it. */
  node?: string;
  bus?: BusSection;
  trust?: TrustSection;
  store?: { path?: string };
  podman?: { socket?: string };
  files?: { root?: string; max_size?: string };
  reconcile?: { sweep?: string; parallel?: number };
  alerts?: { command?: string[]; for?: string; cooldown?: string };
  log?: { level?: LogLevel };
}

/** What agent.toml means where it is silent, in its own words. */
export const AGENT_DEFAULTS = {
  store: { path: "/var/lib/mcp/mcp.db" },
  files: { root: "/srv", max_size: "16GiB" },
  reconcile: { sweep: "60s", parallel: 4 },
  alerts: { for: "30s", cooldown: "15m" },
  trust: { exchange_role: "operator", exchange_life: "2h" },
  log: { level: "info" },
} as const satisfies AgentSettingsFile;

/** The `[bus]` section once it is checked: paths are absolute. */
export interface BusSettings {
  readonly servers: readonly string[];
  readonly creds?: string;
  readonly ca?: string;
  readonly domain?: string;
  readonly insecure?: boolean;
}
