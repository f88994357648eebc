/**
 * The bus over WebSockets, for networks that let nothing but HTTPS through. Node 20 has no WebSocket, and none whose
 * authorities can be chosen, so undici's is used. Loaded only when an address asks for it.
 */
import { type ConnectionOptions, type NatsConnection, type WsSocketFactory, wsconnect } from "@nats-io/nats-core";
import { Agent, buildConnector, WebSocket } from "undici";
import { trustedRoots } from "../../tls/trusted-roots.ts";

type ClientsSocket = Awaited<ReturnType<WsSocketFactory>>["socket"];

/**
 * As the client's `connect`. The authorities are read at every dial, so a renewed file needs no restart.
 * @throws McpError E_CONFIG for an unusable `ca` file; why the last dial failed, which the client does not tell
 */
export async function connectWebSocket(options: ConnectionOptions, ca: string | undefined): Promise<NatsConnection> {
  trustedRoots(ca);
  const failure: { cause?: unknown } = {};
  const wsFactory: WsSocketFactory = async (url, { timeout }) => {
    const dispatcher = dispatcherFor({ url, ca, timeoutMs: timeout ?? 0 }, (error) => {
      failure.cause = error;
    });
    const socket: unknown = new WebSocket(url, { dispatcher });
    // One class in two declarations: undici's own, and the copy in @types/node that the client means.
    return { socket: socket as ClientsSocket, encrypted: url.startsWith("wss:") };
  };
  try {
    return await wsconnect({ ...options, wsFactory });
  } catch (error) {
    throw failure.cause ?? error;
  }
}

interface Dial {
  readonly url: string;
  readonly ca: string | undefined;
  readonly timeoutMs: number;
}

/** Fails after the timeout, whatever the state of the attempt. */
function dispatcherFor({ url, ca, timeoutMs }: Dial, onFailure: (error: Error) => void): Agent {
  const roots = url.startsWith("wss:") ? trustedRoots(ca) : undefined;
  const connector = buildConnector({ timeout: timeoutMs, ...(roots === undefined ? {} : { ca: roots }) });
  const connect: typeof connector = (options, callback) =>
    connector(options, (...[error, socket]) => {
      if (error === null) return callback(null, socket);
      onFailure(error);
      callback(error, null);
    });
  return new Agent({ connect, headersTimeout: timeoutMs });
}
