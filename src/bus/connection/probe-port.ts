/**
 * After a failed connection, finds out what the port speaks: NATS or WebSocket, in plain text or over TLS. It also reads the
 * dates of the certificate and the server's clock. Rule: it sends nothing but an empty HTTP request, and every step has a
 * short timeout. Certificates are read, not trusted.
 */
import { once } from "node:events";
import { connect, isIP, type Socket } from "node:net";
import { connect as connectTls, type TLSSocket } from "node:tls";

export type Protocol =
  | "nats"
  /** NATS that upgrades to TLS after its INFO line, as nats-server does by default. */
  | "nats-tls"
  /** NATS with `handshake_first`. */
  | "nats-tls-first"
  | "ws"
  | "wss";

export interface PortFacts {
  readonly protocol: Protocol;
  /** Validity of the server's certificate, Unix milliseconds. */
  readonly certificate?: { readonly fromMs: number; readonly toMs: number };
  /** The server's clock, Unix milliseconds; absent if it does not send it. */
  readonly serverTimeMs?: number;
}

export interface Port {
  readonly host: string;
  readonly port: number;
}

const STEP_TIMEOUT_MS = 700;
const MAX_BYTES = 64 * 1024;

/** Undefined if the port is closed or speaks none of these protocols. Takes at most about 3 s. */
export async function probePort(port: Port): Promise<PortFacts | undefined> {
  try {
    return (await probeNats(port)) ?? (await probeTls(port)) ?? (await probeWebSocket(port));
  } catch {
    return undefined; // the caller reports the error of the connection
  }
}

async function probeNats(port: Port): Promise<PortFacts | undefined> {
  const socket = await opened(connect(port), "connect");
  try {
    const line = await firstLine(socket);
    if (!line.startsWith("INFO ")) return undefined;
    const info = infoOf(line);
    if (!info.tls_required && !info.tls_available) return { protocol: "nats" };
    return { protocol: "nats-tls", ...(await upgraded(socket, port)) };
  } finally {
    socket.destroy();
  }
}

async function upgraded(socket: Socket, { host }: Port): Promise<Pick<PortFacts, "certificate">> {
  try {
    return certificateOf(await opened(connectTls({ socket, ...untrusted(host) }), "secureConnect"));
  } catch {
    return {}; // enough: it offers TLS
  }
}

async function probeTls(port: Port): Promise<PortFacts | undefined> {
  const socket = connectTls({ ...port, ...untrusted(port.host) });
  try {
    await opened(socket, "secureConnect");
  } catch {
    socket.destroy();
    return undefined;
  }
  try {
    const certificate = certificateOf(socket);
    if ((await firstLine(socket)).startsWith("INFO ")) return { protocol: "nats-tls-first", ...certificate };
    const answer = await httpAnswer(socket, port);
    return answer === undefined ? undefined : { protocol: "wss", ...certificate, ...answer };
  } finally {
    socket.destroy();
  }
}

async function probeWebSocket(port: Port): Promise<PortFacts | undefined> {
  const socket = await opened(connect(port), "connect");
  try {
    const answer = await httpAnswer(socket, port);
    return answer === undefined ? undefined : { protocol: "ws", ...answer };
  } finally {
    socket.destroy();
  }
}

/** Accepts any certificate, to read it: a verified connection to this server has just failed. */
const untrusted = (host: string) => ({ rejectUnauthorized: false, ...(isIP(host) === 0 ? { servername: host } : {}) });

async function opened<T extends Socket>(socket: T, event: string): Promise<T> {
  socket.on("error", () => undefined); // reported by `once`, or after the probe has ended
  try {
    await once(socket, event, { signal: AbortSignal.timeout(STEP_TIMEOUT_MS) });
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

/** What the server sends up to the first line break; empty if nothing arrives in time. */
function firstLine(socket: Socket): Promise<string> {
  return received(socket, (text) => text.includes("\n"));
}

async function httpAnswer(socket: Socket, { host }: Port): Promise<Pick<PortFacts, "serverTimeMs"> | undefined> {
  socket.write(`GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
  const text = await received(socket, (answer) => answer.includes("\r\n\r\n"));
  if (!text.startsWith("HTTP/")) return undefined;
  const serverTimeMs = Date.parse(/^date: (.*)$/im.exec(text)?.[1] ?? "");
  return Number.isNaN(serverTimeMs) ? {} : { serverTimeMs };
}

/** The received text when `isComplete` is true, or at the timeout, the end or MAX_BYTES. */
function received(socket: Socket, isComplete: (text: string) => boolean): Promise<string> {
  return new Promise((resolve) => {
    const state = { text: "" };
    const done = () => {
      clearTimeout(timer);
      socket.removeListener("data", take);
      resolve(state.text);
    };
    const take = (bytes: Buffer) => {
      state.text += bytes.toString("latin1");
      if (isComplete(state.text) || state.text.length > MAX_BYTES) done();
    };
    const timer = setTimeout(done, STEP_TIMEOUT_MS);
    socket.on("data", take);
    socket.once("close", done);
  });
}

interface ServerInfo {
  readonly tls_required?: boolean;
  readonly tls_available?: boolean;
}

function infoOf(line: string): ServerInfo {
  try {
    const info: unknown = JSON.parse(line.slice("INFO ".length));
    return typeof info === "object" && info !== null ? info : {};
  } catch {
    return {};
  }
}

function certificateOf(socket: TLSSocket): Pick<PortFacts, "certificate"> {
  const { valid_from: from, valid_to: to } = socket.getPeerCertificate();
  const certificate = { fromMs: Date.parse(from), toMs: Date.parse(to) };
  return Number.isNaN(certificate.fromMs) || Number.isNaN(certificate.toMs) ? {} : { certificate };
}
