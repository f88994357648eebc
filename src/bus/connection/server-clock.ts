/** The server's clock. Every connection may ask for it; the rights of a node are enough. */
import { USER_INFO } from "../../schemas/wire/subjects.ts";
import type { Connection } from "./connection.ts";

const ANSWER_MS = 2_000;

/** Unix milliseconds, from what the server says of the connection; undefined where it may not be asked. */
export async function serverTime(connection: Connection): Promise<number | undefined> {
  try {
    const answer = await connection.call("ask the server's time", ({ nc }) =>
      nc.request(USER_INFO, "", { timeout: ANSWER_MS }),
    );
    const time: unknown = answer.json<{ server?: { time?: unknown } }>().server?.time;
    return typeof time === "string" ? Date.parse(time) : undefined;
  } catch {
    return undefined; // without the right, or a server that does not answer: the clock is then not compared
  }
}
