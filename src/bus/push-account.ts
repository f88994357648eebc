/** Makes a running server know an account, or know it anew: what `nsc push` does, and all that enrolment needs of a server. */

import { McpError } from "../schemas/error.ts";
import { ENROL_INBOX } from "../schemas/rights.ts";
import { CLAIMS_UPDATE } from "../schemas/subjects.ts";
import { Link } from "./link.ts";
import type { BusSettings } from "./settings.ts";

/** @param settings with the credentials of enrolment @throws McpError E_REFUSED, E_BUS_UNREACHABLE, E_BUS */
export async function pushAccount(settings: BusSettings, jwt: string): Promise<void> {
  const link = await Link.connected({ ...settings, inboxPrefix: ENROL_INBOX }, () => undefined);
  try {
    const answer = await link.call("push an account", ({ nc }) => nc.request(CLAIMS_UPDATE, jwt));
    if (codeOf(answer.string()) !== 200) throw new McpError("E_BUS", "the bus did not take the account");
  } finally {
    await link.close();
  }
}

function codeOf(text: string): unknown {
  try {
    return JSON.parse(text)?.data?.code;
  } catch {
    return undefined; // no answer of a server's
  }
}
