/**
 * Waits until a server says hello, as every nats-server does unasked. For programs that dial again and again: the
 * client leaves the socket of an attempt that a silent server never answered open, and these would add up. Over
 * WebSockets a server says nothing unasked, and web-socket.ts closes its sockets itself.
 */
import { connect } from "node:net";
import { errors } from "@nats-io/nats-core";
import { isWebSocket } from "../../schemas/wire/bus-address.ts";
import { McpError } from "../../values/error.ts";
import { CONNECT_TIMEOUT_MS } from "./connect.ts";
import type { BusSettings } from "./settings.ts";

const DEFAULT_PORT = 4222;

/** Resolves when one of the servers has greeted. @throws McpError E_BUS_UNREACHABLE with the last server's cause */
export async function awaitGreeting({ servers }: BusSettings, signal: AbortSignal): Promise<void> {
  if (servers.some(isWebSocket)) return;
  let cause: unknown;
  for (const server of servers) {
    try {
      return await greetingOf(new URL(server), signal);
    } catch (error) {
      cause = error;
    }
  }
  throw new McpError("E_BUS_UNREACHABLE", `cannot reach the bus at ${servers.join(", ")}`, { cause });
}

function greetingOf({ hostname, port }: URL, signal: AbortSignal): Promise<void> {
  const host = hostname.replace(/^\[(.*)\]$/, "$1");
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port: Number(port || DEFAULT_PORT), signal });
    socket.setTimeout(CONNECT_TIMEOUT_MS, () => socket.destroy(new errors.TimeoutError()));
    socket.once("data", () => {
      resolve();
      socket.destroy();
    });
    socket.once("error", reject);
    socket.once("close", () => reject(new errors.ConnectionError("closed without a greeting")));
  });
}
