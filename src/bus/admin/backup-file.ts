/** Reads a backup: `checkFile` checks all of it before anything is written, `itemsOf` yields its items. */

import type { DesiredService } from "../../schemas/service/desired.ts";
import { serviceKey } from "../../schemas/wire/buckets.ts";
import { McpError } from "../../values/error.ts";
import {
  type BackupCounts,
  type BackupHeader,
  type BackupItem,
  parseHeader,
  parseItem,
  zeroCounts,
} from "./backup-format.ts";

export interface CheckedBackup {
  readonly header: BackupHeader;
  readonly counts: BackupCounts;
  /** The newest generation in the file, by service key. */
  readonly newest: ReadonlyMap<string, number>;
}

/** Reads the whole file once. @throws McpError E_FILE if it is damaged or incomplete. */
export async function checkFile(lines: AsyncIterable<string>): Promise<CheckedBackup> {
  const counts = zeroCounts();
  const newest = new Map<string, number>();
  const seen: { header?: BackupHeader; end?: BackupCounts } = {};
  let number = 0;
  for await (const line of lines) {
    number += 1;
    if (seen.header === undefined) {
      seen.header = parseHeader(line);
      continue;
    }
    const item = parseItem(line, number);
    if ("end" in item) seen.end = item.end;
    else counts[item.part] += 1;
    if ("part" in item && item.part === "desired") noteNewest(newest, item.value);
  }
  const { header, end } = seen;
  if (header === undefined || end === undefined || JSON.stringify(end) !== JSON.stringify(counts)) {
    throw new McpError("E_FILE", "the backup is incomplete: its closing line is missing, or its counts differ");
  }
  return { header, counts, newest };
}

export const keyOf = ({ node, service }: { node: string; service: string }) => serviceKey(node, service);

function noteNewest(newest: Map<string, number>, document: DesiredService): void {
  const key = keyOf(document);
  newest.set(key, Math.max(newest.get(key) ?? 0, document.generation));
}

/** Yields its documents and events. */
export async function* itemsOf(lines: AsyncIterable<string>): AsyncGenerator<BackupItem> {
  let number = 0;
  for await (const line of lines) {
    number += 1;
    const item = number === 1 ? undefined : parseItem(line, number);
    if (item !== undefined && "part" in item) yield item;
  }
}
