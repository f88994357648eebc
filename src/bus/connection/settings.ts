/**
 * How to reach the bus, as the settings files of the agent and the CLI give it, checked before anything is dialed.
 * Rule: nothing secret crosses a network in the clear unless the settings say `insecure`; no message shows a password.
 */
import { hostOf, isLoopback, isWebSocket, parseBusAddress, schemeOf } from "../../schemas/wire/bus-address.ts";
import { McpError } from "../../values/error.ts";
import { isWrong } from "../../values/parsed.ts";

/** Path of a credentials file, read again at every connect; or the text of one that is on no disk. */
export type CredsSource = string | { readonly text: string };

export interface BusSettings {
  /**
   * `tls://host:port` or `wss://host:port`, `nats://` and `ws://` on this machine; several for a cluster, all over TCP or
   * all over WebSockets of one kind.
   */
  readonly servers: readonly string[];
  readonly creds?: CredsSource;
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

type Addresses = Pick<BusSettings, "servers" | "ca">;

/** True when the connection must be encrypted; a server that offers no TLS is then refused before it learns anything. */
export function wantsTls({ servers, ca }: Addresses): boolean {
  return ca !== undefined || servers.some((server) => ["tls:", "wss:"].includes(schemeOf(server)));
}

/** The addresses of other machines that would be reached in plain text: `host:port`. */
export function plainTextHosts(settings: Addresses): string[] {
  return wantsTls(settings) ? [] : settings.servers.filter((server) => !isLoopback(server)).map(hostOf);
}

/** For people, where `insecure` lets it happen; undefined where nothing goes over a network in plain text. */
export function plainTextWarning(settings: Addresses): string | undefined {
  const hosts = plainTextHosts(settings).join(", ");
  if (hosts === "") return undefined;
  return `INSECURE: ${hosts} is reached in plain text: anybody on the network path can read and change environments and files`;
}

/** @throws McpError E_CONFIG for an invalid address, E_REFUSED for plain text to another machine. */
export function checkSettings(settings: Addresses & Pick<BusSettings, "insecure">): void {
  if (settings.servers.length === 0) throw new McpError("E_CONFIG", "no bus server is named");
  for (const [index, server] of settings.servers.entries()) checkAddress(server, index + 1);
  checkTransport(settings);
  const [host] = plainTextHosts(settings);
  if (host === undefined || settings.insecure === true) return;
  const scheme = settings.servers.every(isWebSocket) ? "wss" : "tls";
  throw new McpError("E_REFUSED", `bus server ${host} would be reached in plain text`, {
    hint: `write ${scheme}://${host}, or allow it for a trial on a network you trust: \`--insecure\` (\`[bus] insecure = true\`)`,
  });
}

function checkAddress(server: string, position: number): void {
  const parsed = parseBusAddress(server);
  if (isWrong(parsed)) {
    throw new McpError("E_CONFIG", `bus server ${position} ${parsed.wrong}`, {
      hint: `write ${parsed.instead ?? "tls://host:port"}`,
    });
  }
  if (!server.includes("://"))
    throw new McpError("E_CONFIG", `bus server ${position} is not of the form tls://host:port`);
}

/** One client program speaks either TCP or WebSockets, and over those it is the address alone that asks for TLS. */
function checkTransport({ servers, ca }: Addresses): void {
  const kinds = new Set(servers.map((server) => (isWebSocket(server) ? schemeOf(server) : "tcp")));
  if (kinds.size > 1) {
    throw new McpError("E_CONFIG", "the bus servers are addressed in different ways, which cannot be mixed", {
      hint: "use tls:// for all of them, or wss:// for all of them",
    });
  }
  if (ca !== undefined && kinds.has("ws:")) {
    throw new McpError("E_CONFIG", "`ca` asks for TLS, and a ws:// address has none", { hint: "write wss:// there" });
  }
}
