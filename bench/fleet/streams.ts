/** A bucket that is set up as the one of desired state is, for a bare client's writes: nobody listens to it. */
import { Connection } from "../../src/bus/connection/connection.ts";
import { bucketStream, DESIRED_BUCKET, keySubject, STREAMS } from "../../src/schemas/wire/buckets.ts";
import type { FleetBus } from "./fleet-bus.ts";
import { FLOOR_BUCKET } from "./floor-names.ts";

export async function makeFloorBucket({ settings }: FleetBus): Promise<void> {
  const like = STREAMS.find(({ name }) => name === bucketStream(DESIRED_BUCKET));
  const subject = keySubject(FLOOR_BUCKET, ">");
  const stream = { name: bucketStream(FLOOR_BUCKET), subjects: [subject] };
  const link = await Connection.connected(settings, () => undefined);
  try {
    const republish = { src: subject, dest: "bench.wake.>" };
    await link.call("make the floor's bucket", ({ jsm }) => jsm.streams.add({ ...like, ...stream, republish }));
  } finally {
    await link.close();
  }
}

/** Consumers of all streams that are on the server now. */
export async function countConsumers({ settings }: FleetBus): Promise<number> {
  const link = await Connection.connected(settings, () => undefined);
  try {
    const infos = await Promise.all(
      STREAMS.map(({ name }) => link.call(`look at ${name}`, ({ jsm }) => jsm.streams.info(name))),
    );
    return infos.reduce((sum, { state }) => sum + state.consumer_count, 0);
  } finally {
    await link.close();
  }
}
