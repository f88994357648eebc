/**
 * A row of the service table and its content. SQLite has no checksums, so a flipped bit in a document is detected here:
 * the document's hash must still match, or an agent would run another image than the operator wrote.
 */

import type { DesiredService } from "../../schemas/service/desired.ts";
import { documentHash } from "../../schemas/service/spec-hash.ts";
import { desiredCodec } from "../../schemas/wire/codec.ts";
import { parseJson } from "../../values/json-text.ts";
import { EMPTY_MEMORY, type ServiceMemory, type ServiceRow } from "./store.ts";

export interface StoredRow {
  readonly service: string;
  readonly generation: number;
  readonly hash: string;
  readonly document: string;
  readonly memory: string;
}

/** Reads a row this program wrote; members that a newer version added to the memory get their defaults. */
export function rowOf(row: StoredRow): ServiceRow {
  const document: DesiredService = JSON.parse(row.document);
  const memory: ServiceMemory = { ...EMPTY_MEMORY, ...JSON.parse(row.memory) };
  return { service: row.service, document, ref: { generation: row.generation, hash: row.hash }, memory };
}

/** What is wrong with a row from the disk; undefined when it is unchanged. */
export function problemOf(row: StoredRow): string | undefined {
  try {
    const document = desiredCodec.decode(new TextEncoder().encode(row.document));
    parseJson(row.memory);
    const same = document.service === row.service && document.generation === row.generation;
    return same && documentHash(document) === row.hash ? undefined : "its document is not the one that was accepted";
  } catch (cause) {
    return cause instanceof Error ? cause.message : String(cause);
  }
}
