/**
 * A node's file bucket, for both ends of a transfer. Each transfer is a new object, which is never overwritten and is removed
 * when the transfer has ended. Memory is bounded on both sides, for any size.
 */
import { JetStreamApiCodes, JetStreamApiError } from "@nats-io/jetstream";
import { FILE_BUCKET_BYTES, fileBucketSettings, fileObject, fileStream } from "../../schemas/wire/buckets.ts";
import { isTransferId } from "../../schemas/wire/file-transfer.ts";
import { hasCode, McpError } from "../../values/error.ts";
import type { NodeName } from "../../values/names.ts";
import type { Connection } from "../connection/connection.ts";
import { NEEDED_PAYLOAD_BYTES, PAYLOAD_HINT } from "../connection/server-limits.ts";

/** The subjects of a transfer. @throws McpError E_INVALID_MESSAGE for an invalid id: it becomes part of a subject */
export function subjectsOf(node: NodeName, transfer: string) {
  if (isTransferId(transfer)) return { stream: fileStream(node), ...fileObject(node, transfer) };
  throw new McpError("E_INVALID_MESSAGE", "invalid transfer id");
}

/** Removes an object, or with `before` (a sequence of the stream) the part of it before that. @throws McpError */
export async function purgeObject(
  connection: Connection,
  at: { stream: string; filter: string; before?: number },
): Promise<void> {
  const { stream, filter, before } = at;
  const range = before === undefined ? { filter } : { filter, seq: before };
  await connection.call(`clean up ${stream}`, ({ jsm }) => jsm.streams.purge(stream, range));
}

/** As `FileBucket.discard`. */
export async function discardObject(connection: Connection, node: NodeName, transfer: string): Promise<void> {
  const { stream, all } = subjectsOf(node, transfer);
  await purgeObject(connection, { stream, filter: all });
}

/** Removes everything in a node's bucket; a missing bucket counts as empty. @throws McpError */
export async function clearBucket(connection: Connection, node: NodeName): Promise<void> {
  try {
    await connection.call(`clean up ${fileStream(node)}`, ({ jsm }) => jsm.streams.purge(fileStream(node)));
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}

/** Removes a node's bucket, if it exists. @throws McpError E_REFUSED without permission, E_BUS */
export async function dropBucket(connection: Connection, node: NodeName): Promise<void> {
  try {
    await connection.call(`remove ${fileStream(node)}`, ({ jsm }) => jsm.streams.delete(fileStream(node)));
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}

/** Sizes to try, in this order: the server reserves the whole size, and its disk may be reserved for other streams. */
const SIZES = [FILE_BUCKET_BYTES, FILE_BUCKET_BYTES / 8, FILE_BUCKET_BYTES / 64];
/** JetStream's `insufficient storage resources available`. */
const NO_STORAGE = 10047;

/**
 * Creates the node's bucket if it is missing.
 * @throws McpError E_BUS_MISMATCH for a server whose message limit is too small, E_REFUSED without permission, E_BUS
 */
export async function ensureBucket(connection: Connection, node: NodeName): Promise<void> {
  requirePayload(connection);
  if (await exists(connection, node)) return;
  for (const bytes of SIZES) {
    try {
      const { subjects, ...settings } = fileBucketSettings(node, bytes);
      await connection.call(`create bucket ${settings.name}`, ({ jsm }) =>
        jsm.streams.add({ ...settings, subjects: [...subjects] }),
      );
      return;
    } catch (error) {
      if (await exists(connection, node)) return; // somebody else created it at the same moment
      if (hasCode(error, "E_REFUSED")) throw adminNeeded(node, error);
      if (bytes === SIZES.at(-1) || apiCode(error) !== NO_STORAGE) throw error;
    }
  }
}

/** Operators may not create streams: one of their own could copy what others push. */
function adminNeeded(node: NodeName, cause: unknown): McpError {
  return new McpError("E_REFUSED", `${node} has no file bucket yet, and only an admin may create it`, {
    cause,
    hint: `ask an admin for \`mcp node add --renew ${node}\`, or to push the first file`,
  });
}

function requirePayload(connection: Connection): void {
  const limit = connection.requireConnected("move files").nc.info?.max_payload ?? Number.POSITIVE_INFINITY;
  if (limit >= NEEDED_PAYLOAD_BYTES) return;
  throw new McpError(
    "E_BUS_MISMATCH",
    `the bus accepts messages of at most ${limit} bytes, and the chunks of a file need ${NEEDED_PAYLOAD_BYTES}`,
    { hint: PAYLOAD_HINT },
  );
}

async function exists(connection: Connection, node: NodeName): Promise<boolean> {
  try {
    await connection.call(`read ${fileStream(node)}`, ({ jsm }) => jsm.streams.info(fileStream(node)));
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

const isMissing = (error: unknown) => apiCode(error) === JetStreamApiCodes.StreamNotFound;

/** JetStream's error code, from the error or one of its causes. */
export function apiCode(error: unknown): number | undefined {
  if (error instanceof JetStreamApiError) return error.code;
  return error instanceof Error ? apiCode(error.cause) : undefined;
}
