/**
 * Mutes the desired bucket while its history is restored: no direct gets and no wake-ups, so that no agent reads or applies
 * an old generation before the newest is there. If a restore crashes, the bucket stays muted; the next restore detects
 * that and continues.
 */
import { bucketStream, DESIRED_BUCKET, STREAMS } from "../../schemas/wire/buckets.ts";
import type { Connection } from "../connection/connection.ts";

const NAME = bucketStream(DESIRED_BUCKET);

/** True if the history may be written: the bucket is empty or already muted. */
export async function canMute(connection: Connection): Promise<boolean> {
  const { state, config } = await connection.call("read the state of the desired bucket", ({ jsm }) =>
    jsm.streams.info(NAME),
  );
  return state.messages === 0 || !config.allow_direct;
}

export async function muteDesired(connection: Connection): Promise<void> {
  await connection.call("mute the desired bucket", async ({ jsm }) => {
    // The client merges this into the current settings. A member removes a setting only if it is present and undefined.
    const own: object = { allow_direct: false, republish: undefined };
    await jsm.streams.update(NAME, own);
  });
}

/** Restores the settings of provisioning. */
export async function unmuteDesired(connection: Connection): Promise<void> {
  const { allow_direct = true, republish } = STREAMS.find(({ name }) => name === NAME) ?? {};
  await connection.call("unmute the desired bucket", async ({ jsm }) => {
    await jsm.streams.update(NAME, { allow_direct, ...(republish === undefined ? {} : { republish }) });
  });
}
