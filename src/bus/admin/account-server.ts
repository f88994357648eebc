/**
 * The part of a running server that knows accounts: what `nsc push` and `nsc pull` speak to, and all that enrollment needs
 * of it. A push takes effect at once and replaces what was known, even with something older, so whoever changes an
 * account looks first.
 */

import { ENROLL_INBOX } from "../../schemas/wire/rights.ts";
import { CLAIMS_UPDATE, claimsLookup } from "../../schemas/wire/subjects.ts";
import { McpError } from "../../values/error.ts";
import { Connection } from "../connection/connection.ts";
import type { BusSettings } from "../connection/settings.ts";

export interface AccountServer {
  /** Gives the server the account of the JWT, new or changed. @throws McpError E_REFUSED, E_BUS_UNREACHABLE, E_BUS */
  push(jwt: string): Promise<void>;
  /** The account's JWT as the server knows it; undefined when it knows none. @throws McpError as `push` */
  lookup(account: string): Promise<string | undefined>;
  close(): Promise<void>;
}

/** @param settings with the credentials of enrollment @throws McpError E_CONFIG, E_REFUSED, E_BUS_UNREACHABLE */
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

/** Pushes one account over a connection of its own. @param settings with the credentials of enrollment @throws as connectAccountServer, E_BUS */
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
  if (codeOf(answer.string()) !== 200) throw new McpError("E_BUS", "the bus did not take the account");
}

function codeOf(text: string): unknown {
  try {
    return JSON.parse(text)?.data?.code;
  } catch {
    return undefined; // no answer of a server's
  }
}
