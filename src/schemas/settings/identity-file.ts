/** The JSON files of an identity directory (cli/identity): what `mcp bus init` and the commands that enroll keep there. */

/** `operators.json`: everybody who was ever given break-glass credentials. */
export interface OperatorsFile {
  readonly version: 1;
  readonly operators: readonly OperatorRecord[];
}

export interface OperatorRecord {
  readonly name: string;
  /** The user's own public key. */
  readonly publicKey: string;
  readonly role: string;
  /** Patterns of names, `*` for every one. */
  readonly nodes: readonly string[];
  readonly services: readonly string[];
  /** ISO 8601, as all times here. */
  readonly issuedAt: string;
  /** Absent: never. */
  readonly expiresAt?: string;
  /** Time of the removal; the credentials are revoked since then. */
  readonly removedAt?: string;
}

/** `bus.json`: how others reach the bus; what goes to nodes and workstations with their credentials. */
export interface IdentityBusFile {
  readonly version: 1;
  /** URLs for clients, several of a cluster. */
  readonly servers: readonly string[];
  /** Certificates (PEM) of the authority that the servers' certificates come from; absent: the system's. */
  readonly ca?: string;
  /** JetStream domain of the hub, where the servers are a leaf node's. */
  readonly domain?: string;
}

/** `server.json`: what `mcp bus config` renders the servers' directories from. */
export interface IdentityServerFile {
  readonly version: 1;
  /** One, or three of a cluster. */
  readonly servers: readonly ServerRecord[];
  /** Directory of nats.conf on a server, absolute. */
  readonly configDir: string;
  /** Directory of streams and accounts on a server, absolute. */
  readonly dataDir: string;
  /** own: certificates come from the authority in `tls/` · given: they come from elsewhere and were copied there. */
  readonly certificates: "own" | "given";
  /** Where leaf servers of sites may dial; absent: none may. */
  readonly leafPort?: number;
  /** Where clients may come over WebSockets; absent: nowhere. */
  readonly websocketPort?: number;
  readonly sites?: readonly SiteRecord[];
}

/** A site whose nodes connect to their own leaf server. */
export interface SiteRecord {
  readonly name: string;
  /** Name or address under which its nodes dial it. */
  readonly host: string;
  readonly port: number;
  /** Names of its nodes. */
  readonly nodes: readonly string[];
}

export interface ServerRecord {
  /** Of a cluster's server; absent for one alone. */
  readonly name?: string;
  /** Names and addresses under which it is dialed, the one for clients first. */
  readonly hosts: readonly string[];
  readonly port: number;
}

/** `issued.json`: the JWTs every server of the bus has, as they were last made; they are kept until what they say changes. */
export interface IssuedTrust {
  readonly operatorJwt: string;
  /** Public key. */
  readonly systemAccount: string;
  /** By public key. */
  readonly accounts: Readonly<Record<string, string>>;
}
