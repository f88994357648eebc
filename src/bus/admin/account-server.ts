/**
 * The account resolver of a running server, which `nsc push` and `nsc pull` also use. A push takes effect at once and
 * replaces the account's JWT even with an older one, so a caller that changes an account reads it first.
 */

import { ENROLL_INBOX } from "../../schemas/wire/rights.ts";
import { CLAIMS_UPDATE, claimsLookup } from "../../schemas/wire/subjects.ts";
import { McpError } from "../../values/error.ts";
import { Connection } from "../connection/connection.ts";
import type { BusSettings } from "../connection/settings.ts";

export interface AccountServer {
  /** Stores the JWT of a new or changed account on the server. @throws McpError E_REFUSED, E_BUS_UNREACHABLE, E_BUS */
  push(jwt: string): Promise<void>;
  /** The account's JWT on the server; undefined if it has none. @throws McpError as `push` */
  lookup(account: string): Promise<string | undefined>;
  close(): Promise<void>;
}

/** @param settings with the enrollment credentials @throws McpError E_CONFIG, E_REFUSED, E_BUS_UNREACHABLE */
export async function connectAccountServer(settings: BusSettings): Promise<AccountServer> {
  const connection = await Connection.connected({ ...settings, inboxPrefix: ENROLL_INBOX }, () => undefined);
  return {
    push: (jwt) => push(connection, jwt),
    lookup: async (account) => {
      const answer = await connection.call("look up an account", ({ nc }) => nc.request(claimsLookup(account)));
      return answer.string() || undefined;
    },
    close: () => connection.close(),
  };
}

/** Pushes one account over a separate connection. @param settings with the enrollment credentials @throws as connectAccountServer, E_BUS */
export async function pushAccount(settings: BusSettings, jwt: string): Promise<void> {
  const server = await connectAccountServer(settings);
  try {
    await server.push(jwt);
  } finally {
    await server.close();
  }
}

async function push(connection: Connection, jwt: string): Promise<void> {
  const answer = await connection.call("push an account", ({ nc }) => nc.request(CLAIMS_UPDATE, jwt));
  if (codeOf(answer.string()) !== 200) throw new McpError("E_BUS", "the bus did not accept the account");
}

function codeOf(text: string): unknown {
  try {
    return JSON.parse(text)?.data?.code;
  } catch {
    return undefined; // not the answer of a nats-server
  }
}
