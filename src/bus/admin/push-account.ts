/** One account pushed to a running server, over a connection of its own. */

import type { BusSettings } from "../connection/settings.ts";
import { connectAccountServer } from "./account-server.ts";

/** @param settings with the credentials of enrolment @throws McpError E_REFUSED, E_BUS_UNREACHABLE, E_BUS */
export async function pushAccount(settings: BusSettings, jwt: string): Promise<void> {
  const server = await connectAccountServer(settings);
  try {
    await server.push(jwt);
  } finally {
    await server.close();
  }
}
