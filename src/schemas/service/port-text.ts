/**
 * Published ports as people write them: `[addr:]host:container[/tcp|udp]`, IPv6 addresses in brackets; and when two of
 * them conflict on one node.
 */
import { isIPv4, isIPv6 } from "node:net";
import type { Parsed } from "../../values/parsed.ts";
import type { PortSpec } from "./spec.ts";

const PORT_TEXT = /^(?:(?<address>\[[^\]]*\]|[^:[\]]*):)?(?<host>[^:]+):(?<container>[^:/]+)(?:\/(?<protocol>.*))?$/;
const MAX_PORT = 65_535;
const EXAMPLE = '"127.0.0.1:8443:8443"';

export function parsePort(text: string): Parsed<PortSpec> {
  const { address, host, container, protocol = "tcp" } = PORT_TEXT.exec(text)?.groups ?? {};
  if (host === undefined || container === undefined) return { wrong: notAPort(text), ...likelyFix(text) };
  if (protocol !== "tcp" && protocol !== "udp") return { wrong: `protocol "${protocol}" is neither tcp nor udp` };
  if (text.includes("-")) return { wrong: "takes one port, not a range: list each of them" };
  const hostPort = portNumber(host);
  const containerPort = portNumber(container);
  if (hostPort === undefined) return { wrong: `host port ${host} is not a number from 1 to ${MAX_PORT}` };
  if (containerPort === undefined)
    return { wrong: `container port ${container} is not a number from 1 to ${MAX_PORT}` };
  if (address === undefined) return { value: { hostPort, containerPort, protocol } };
  const hostAddress = canonicalAddress(address);
  if (hostAddress === undefined) return { wrong: `"${address}" is not an IP address of the node`, ...likelyFix(text) };
  return { value: { hostAddress, hostPort, containerPort, protocol } };
}

function notAPort(text: string): string {
  return `"${text}" does not have the form [addr:]host:container[/tcp|udp]`;
}

/** The fix for the common mistakes (one port alone, `localhost`, IPv6 without brackets); an example for others. */
function likelyFix(text: string): { instead: string } | { example: string } {
  if (portNumber(text) !== undefined) return { instead: `"${text}:${text}"` };
  if (text.startsWith("localhost:")) return { instead: `"${text.replace("localhost", "127.0.0.1")}"` };
  const [, address = "", ports = ""] = /^(.*):(\d+:\d+(?:\/\w+)?)$/.exec(text) ?? [];
  return isIPv6(address) ? { instead: `"[${address}]:${ports}"` } : { example: EXAMPLE };
}

export function portNumber(text: string): number | undefined {
  const port = /^[1-9]\d{0,4}$/.test(text) ? Number(text) : 0;
  return port >= 1 && port <= MAX_PORT ? port : undefined;
}

/** IPv4 as it is; IPv6 (given in brackets) without them, in its one shortest form (RFC 5952). */
export function canonicalAddress(text: string): string | undefined {
  if (isIPv4(text)) return text;
  const inner = /^\[(.*)\]$/.exec(text)?.[1];
  if (inner === undefined || !isIPv6(inner) || inner.includes("%")) return undefined;
  return new URL(`http://[${inner}]`).hostname.slice(1, -1);
}

/** `127.0.0.1`, `[::1]`: as it is written before a port. */
export function bracketed(address: string): string {
  return address.includes(":") ? `[${address}]` : address;
}

export function formatPort(port: PortSpec): string {
  const address = port.hostAddress === undefined ? "" : `${bracketed(port.hostAddress)}:`;
  return `${address}${port.hostPort}:${port.containerPort}${port.protocol === "udp" ? "/udp" : ""}`;
}

/** True when a socket bound to `bound` (absent: every address) answers at `address`. */
export function answersAt(bound: string | undefined, address: string): boolean {
  if (bound === undefined || bound === "::" || bound === address) return true;
  return bound === "0.0.0.0" && isIPv4(address);
}

/** Two ports of one node that cannot be published together. `::` includes IPv4, as in Linux by default. */
export function portsClash(a: PortSpec, b: PortSpec): boolean {
  if (a.hostPort !== b.hostPort || a.protocol !== b.protocol) return false;
  if (a.hostAddress === undefined || b.hostAddress === undefined) return true;
  return answersAt(a.hostAddress, b.hostAddress) || answersAt(b.hostAddress, a.hostAddress);
}
