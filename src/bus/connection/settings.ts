/**
 * How to reach the bus, from the settings files of agent and CLI. It is checked before anything connects.
 * Rule: nothing secret crosses a network in plain text unless the settings say `insecure`; no message shows a password.
 */
import { hostOf, isLoopback, isWebSocket, parseBusAddress, schemeOf } from "../../schemas/wire/bus-address.ts";
import { McpError } from "../../values/error.ts";
import { isWrong } from "../../values/parsed.ts";

/** Path of a credentials file, which is read at every connect; or the text of credentials that are not in a file. */
export type CredsSource = string | { readonly text: string };

export interface BusSettings {
  /**
   * `tls://host:port` or `wss://host:port`; on this machine also `nats://` and `ws://`. Several for a cluster: all over TCP,
   * or all over WebSockets with the same scheme.
   */
  readonly servers: readonly string[];
  readonly creds?: CredsSource;
  /** Path of a PEM file of certificate authorities to trust instead of the system's. Requires TLS. */
  readonly ca?: string;
  /** JetStream domain; needed if the connection goes through a leaf node. */
  readonly domain?: string;
  /** Shown in the server's connection list. */
  readonly name: string;
  /** Answers to this program arrive below this subject; nobody else may subscribe there. */
  readonly inboxPrefix: string;
  /** Allows plain text to other machines, for trials. */
  readonly insecure?: boolean;
}

type Addresses = Pick<BusSettings, "servers" | "ca">;

/** True if the connection must be encrypted. A server without TLS is then refused before anything is sent to it. */
export function wantsTls({ servers, ca }: Addresses): boolean {
  return ca !== undefined || servers.some((server) => ["tls:", "wss:"].includes(schemeOf(server)));
}

/** The other machines that would be reached in plain text, as `host:port`. */
export function plainTextHosts(settings: Addresses): string[] {
  return wantsTls(settings) ? [] : settings.servers.filter((server) => !isLoopback(server)).map(hostOf);
}

/** A warning for settings with `insecure`; undefined if no plain text crosses a network. */
export function plainTextWarning(settings: Addresses): string | undefined {
  const hosts = plainTextHosts(settings).join(", ");
  if (hosts === "") return undefined;
  return `INSECURE: ${hosts} is reached in plain text: anybody on the network path can read and change environments and files`;
}

/** @throws McpError E_CONFIG for an invalid address, E_REFUSED for plain text to another machine. */
export function checkSettings(settings: Addresses & Pick<BusSettings, "insecure">): void {
  if (settings.servers.length === 0) throw new McpError("E_CONFIG", "no bus server is configured");
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

/** The client uses either TCP or WebSockets for all servers; with WebSockets only the address decides about TLS. */
function checkTransport({ servers, ca }: Addresses): void {
  const kinds = new Set(servers.map((server) => (isWebSocket(server) ? schemeOf(server) : "tcp")));
  if (kinds.size > 1) {
    throw new McpError("E_CONFIG", "the bus servers use different kinds of addresses, which cannot be mixed", {
      hint: "write all of them with tls://, or all with wss://",
    });
  }
  if (ca !== undefined && kinds.has("ws:")) {
    throw new McpError("E_CONFIG", "`ca` requires TLS, and a ws:// address has none", {
      hint: "write wss:// in `servers` under [bus]",
    });
  }
}
