/** Reads the server's clock. A node's permissions are enough for it. */
import { USER_INFO } from "../../schemas/wire/subjects.ts";
import type { Connection } from "./connection.ts";

const ANSWER_MS = 2_000;

/** Unix milliseconds; undefined without permission or answer. Never throws. */
export async function serverTime(connection: Connection): Promise<number | undefined> {
  try {
    const answer = await connection.call("read the server's time", ({ nc }) =>
      nc.request(USER_INFO, "", { timeout: ANSWER_MS }),
    );
    const time: unknown = answer.json<{ server?: { time?: unknown } }>().server?.time;
    return typeof time === "string" ? Date.parse(time) : undefined;
  } catch {
    return undefined;
  }
}
