/** The message limit that mcp needs on a server, and how to set it in nats.conf. */
import { FILE_CHUNK_BYTES } from "../../schemas/wire/buckets.ts";

/** For the headers of a chunk. */
const HEADER_BYTES = 1024;

/** The largest message that mcp sends: one chunk of a file. */
export const NEEDED_PAYLOAD_BYTES = FILE_CHUNK_BYTES + HEADER_BYTES;

export const PAYLOAD_HINT = "set `max_payload: 1MB` in nats.conf, or remove the line: 1MB is the default";

/** A warning if the server accepts only smaller messages than mcp needs; otherwise undefined. */
export function payloadWarning(maxPayload: number): string | undefined {
  if (maxPayload >= NEEDED_PAYLOAD_BYTES) return undefined;
  return `the server accepts messages of at most ${maxPayload} bytes and mcp needs ${NEEDED_PAYLOAD_BYTES}: ${PAYLOAD_HINT}`;
}
