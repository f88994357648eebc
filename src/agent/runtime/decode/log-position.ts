/**
 * How far a log has been read, so that a later reading continues there: after a restart podman appends to the same log. Podman selects
 * by time only, and 4.3 gives times in whole seconds. So a reading begins a little earlier, and the records that were
 * read before are counted off. A record is never changed once it is written.
 */
import type { LogPosition } from "../runtime.ts";

/** From when to read, Unix milliseconds; undefined: nothing was read yet, or its time cannot be read. */
export function resumeAt({ at }: LogPosition): number | undefined {
  const ms = at === undefined ? Number.NaN : Date.parse(at);
  return Number.isNaN(ms) ? undefined : ms - 1; // the runtime leaves out the moment itself
}

/** The records after the position, which goes along. */
export async function* unread<T extends { readonly at?: string | undefined }>(
  records: AsyncIterable<T> | Iterable<T>,
  position: LogPosition,
): AsyncGenerator<T> {
  const { at: seenAt } = position;
  let seen = position.records;
  let isBehind = seenAt !== undefined;
  for await (const record of records) {
    const { at = "" } = record;
    if (isBehind && seenAt !== undefined) {
      if (at === seenAt && seen-- > 0) continue;
      if (at !== seenAt && isBefore(at, seenAt)) continue;
      isBehind = false;
    }
    position.records = position.at === at ? position.records + 1 : 1;
    position.at = at;
    yield record;
  }
}

/** Times of one log have one format, so their texts differ where milliseconds do not. */
function isBefore(a: string, b: string): boolean {
  const [aMs, bMs] = [Date.parse(a), Date.parse(b)];
  return aMs === bMs ? a < b : aMs < bMs;
}
