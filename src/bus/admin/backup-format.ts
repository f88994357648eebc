/**
 * The lines of a backup: a header, one line for each stored document or event, and a closing line with the counts, which
 * shows whether the file is complete. Every line is JSON, so a backup is readable without mcp.
 */

import type { DesiredService } from "../../schemas/service/desired.ts";
import type { ObservedService } from "../../schemas/service/observed.ts";
import type { RevocationList } from "../../schemas/service/proof.ts";
import {
  type Codec,
  desiredCodec,
  eventCodec,
  nodeRecordCodec,
  observedCodec,
  revocationsCodec,
} from "../../schemas/wire/codec.ts";
import type { McpEvent } from "../../schemas/wire/event.ts";
import type { NodeRecord } from "../../schemas/wire/presence.ts";
import { McpError } from "../../values/error.ts";
import { parseJson } from "../../values/json-text.ts";

/** Raise it when an older program could no longer restore the file. */
export const BACKUP_VERSION = 1;

/** In the order of the file. */
export const BACKUP_PARTS = ["revocations", "nodes", "observed", "desired", "events"] as const;
export type BackupPart = (typeof BACKUP_PARTS)[number];
export type BackupCounts = Readonly<Record<BackupPart, number>>;

export interface BackupHeader {
  readonly mcpBackup: number;
  /** `0.1.0` */
  readonly program: string;
  /** ISO 8601 */
  readonly at: string;
}

export type BackupItem =
  | { readonly part: "revocations"; readonly value: RevocationList }
  | { readonly part: "nodes"; readonly value: NodeRecord }
  | { readonly part: "observed"; readonly value: ObservedService }
  | { readonly part: "desired"; readonly value: DesiredService }
  | { readonly part: "events"; readonly value: McpEvent };

type ItemOf<P extends BackupPart> = Extract<BackupItem, { readonly part: P }>["value"];

export const CODECS = {
  revocations: revocationsCodec,
  nodes: nodeRecordCodec,
  observed: observedCodec,
  desired: desiredCodec,
  events: eventCodec,
} as const satisfies { readonly [P in BackupPart]: Codec<ItemOf<P>> };

export const headerLine = (header: BackupHeader) => JSON.stringify(header);
export const closingLine = (counts: BackupCounts) => JSON.stringify({ end: counts });

/** The line of a stored document. @throws McpError E_INVALID_MESSAGE if its bytes are not valid */
export function itemLine(part: BackupPart, stored: Uint8Array): string {
  CODECS[part].decode(stored);
  return JSON.stringify({ part, value: parseJson(Buffer.from(stored).toString("utf8")) });
}

export const zeroCounts = (): Record<BackupPart, number> => ({
  revocations: 0,
  nodes: 0,
  observed: 0,
  desired: 0,
  events: 0,
});

/** The header. @throws McpError E_FILE if it is invalid or of an unknown version. */
export function parseHeader(line: string): BackupHeader {
  const { mcpBackup, program, at } = parseLine(line);
  if (typeof mcpBackup !== "number" || typeof program !== "string" || typeof at !== "string") throw damaged(1);
  if (mcpBackup > BACKUP_VERSION) {
    throw new McpError("E_FILE", `this backup is of version ${mcpBackup}, written by mcp ${program}`, {
      hint: "restore it with that version of mcp or a later one",
    });
  }
  return { mcpBackup, program, at };
}

/** An item, or the counts of the closing line. @param number the line number, for the error. @throws McpError E_FILE */
export function parseItem(line: string, number: number): BackupItem | { readonly end: BackupCounts } {
  try {
    const { part, value, end } = parseLine(line);
    if (typeof end === "object" && end !== null) return { end: { ...zeroCounts(), ...end } };
    const kind = BACKUP_PARTS.find((name) => name === part);
    if (kind === undefined) throw new Error(`unknown part "${String(part)}"`);
    // The codec of a part checks the type of its value.
    return { part: kind, value: CODECS[kind].decode(Buffer.from(JSON.stringify(value))) } as BackupItem;
  } catch (cause) {
    throw damaged(number, cause);
  }
}

function parseLine(line: string): Record<string, unknown> {
  const value = parseJson(line);
  return typeof value === "object" && value !== null ? { ...value } : {};
}

function damaged(line: number, cause?: unknown): McpError {
  return new McpError("E_FILE", `line ${line} of the backup is not valid`, {
    ...(cause === undefined ? {} : { cause }),
    hint: "nothing was restored; check that the file is complete: `gzip -t`",
  });
}
