/** Asks the login exchange once, over a connection of its own with the credentials that everybody may have. */

import { LOGIN_INBOX } from "../../schemas/wire/rights.ts";
import { loginSubject } from "../../schemas/wire/subjects.ts";
import { McpError } from "../../values/error.ts";
import { Connection } from "../connection/connection.ts";
import type { BusSettings } from "../connection/settings.ts";

/** It may have to ask MCIAS, which has 10 s. */
const TIMEOUT_MS = 12_000;

/** It does not answer what it cannot open. */
const HINT = "see that `mcp-auth` runs, and that `[auth] exchange_key` is its key: `mcp-auth doctor` where it does";

/**
 * @param settings with the credentials of the login
 * @throws McpError E_EXCHANGE when it does not answer, otherwise as dial
 */
export async function askExchange(
  settings: Omit<BusSettings, "inboxPrefix">,
  request: Uint8Array,
): Promise<Uint8Array> {
  const connection = await Connection.connected({ ...settings, inboxPrefix: LOGIN_INBOX }, () => undefined);
  try {
    const options = { timeout: TIMEOUT_MS };
    const ask = () => connection.call("ask", ({ nc }) => nc.request(loginSubject, request, options), TIMEOUT_MS);
    const { data } = await ask().catch((cause: unknown) => {
      throw new McpError("E_EXCHANGE", "the login exchange does not answer", { cause, hint: HINT });
    });
    return data;
  } finally {
    await connection.close();
  }
}
