/** Names and addresses of servers as people type them: checked, as part of a URL, and as a certificate names them. */

import { isIP, isIPv4 } from "node:net";
import { isLoopback } from "../../schemas/wire/bus-address.ts";
import type { Subject } from "../../trust/certificate.ts";
import { McpError } from "../../values/error.ts";
import { quoted } from "../../values/quoted.ts";

const DNS_NAME = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/i;

/** @throws McpError E_USAGE for an invalid name or address */
export function requireHost(text: string): string {
  if (isIP(text) !== 0 || DNS_NAME.test(text)) return text;
  throw new McpError("E_USAGE", `${quoted(text)} is not a valid host name or address`, {
    hint: "give the name that clients connect to, without scheme and port: bus.example.net",
  });
}

/** @throws McpError E_USAGE */
export function requirePort(option: string, text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new McpError("E_USAGE", `${option} ${text} is not a valid port (1-65535)`);
}

/** `host:port`, with brackets around an IPv6 address. */
export const hostAndPort = (host: string, port: number) => `${isIP(host) === 6 ? `[${host}]` : host}:${port}`;

/** URL for clients and leaf servers. */
export const tlsUrl = (host: string, port: number) => `tls://${hostAndPort(host, port)}`;

/** The listen address of a server with these host names: loopback if all of them are loopback, else every address. */
export function listenHost(hosts: readonly string[]): string {
  if (!hosts.every((host) => isLoopback(`nats://${hostAndPort(host, 1)}`))) return "0.0.0.0";
  return hosts.every((host) => isIP(host) === 6) ? "::1" : "127.0.0.1";
}

export function subjectOf(hosts: readonly string[]): Subject {
  return {
    names: hosts.filter((host) => isIP(host) === 0),
    addresses: hosts.filter((host) => isIP(host) !== 0).map(plainAddress),
  };
}

/** The normal form of an address; `URL` gives the one of IPv6. */
function plainAddress(address: string): string {
  if (isIPv4(address)) return address;
  return new URL(`http://[${address.replace(/%.*/, "")}]`).hostname.slice(1, -1);
}
