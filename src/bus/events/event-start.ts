/**
 * Finds where a replay of events begins. No server call finds the last N events that match a filter. So windows that grow
 * backward from the end are counted (one round trip each, by a consumer's pending count) until one holds N, and then halved
 * while it holds many more. The surplus is dropped while reading. Costs about log8(stream / matching) round trips.
 */
import { EVENT_STREAM } from "../../schemas/wire/buckets.ts";
import type { Connection } from "../connection/connection.ts";
import { countRange, type ReadFrom } from "../kv/stream-reader.ts";

/** Reading this many events too many is cheaper than another round trip. */
const SURPLUS = 500;
const GROWTH = 8;

export interface StreamBounds {
  readonly first: number;
  readonly last: number;
}

export async function eventBounds(connection: Connection): Promise<StreamBounds> {
  const { state } = await connection.call("read the events", ({ jsm }) => jsm.streams.info(EVENT_STREAM));
  return { first: Math.max(1, state.first_seq), last: state.last_seq };
}

/** A sequence near the end from which at least `last` matching events are stored, or the beginning. */
export async function startOfLast(connection: Connection, filter: string, last: number): Promise<ReadFrom> {
  const bounds = await eventBounds(connection);
  if (last === 0) return { start: "sequence", sequence: bounds.last + 1 };
  const countFrom = (sequence: number) =>
    countRange(connection, { stream: EVENT_STREAM, filter, from: { start: "sequence", sequence } });
  return { start: "sequence", sequence: await searchBackwards(bounds, last, countFrom) };
}

/** Returns a sequence `s` with `countFrom(s) >= last`, or `first`. @param countFrom counts the matches from `s` on */
export async function searchBackwards(
  { first, last: end }: StreamBounds,
  last: number,
  countFrom: (sequence: number) => Promise<number>,
): Promise<number> {
  let enough = end + 1; // after the search: holds `last`, or is the beginning
  let tooFew = end + 1;
  let count = 0;
  for (let width = last; count < last && enough > first; width *= GROWTH) {
    tooFew = enough;
    enough = Math.max(first, end - width + 1);
    count = await countFrom(enough);
  }
  while (count > last + SURPLUS && tooFew - enough > 1) {
    const middle = Math.floor((enough + tooFew) / 2);
    const countThere = await countFrom(middle);
    if (countThere < last) tooFew = middle;
    else [enough, count] = [middle, countThere];
  }
  return enough;
}
