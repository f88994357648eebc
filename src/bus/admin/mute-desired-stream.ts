/**
 * Mutes the desired bucket while its history is restored: no direct gets and no wake-ups, so that no agent reads or applies
 * an old generation before the newest is there. If a restore crashes, the bucket stays muted; the next restore detects
 * that and continues.
 */
import { bucketStream, DESIRED_BUCKET, STREAMS } from "../../schemas/wire/buckets.ts";
import type { Connection } from "../connection/connection.ts";

const NAME = bucketStream(DESIRED_BUCKET);

/** True when the history may be written: the bucket is empty, or silent already. */
export async function canMute(connection: Connection): Promise<boolean> {
  const { state, config } = await connection.call("look at the desired bucket", ({ jsm }) => jsm.streams.info(NAME));
  return state.messages === 0 || !config.allow_direct;
}

export async function muteDesired(connection: Connection): Promise<void> {
  await connection.call("silence the desired bucket", async ({ jsm }) => {
    // The client lays this over the settings that stand: only a member that is there, and undefined, takes one away.
    const own: object = { allow_direct: false, republish: undefined };
    await jsm.streams.update(NAME, own);
  });
}

/** Gives it back the settings it is provisioned with. */
export async function unmuteDesired(connection: Connection): Promise<void> {
  const { allow_direct = true, republish } = STREAMS.find(({ name }) => name === NAME) ?? {};
  await connection.call("open the desired bucket again", async ({ jsm }) => {
    await jsm.streams.update(NAME, { allow_direct, ...(republish === undefined ? {} : { republish }) });
  });
}
