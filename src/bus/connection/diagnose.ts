/**
 * Finds out why a first connection failed, and which line to change: the port speaks another protocol than the address
 * says, or this machine's clock makes a certificate invalid.
 */
import { errors } from "@nats-io/nats-core";
import { hostnameOf, hostOf, isLoopback, schemeOf } from "../../schemas/wire/bus-address.ts";
import { McpError } from "../../values/error.ts";
import { type PortFacts, type Protocol, probePort } from "./probe-port.ts";
import type { BusSettings } from "./settings.ts";
import { certificateProblem } from "./tls.ts";

type Addresses = Pick<BusSettings, "servers" | "ca">;

/** The error itself says what is wrong: name, port, or a server that is not running. */
const SYSTEM_ERROR = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EACCES)$/;
const DEFAULT_PORTS = { "nats:": 4222, "tls:": 4222, "ws:": 80, "wss:": 443 } as const;
/** The clocks of two machines with NTP differ by far less. */
const MAX_SKEW_MS = 60_000;

/**
 * Returns a better error, or `error` itself if nothing more can be found out. Probes the servers, which takes up to about
 * 3 s, unless the error is clear.
 */
export async function diagnosed(settings: Addresses, error: unknown, nowMs = Date.now()): Promise<unknown> {
  if (!(error instanceof McpError) || error.code !== "E_BUS_UNREACHABLE" || isClear(error)) return error;
  const findings = await Promise.all(
    settings.servers.map(async (server) => {
      const facts = await probePort({ host: hostnameOf(server), port: portOf(server) });
      return facts === undefined ? undefined : findingOf({ server, facts, error, ca: settings.ca, nowMs });
    }),
  );
  const finding = findings.find((one) => one !== undefined);
  if (finding === undefined) return error;
  // The original cause ("timeout", or a line of OpenSSL) says less than the finding, so it is dropped.
  const what = `cannot reach the bus at ${settings.servers.join(", ")}`;
  return new McpError(error.code, `${what}: ${finding.problem}`, { hint: finding.hint });
}

function isClear(error: McpError): boolean {
  for (let cause: unknown = error.cause; cause instanceof Error; cause = cause.cause) {
    if ("code" in cause && SYSTEM_ERROR.test(String(cause.code))) return true;
    if (cause instanceof AggregateError) return cause.errors.every((one) => SYSTEM_ERROR.test(String(one?.code)));
    if (cause instanceof errors.AuthorizationError) return true;
  }
  return false;
}

function portOf(server: string): number {
  return Number(new URL(server).port || DEFAULT_PORTS[schemeOf(server)]);
}

export interface Finding {
  readonly problem: string;
  /** What to type or to change. */
  readonly hint: string;
}

export interface FailedServer {
  readonly server: string;
  readonly facts: PortFacts;
  readonly error: unknown;
  /** The authority that the settings name. */
  readonly ca?: string | undefined;
  readonly nowMs: number;
}

/** Undefined if the facts do not explain the failure. */
export function findingOf(failed: FailedServer): Finding | undefined {
  return protocolFinding(failed) ?? clockFinding(failed);
}

const SPEAKS: Record<Protocol, string> = {
  nats: "NATS without TLS",
  "nats-tls": "NATS over TLS",
  "nats-tls-first": "NATS with the TLS handshake first, which mcp does not support",
  ws: "WebSocket without TLS",
  wss: "WebSocket over TLS",
};

const SCHEMES: Record<Exclude<Protocol, "nats-tls-first">, string> = {
  nats: "nats",
  "nats-tls": "tls",
  ws: "ws",
  wss: "wss",
};

function protocolFinding({ server, facts: { protocol }, error, ca }: FailedServer): Finding | undefined {
  const configured = schemeOf(server).slice(0, -1);
  const problem = `${hostOf(server)} speaks ${SPEAKS[protocol]}`;
  if (protocol === "nats-tls-first") return { problem, hint: "remove `handshake_first` from `tls {}` in nats.conf" };
  const scheme = SCHEMES[protocol];
  if (scheme === configured || (scheme === "tls" && configured === "nats" && ca !== undefined)) return undefined;
  const line = `servers = ["${scheme}://${hostOf(server)}"]`;
  if (isEncrypted(configured) && !isEncrypted(scheme)) {
    const block = scheme === "ws" ? "`websocket {}`" : "nats.conf";
    const plain = isLoopback(server) ? `, or on this machine write \`${line}\` under [bus]` : "";
    const hint = `it offers no TLS, so nothing was sent to it: add \`tls {}\` to ${block} on the server${plain}`;
    return { problem: `${problem}, and the settings say ${configured}://`, hint };
  }
  const authority =
    ca === undefined && certificateProblem(error) === "untrusted" ? ', and `ca = "<PEM file of its authority>"`' : "";
  return {
    problem: `${problem}, and the settings say ${configured}://`,
    hint: `write \`${line}\`${authority} under [bus]`,
  };
}

const isEncrypted = (scheme: string) => scheme === "tls" || scheme === "wss";

function clockFinding({ facts: { certificate, serverTimeMs }, error, nowMs }: FailedServer): Finding | undefined {
  const kind = certificateProblem(error);
  if (kind !== "expired" && kind !== "not-yet-valid") return undefined;
  const own = `this machine's clock says ${isoOf(nowMs)}`;
  if (serverTimeMs !== undefined && Math.abs(serverTimeMs - nowMs) > MAX_SKEW_MS) {
    const skew = spanText(Math.abs(serverTimeMs - nowMs));
    const problem = `${own}, which is ${skew} ${serverTimeMs > nowMs ? "behind" : "ahead of"} the server's`;
    return { problem, hint: "set the clock: `timedatectl set-ntp true`" };
  }
  if (certificate === undefined) return undefined;
  const valid = `the server's certificate is valid from ${isoOf(certificate.fromMs)} to ${isoOf(certificate.toMs)}`;
  const early = nowMs < certificate.fromMs;
  const renew = early ? "" : "; if the clock is right, the certificate has expired: renew it on the server";
  return { problem: `${valid}, and ${own}`, hint: `if the clock is wrong: \`timedatectl set-ntp true\`${renew}` };
}

/** Rounded, in the largest unit: `2 days`. */
function spanText(ms: number): string {
  const [size, unit] = UNITS.find(([least]) => ms >= 2 * least) ?? [1_000, "seconds"];
  return `${Math.round(ms / size)} ${unit}`;
}

const UNITS = [
  [86_400_000, "days"],
  [3_600_000, "hours"],
  [60_000, "minutes"],
] as const;

const isoOf = (ms: number) => new Date(ms).toISOString().replace(/\.\d{3}Z$/, "Z");
