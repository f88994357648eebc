/**
 * The settings files exactly as people write them in TOML: `mcp.toml` on a workstation, `agent.toml` on a node. Typia
 * checks types and unknown keys against these types. The environment can override every key (settings-keys.ts). The
 * first sentence of each description is its summary: the JSON Schema, `mcp explain` and the manual print it. A path that
 * is not absolute starts at the directory of the file.
 */

/** How to reach the bus. */
export interface BusSection {
  /** Addresses of the bus servers, for example `tls://bus.example.net:4222`; several for a cluster. */
  servers?: string[];
  /** File with the NATS credentials to connect with. */
  creds?: string;
  /** PEM file of the certificate authority that signed the servers' certificates; by default the system's authorities. */
  ca?: string;
  /** JetStream domain of the bus. Needed only if `servers` names a leaf server of a site. */
  domain?: string;
  /** Allow plain text (`nats://`, `ws://`) to other machines. Only for trials on a network that you trust. */
  insecure?: boolean;
}

/** A node that this workstation knows. */
export interface NodeEntry {
  /** Name of the node. */
  name: string;
  /** Address of the node, as a note for people; no command connects to it. */
  address?: string;
}

/** Where the service definitions are. */
export interface ServicesSection {
  /** Directory of the service definitions, `<name>.toml` each. */
  dir?: string;
}

/** The MCIAS identity service that `mcp login` uses. Optional: credentials files work without it. */
export interface MciasSection {
  /** HTTPS URL of the MCIAS server. */
  server_url?: string;
  /** Service name to send with a login; the login policies of MCIAS decide by it. */
  service_name?: string;
  /** PEM file of the certificate authority that signed the MCIAS server's certificate; by default the system's authorities. */
  ca_cert?: string;
  /** Tags to send with a login; the login policies of MCIAS decide by them. */
  tags?: string[];
}

/** Files and keys that `mcp login` needs. */
export interface AuthSection {
  /** File in which `mcp login` stores the MCIAS token. */
  token_path?: string;
  /** File in which `mcp login` stores the bus credentials of the session. */
  session_path?: string;
  /** File with the shared credentials that may only ask the login exchange. */
  login_creds?: string;
  /** Public curve key of the login exchange; logins are sealed to it. */
  exchange_key?: string;
}

/** Public keys with which this workstation checks signatures. */
export interface CliTrustSection {
  /** Public keys that sign operators added with `mcp operator add`. */
  signers?: string[];
  /** Public keys with which the login exchange signs operators. */
  exchange?: string[];
}

/** Settings of a workstation (`mcp.toml`). */
export interface CliSettingsFile {
  /** Where the service definitions are. */
  services?: ServicesSection;
  /** How to reach the bus. */
  bus?: BusSection;
  /** The MCIAS identity service that `mcp login` uses. Optional: credentials files work without it. */
  mcias?: MciasSection;
  /** Files and keys that `mcp login` needs. */
  auth?: AuthSection;
  /** Public keys with which this workstation checks signatures. */
  trust?: CliTrustSection;
  /** Nodes that this workstation knows. Nodes that are enrolled on the bus need no entry. */
  nodes?: NodeEntry[];
}

/** Which operators the node obeys. Without `signers` and `exchange` it requires no signatures (local trials only). */
export interface TrustSection {
  /** Public keys that sign operators added with `mcp operator add`; role and lifetime are those of the operator's JWT. */
  signers?: string[];
  /** Public keys with which the login exchange signs operators; `exchange_role` and `exchange_life` limit these operators. */
  exchange?: string[];
  /** Highest role that the login exchange can grant on this node: `viewer`, `operator` or `admin`. */
  exchange_role?: string;
  /** Longest lifetime of a session that the login exchange can grant on this node. */
  exchange_life?: string;
  /** Id of this enrollment of the node. The agent rejects documents signed for another enrollment. */
  incarnation?: string;
}

export type LogLevel = "debug" | "info" | "warn" | "error";

/** Where the agent keeps its state. */
export interface StoreSection {
  /** Database file of the agent; it must be on a local disk. */
  path?: string;
}

/** How the agent reaches podman. */
export interface PodmanSection {
  /** Socket of podman's API service. By default the agent uses the user's own socket and starts the service if needed. */
  socket?: string;
}

/** Files that operators push to and pull from the node. */
export interface FilesSection {
  /** Directory below which `mcp push` and `mcp pull` may read and write. */
  root?: string;
  /** Largest file that the node accepts, for example `16GiB`. */
  max_size?: string;
}

/** How the agent compares the desired state with the containers and corrects it. */
export interface ReconcileSection {
  /** Time between two full comparisons with podman and the bus, in addition to events. */
  sweep?: string;
  /** Number of services that the agent works on at the same time. */
  parallel?: number;
}

/** The command that the agent runs for drift that lasts and for failures. */
export interface AlertsSection {
  /** Program to run and its arguments; no shell is involved. Without it there are no alerts. */
  command?: string[];
  /** How long drift must last before the agent raises an alert. */
  for?: string;
  /** Shortest time between two alerts about the same subject. */
  cooldown?: string;
}

/** What the program writes to its log. */
export interface LogSection {
  /** Lowest level of messages to log. */
  level?: LogLevel;
}

/** Settings of a node (`agent.toml`). */
export interface AgentSettingsFile {
  /** Name of the node. Required, here or in `MCP_AGENT_NODE`. */
  node?: string;
  /** How to reach the bus. */
  bus?: BusSection;
  /** Which operators the node obeys. Without keys it requires no signatures (local trials only). */
  trust?: TrustSection;
  /** Where the agent keeps its state. */
  store?: StoreSection;
  /** How the agent reaches podman. */
  podman?: PodmanSection;
  /** Files that operators push to and pull from the node. */
  files?: FilesSection;
  /** How the agent compares the desired state with the containers and corrects it. */
  reconcile?: ReconcileSection;
  /** The command that the agent runs for drift that lasts and for failures. */
  alerts?: AlertsSection;
  /** What the agent writes to its log. */
  log?: LogSection;
}

/** The `[bus]` section after its check: paths are absolute. */
export interface CheckedBusSection {
  readonly servers: readonly string[];
  readonly creds?: string;
  readonly ca?: string;
  readonly domain?: string;
  readonly insecure?: boolean;
}
