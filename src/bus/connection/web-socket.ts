/**
 * Connects over WebSockets, for networks that allow only HTTPS. Node 20 has no WebSocket, and that of newer versions accepts
 * no certificate authority, so undici's is used. Loaded only if an address needs it.
 */
import { type ConnectionOptions, type NatsConnection, type WsSocketFactory, wsconnect } from "@nats-io/nats-core";
import { Agent, buildConnector, WebSocket } from "undici";
import { trustedRoots } from "../../tls/trusted-roots.ts";

type ClientsSocket = Awaited<ReturnType<WsSocketFactory>>["socket"];

/**
 * Like the client's `connect`. The `ca` file is read at every attempt, so a renewed file needs no restart.
 * @throws McpError E_CONFIG if the `ca` file is not usable; the cause of the last attempt, which the client does not report
 */
export async function connectWebSocket(options: ConnectionOptions, ca: string | undefined): Promise<NatsConnection> {
  trustedRoots(ca);
  const failure: { cause?: unknown } = {};
  const wsFactory: WsSocketFactory = async (url, { timeout }) => {
    const dispatcher = dispatcherFor({ url, ca, timeoutMs: timeout ?? 0 }, (error) => {
      failure.cause = error;
    });
    const socket: unknown = new WebSocket(url, { dispatcher });
    // The same class has two declarations: undici's own, and the copy in @types/node that the client uses.
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

/** Ends the attempt after the timeout in every state. */
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
