/** The target of an http or tcp health check: an address of the node and a port. */

import { answersAt, canonicalAddress, portNumber } from "../../schemas/service/port-text.ts";
import type { PortSpec } from "../../schemas/service/spec.ts";
import type { Parsed } from "../../values/parsed.ts";

export interface HealthTarget {
  /** An IP address, or `localhost`. */
  readonly address: string;
  readonly port: number;
}

const LOCALHOST = "localhost";
const LOOPBACKS = ["127.0.0.1", "::1"];

export function parseHttpTarget(text: string): Parsed<HealthTarget> {
  const url = URL.canParse(text) && !/\s/.test(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== "http:" && url.protocol !== "https:")) {
    return { wrong: "is not an http or https URL", example: '"http://127.0.0.1:8443/healthz"' };
  }
  if (url.username !== "" || url.password !== "") return { wrong: "contains a password; a definition must not" };
  const address = addressOf(url.hostname);
  const port = url.port === "" ? (url.protocol === "http:" ? 80 : 443) : Number(url.port);
  return address === undefined ? notTheNode(url.hostname) : { value: { address, port } };
}

export function parseTcpTarget(text: string): Parsed<HealthTarget> {
  const [, host = "", portText = ""] = /^(.*):(\d+)$/.exec(text) ?? [];
  const port = portNumber(portText);
  if (port === undefined)
    return { wrong: `"${text}" does not have the form address:port`, example: '"127.0.0.1:8443"' };
  const address = addressOf(host);
  return address === undefined ? notTheNode(host) : { value: { address, port } };
}

function addressOf(host: string): string | undefined {
  return host === LOCALHOST ? host : canonicalAddress(host);
}

function notTheNode(host: string) {
  return { wrong: `"${host}" is not an IP address: the agent checks from the node itself, for example at 127.0.0.1` };
}

export function publishedAt({ address, port }: HealthTarget, ports: readonly PortSpec[]): boolean {
  const addresses = address === LOCALHOST ? LOOPBACKS : [address];
  return ports.some(
    ({ hostPort, hostAddress, protocol }) =>
      protocol === "tcp" && hostPort === port && addresses.some((one) => answersAt(hostAddress, one)),
  );
}
