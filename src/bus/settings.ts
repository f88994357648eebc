/**
 * How to reach the bus, as the settings files of the agent and the CLI give it, checked before anything is dialled.
 * Rule: nothing secret crosses a network in the clear unless the settings say `insecure`; no message shows a password.
 */
import { McpError } from "../schemas/error.ts";

export interface BusSettings {
  /** `tls://host:port`, or `nats://host:port` on this machine; several for a cluster. */
  readonly servers: readonly string[];
  /** Path of a credentials file; read again at every connect. */
  readonly creds?: string;
  /** Path of a PEM file of certificate authorities to trust instead of the system's; asks for TLS by itself. */
  readonly ca?: string;
  /** JetStream domain, needed where the connection goes through a leaf node. */
  readonly domain?: string;
  /** Shown in the server's connection list. */
  readonly name: string;
  /** Answers to this program come below this subject; nobody else may listen there. */
  readonly inboxPrefix: string;
  /** Allows plain text to another machine: for trials. */
  readonly insecure?: boolean;
}

const SCHEMES = ["nats:", "tls:"];
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** True when the connection must be encrypted; a server that offers no TLS is then refused before it learns anything. */
export function wantsTls(settings: BusSettings): boolean {
  return settings.ca !== undefined || settings.servers.some((server) => server.startsWith("tls:"));
}

/** @throws McpError E_CONFIG for an address that is none, E_REFUSED for plain text to another machine. */
export function checkSettings(settings: BusSettings): void {
  if (settings.servers.length === 0) throw new McpError("E_CONFIG", "no bus server is named");
  for (const server of settings.servers) checkServer(server, settings);
}

function checkServer(server: string, settings: BusSettings): void {
  const url = URL.canParse(server) ? new URL(server) : undefined;
  if (url === undefined || url.hostname === "" || !SCHEMES.includes(url.protocol)) {
    const shown = url?.username ? `${url.protocol}//…` : server;
    throw new McpError("E_CONFIG", `bus server "${shown}" is not of the form tls://host:port or nats://host:port`);
  }
  if (url.username !== "" || url.password !== "") {
    throw new McpError("E_CONFIG", `bus server ${url.host}: an address carries no user or password`, {
      hint: "name a credentials file with `creds` instead",
    });
  }
  if (wantsTls(settings) || settings.insecure === true || LOOPBACK.test(url.hostname)) return;
  throw new McpError("E_REFUSED", `bus server ${url.host} would be spoken to in plain text`, {
    hint: `write tls://${url.host} (or \`insecure = true\` for a trial on a network you trust)`,
  });
}
