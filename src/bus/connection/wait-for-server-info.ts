/**
 * Waits for the INFO line that every nats-server sends first. Programs that retry need it: if a server never answers, the
 * client leaves the socket of the attempt open, and these would accumulate. Over WebSocket the server does not send first,
 * and web-socket.ts closes its own sockets.
 */
import { connect } from "node:net";
import { errors } from "@nats-io/nats-core";
import { isWebSocket } from "../../schemas/wire/bus-address.ts";
import { McpError } from "../../values/error.ts";
import { CONNECT_TIMEOUT_MS, noAnswer } from "./connect.ts";
import type { BusSettings } from "./settings.ts";

const DEFAULT_PORT = 4222;

/** Resolves when one of the servers has sent INFO. @throws McpError E_BUS_UNREACHABLE with the last server's cause */
export async function waitForServerInfo({ servers }: BusSettings, signal: AbortSignal): Promise<void> {
  if (servers.some(isWebSocket)) return;
  let cause: unknown;
  for (const server of servers) {
    try {
      return await serverInfoOf(new URL(server), signal);
    } catch (error) {
      cause = error;
    }
  }
  const what = `cannot reach the bus at ${servers.join(", ")}`;
  throw cause instanceof errors.TimeoutError ? noAnswer(what) : new McpError("E_BUS_UNREACHABLE", what, { cause });
}

function serverInfoOf({ hostname, port }: URL, signal: AbortSignal): Promise<void> {
  const host = hostname.replace(/^\[(.*)\]$/, "$1");
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port: Number(port || DEFAULT_PORT), signal });
    socket.setTimeout(CONNECT_TIMEOUT_MS, () => socket.destroy(new errors.TimeoutError()));
    socket.once("data", () => {
      resolve();
      socket.destroy();
    });
    socket.once("error", reject);
    socket.once("close", () => reject(new errors.ConnectionError("the server closed the connection at once")));
  });
}
