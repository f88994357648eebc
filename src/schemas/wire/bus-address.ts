/**
 * Addresses of bus servers as people write them: `tls://host:port` and `nats://host:port` (plain text) over TCP, `wss://`
 * and `ws://` (plain text) over WebSocket. No message repeats one, because people put passwords there.
 */
import type { Parsed } from "../../values/parsed.ts";

export type BusScheme = "nats:" | "tls:" | "ws:" | "wss:";

const SCHEMES: readonly string[] = ["nats:", "tls:", "ws:", "wss:"] satisfies BusScheme[];
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/i;
const EXAMPLE = '"tls://bus.example.net:4222"';

/** `[scheme://]host[:port]`, with a path for WebSockets; without a scheme `nats://`. */
export function parseBusAddress(text: string): Parsed<string> {
  const address = text.includes("://") ? text : `nats://${text}`;
  const url = URL.canParse(address) && !/[\s,]/.test(text) ? new URL(address) : undefined;
  if (url === undefined || !SCHEMES.includes(url.protocol) || url.hostname === "") {
    return { wrong: "is not an address of a NATS server", example: EXAMPLE };
  }
  if (url.username !== "" || url.password !== "") {
    return { wrong: "holds a user or a password: name a credentials file with `creds`", example: EXAMPLE };
  }
  if (url.search !== "" || url.hash !== "") return { wrong: "holds more than host, port and path", example: EXAMPLE };
  return { value: address };
}

/** The name of a JetStream domain: one token of a subject. */
export function parseDomain(text: string): Parsed<string> {
  return /^[\w-]+$/.test(text)
    ? { value: text }
    : { wrong: "is not a JetStream domain (letters, digits, - and _)", example: 'domain = "hub"' };
}

/** The scheme of a valid address. */
export function schemeOf(address: string): BusScheme {
  return new URL(address).protocol as BusScheme;
}

/** `bus.example.net:4222`, from a valid address. */
export function hostOf(address: string): string {
  return new URL(address).host;
}

/** `bus.example.net`, or the IP address without brackets. */
export function hostnameOf(address: string): string {
  return new URL(address).hostname.replace(/^\[(.*)\]$/, "$1");
}

/** True if the address is this machine's own, so that messages cross no network. */
export function isLoopback(address: string): boolean {
  return LOOPBACK.test(new URL(address).hostname);
}

export function isWebSocket(address: string): boolean {
  return schemeOf(address) === "ws:" || schemeOf(address) === "wss:";
}
