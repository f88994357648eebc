/**
 * Checks the bus with a node's own credentials, for `mcp-agent doctor`: connects, reads the node's index as its agent does,
 * requests the server's time, and closes.
 */

import { nodeInbox } from "../../schemas/wire/rights.ts";
import type { NodeName } from "../../values/names.ts";
import { Connection } from "../connection/connection.ts";
import { serverTime } from "../connection/server-clock.ts";
import type { BusSettings } from "../connection/settings.ts";
import { natsNodeBus } from "../nats-node-bus.ts";

export interface NodeBusCheck {
  readonly url: string;
  readonly version: string;
  readonly rttMs: number;
  /** Why the index could not be read. A missing index is not an error. */
  readonly trouble?: unknown;
  /** The server's clock at about the middle of `askedMs` and `answeredMs`, Unix milliseconds; absent if it is not available. */
  readonly serverTimeMs?: number;
  readonly askedMs: number;
  readonly answeredMs: number;
}

/** @throws McpError E_CONFIG, E_REFUSED, E_BUS_VERSION, E_BUS_UNREACHABLE within about 3 s */
export async function checkNodeBus(
  settings: Omit<BusSettings, "name" | "inboxPrefix">,
  node: NodeName,
): Promise<NodeBusCheck> {
  const identity = { name: `mcp-agent doctor ${node}`, inboxPrefix: nodeInbox(node) };
  const connection = await Connection.connected({ ...settings, ...identity }, () => undefined);
  try {
    const { url, version, rttMs } = await serverOf(connection);
    const trouble = await natsNodeBus(connection, node)
      .readIndex()
      .then(() => undefined)
      .catch((error: unknown) => error);
    const askedMs = Date.now();
    const serverTimeMs = await serverTime(connection);
    return {
      url,
      version,
      rttMs,
      askedMs,
      answeredMs: Date.now(),
      ...(trouble === undefined ? {} : { trouble }),
      ...(serverTimeMs === undefined ? {} : { serverTimeMs }),
    };
  } finally {
    await connection.close();
  }
}

function serverOf(connection: Connection): Promise<{ url: string; version: string; rttMs: number }> {
  return connection.call("measure the round trip to the bus", async ({ nc }) => {
    const rttMs = await nc.rtt();
    return { url: nc.getServer(), version: nc.info?.version ?? "unknown", rttMs };
  });
}
