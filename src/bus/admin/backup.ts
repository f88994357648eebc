/**
 * Reads everything on the bus that cannot be recreated, as lines of backup-format.ts: revocations, desired state with its
 * history, observed state, nodes and events. It reads one message at a time, so memory does not grow with the bus. Left
 * out: presence (written again within seconds), node indexes (rebuilt), files in transfer.
 */
import {
  bucketStream,
  DESIRED_BUCKET,
  EVENT_STREAM,
  keyOfSubject,
  keySubject,
  NODES_BUCKET,
  OBSERVED_BUCKET,
  parseServiceKey,
  TRUST_BUCKET,
} from "../../schemas/wire/buckets.ts";
import { eventRoot } from "../../schemas/wire/subjects.ts";
import { McpError } from "../../values/error.ts";
import { VERSION } from "../../values/version.ts";
import { Connection } from "../connection/connection.ts";
import type { BusSettings } from "../connection/settings.ts";
import type { StoredMessage } from "../kv/direct-get.ts";
import { openReading, type StreamRange, storedMessage } from "../kv/stream-reader.ts";
import {
  BACKUP_PARTS,
  BACKUP_VERSION,
  type BackupCounts,
  type BackupPart,
  closingLine,
  headerLine,
  itemLine,
  zeroCounts,
} from "./backup-format.ts";

const whole = (bucket: string, start: "first" | "last-per-subject"): StreamRange => ({
  stream: bucketStream(bucket),
  filter: keySubject(bucket, ">"),
  from: { start },
});

const RANGES = {
  revocations: whole(TRUST_BUCKET, "last-per-subject"),
  nodes: whole(NODES_BUCKET, "last-per-subject"),
  observed: whole(OBSERVED_BUCKET, "last-per-subject"),
  desired: whole(DESIRED_BUCKET, "first"),
  events: { stream: EVENT_STREAM, filter: eventRoot, from: { start: "first" } },
} as const satisfies Record<BackupPart, StreamRange>;

export interface BackupResult {
  readonly counts: BackupCounts;
  /** Number of stored documents that are not valid; the file does not contain them. */
  readonly unreadable: number;
}

/**
 * Yields the lines of the file and returns the counts.
 * @throws McpError E_BUS_UNREACHABLE if the connection is lost; the lines so far are not a complete backup
 */
export async function* backupLines(settings: BusSettings, at: string): AsyncGenerator<string, BackupResult> {
  const connection = await Connection.connected(settings, () => undefined);
  const counts = zeroCounts();
  const tally = { unreadable: 0 };
  try {
    yield headerLine({ mcpBackup: BACKUP_VERSION, program: VERSION, at });
    for (const part of BACKUP_PARTS) {
      for await (const message of storedMessages(connection, RANGES[part])) {
        const line = lineOf(part, message, tally);
        if (line === undefined) continue;
        counts[part] += 1;
        yield line;
      }
    }
    yield closingLine(counts);
    return { counts, ...tally };
  } finally {
    await connection.close();
  }
}

function lineOf(part: BackupPart, message: StoredMessage, tally: { unreadable: number }): string | undefined {
  const isIndex = part === "desired" && parseServiceKey(keyOfSubject(DESIRED_BUCKET, message.subject)) === undefined;
  if (message.deleted || isIndex) return undefined;
  try {
    return itemLine(part, message.data);
  } catch {
    tally.unreadable += 1; // the caller reports it: one broken document must not prevent the backup of all others
    return undefined;
  }
}

/** All messages of the range, also those that arrive during the read: see readRange. */
async function* storedMessages(connection: Connection, range: StreamRange): AsyncGenerator<StoredMessage> {
  const { count, messages } = await openReading(connection, range);
  try {
    if (count === 0) return;
    for await (const message of messages) {
      yield storedMessage(message);
      if (message.info.pending === 0) return;
    }
    throw new McpError("E_BUS_UNREACHABLE", `the connection to the bus was lost while ${range.stream} was read`);
  } finally {
    messages.stop();
  }
}
