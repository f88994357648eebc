/** Sends one request to the login exchange, over a separate connection with the public login credentials. */
import { LOGIN_INBOX } from "../../schemas/wire/rights.ts";
import { loginSubject } from "../../schemas/wire/subjects.ts";
import { McpError } from "../../values/error.ts";
import { Connection } from "../connection/connection.ts";
import type { BusSettings } from "../connection/settings.ts";

/** The exchange waits up to 10 s for MCIAS. */
const TIMEOUT_MS = 12_000;

/** The exchange does not answer a request that it cannot decrypt. */
const HINT =
  "check that `mcp-auth` is running and that `[auth] exchange_key` is its key: run `mcp-auth doctor` on its machine";

/**
 * @param settings with the login credentials
 * @throws McpError E_EXCHANGE if the exchange does not answer, otherwise as dial
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
