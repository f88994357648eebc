/**
 * Renders the configuration of a nats-server in operator mode: what `mcp bus init` and `mcp bus config` write, what
 * `mcp dev` runs and deploy/ shows. It is short and stays as it is when nodes and operators come and go.
 */
import type { ServerTrust } from "../trust/bus-identity.ts";

export interface ServerConfig {
  /** Its name in a cluster. */
  readonly name?: string;
  /** `host:port` */
  readonly listen: string;
  /** Streams lie in `jetstream` below it, the accounts that are pushed in `jwt`. */
  readonly dataDir: string;
  readonly trust: ServerTrust;
  /** Absent on loopback. */
  readonly tls?: ServerCertificate;
  /** JetStream domain, where leaf servers dial it. */
  readonly domain?: string;
  readonly cluster?: ClusterConfig;
  readonly leaves?: LeafListener;
  /** `host:port`, for clients that come over WebSockets (`wss://`); with TLS only. */
  readonly websocket?: string;
}

/** Paths on the server. */
export interface ServerCertificate {
  readonly cert: string;
  readonly key: string;
}

export interface ClusterConfig {
  /** `host:port`, for the other servers. */
  readonly listen: string;
  /** `host:port` of every server. */
  readonly routes: readonly string[];
  /** Of the authority that signed the certificates of all servers; absent with no TLS. */
  readonly ca?: string;
}

export interface LeafListener {
  /** `host:port`, for leaf servers. */
  readonly listen: string;
}

/** A leaf server: the bus's door at a site. It has no streams, and knows the accounts of its own nodes alone. */
export interface SiteConfig {
  readonly name: string;
  /** `host:port` */
  readonly listen: string;
  readonly tls?: ServerCertificate;
  /** Of the operator, the system account and its nodes' accounts, which import nothing here. */
  readonly trust: ServerTrust;
  /** URLs of the hub's servers for leaf servers. */
  readonly hub: readonly string[];
  /** Path of the authority's certificates; absent: the system's. */
  readonly ca?: string;
  /** Of each node: its account's public key, and the path of credentials with which its messages cross. */
  readonly bridges: readonly { readonly account: string; readonly creds: string }[];
}

export function renderSiteConfig({ name, listen, tls, trust, hub, ca, bridges }: SiteConfig): string {
  const remotes = bridges.map(({ account, creds }) => [
    "{",
    `  urls: [${hub.map(text).join(", ")}]`,
    `  account: ${account}`,
    `  credentials: ${text(creds)}`,
    ...(ca === undefined ? [] : [`  tls { ca_file: ${text(ca)} }`]),
    "}",
  ]);
  const lines = ["remotes: [", ...remotes.flat().map((line) => `  ${line}`), "]"];
  const parts = [
    `${HEAD}server_name: ${text(name)}\nlisten: ${text(listen)}`,
    ...(tls === undefined ? [] : [`${TLS_HEAD}\n${renderTls(tls)}`]),
    `${BRIDGES_HEAD}\nleafnodes {\n${lines.map((line) => `  ${line}`).join("\n")}\n}`,
    `${SITE_TRUST_HEAD}\n${renderServerTrust(trust)}`,
  ];
  return parts.join("\n\n");
}

export function renderServerConfig(config: ServerConfig): string {
  const { name, listen, dataDir, trust, tls, cluster, leaves, websocket } = config;
  const parts = [
    `${HEAD}${name === undefined ? "" : `server_name: ${text(name)}\n`}listen: ${text(listen)}`,
    ...(tls === undefined ? [] : [`${TLS_HEAD}\n${renderTls(tls)}`]),
    renderJetStream(config),
    ...(cluster === undefined ? [] : [renderCluster(cluster, tls)]),
    ...(leaves === undefined
      ? []
      : [`# Leaf servers of sites connect here.\n${renderListener("leafnodes", leaves.listen, tls)}`]),
    ...(websocket === undefined ? [] : [`# wss://\n${renderListener("websocket", websocket, tls)}`]),
    `${TRUST_HEAD}\n${renderServerTrust(trust, `${dataDir}/jwt`)}`,
  ];
  return parts.join("\n\n");
}

const HEAD = `# nats-server for mcp, 2.10 or later. Written by \`mcp bus config\`, which overwrites it: changes made here are lost.
`;

const TLS_HEAD = "# mcp requires TLS for every address except loopback.";

const BRIDGES_HEAD = `# One connection to the hub for each node of the site. The node's account at the hub decides what the node may do. The
# streams belong to the hub, in its domain: settings files at this site have domain = "hub" under [bus].`;

const SITE_TRUST_HEAD = `# Whom the server trusts: the operator, and the nodes of this site. Their accounts import nothing here, so that all their
# messages go to the hub. Nothing here is secret.`;

const TRUST_HEAD = `# Whom the server trusts: the operator, and the accounts that the operator signs. The accounts below are known from the
# start; \`mcp node add\` pushes those of nodes, which are kept in the directory. Nothing here is secret.`;

const text = (value: string) => JSON.stringify(value);

function renderTls({ cert, key }: ServerCertificate, more: readonly string[] = []): string {
  const lines = [`cert_file: ${text(cert)}`, `key_file: ${text(key)}`, ...more];
  return `tls {\n${lines.map((line) => `  ${line}`).join("\n")}\n}`;
}

function renderJetStream({ dataDir, domain, cluster }: ServerConfig): string {
  const sync =
    cluster === undefined
      ? "  # Every acknowledged write is on the disk; the default can lose the last seconds in a power failure.\n  sync_interval: always"
      : "  # Three copies on three machines replace `sync_interval: always`: an acknowledged write is on two of them.";
  const named = domain === undefined ? "" : `  domain: ${text(domain)}\n`;
  return `jetstream {\n  store_dir: ${text(`${dataDir}/jetstream`)}\n${named}${sync}\n}`;
}

function renderCluster({ listen, routes, ca }: ClusterConfig, tls: ServerCertificate | undefined): string {
  const verified =
    ca === undefined || tls === undefined ? undefined : renderTls(tls, [`ca_file: ${text(ca)}`, "verify: true"]);
  const lines = [
    `name: "mcp"`,
    `listen: ${text(listen)}`,
    "routes: [",
    ...routes.map((route) => `  ${text(`nats-route://${route}`)}`),
    "]",
    ...(verified?.split("\n") ?? []),
  ];
  const head = "# The servers authenticate each other with certificates that one authority signed.";
  return `${verified === undefined ? "" : `${head}\n`}cluster {\n${lines.map((line) => `  ${line}`).join("\n")}\n}`;
}

function renderListener(block: string, listen: string, tls: ServerCertificate | undefined): string {
  const lines = [`listen: ${text(listen)}`, ...(tls === undefined ? [] : renderTls(tls).split("\n"))];
  return `${block} {\n${lines.map((line) => `  ${line}`).join("\n")}\n}`;
}

/** @param jwtDir where the server keeps the accounts that are pushed; without one it knows those of the file only */
export function renderServerTrust({ operatorJwt, systemAccount, accounts }: ServerTrust, jwtDir?: string): string {
  const preload = Object.entries(accounts).map(([publicKey, jwt]) => `  ${publicKey}: ${jwt}`);
  const resolver =
    jwtDir === undefined ? "resolver: MEMORY" : `resolver {\n  type: full\n  dir: ${JSON.stringify(jwtDir)}\n}`;
  return `operator: ${operatorJwt}
system_account: ${systemAccount}
${resolver}
resolver_preload {
${preload.join("\n")}
}
`;
}
