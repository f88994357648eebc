/**
 * Writes one object: its chunks, hashed on the way, and at the end the entry that completes it. The bucket has the layout
 * of a NATS object store, so that any NATS tool can list, fetch and delete objects.
 */
import { createHash, type Hash } from "node:crypto";
import { headers, type MsgHdrs } from "@nats-io/nats-core";
import { FILE_CHUNK_BYTES, fileBucket } from "../../schemas/wire/buckets.ts";
import type { NodeName } from "../../values/names.ts";
import type { Connection } from "../connection/connection.ts";
import { domainSubject } from "../kv/publish-with-ack.ts";
import type { FileObject } from "../ports/file-transfers.ts";
import { subjectsOf } from "./file-bucket.ts";
import { chunkHeaders, splitIntoChunks } from "./file-chunks.ts";
import { ACK_TIMEOUT_MS, type ChunkMessage, OrderedPublisher } from "./ordered-publisher.ts";
import { RequestPipeline } from "./request-pipeline.ts";
import { ResumePolicy } from "./resume-policy.ts";

const IN_FLIGHT_WAIT_MS = 1_000;

export interface ObjectWrite {
  readonly node: NodeName;
  readonly object: FileObject;
  readonly source: AsyncIterable<Uint8Array>;
  readonly signal: AbortSignal;
}

/** Implements `FileBucket.write`. */
export async function writeObject(connection: Connection, write: ObjectWrite): Promise<string> {
  const what = `send ${write.object.description}`;
  const pipeline = new RequestPipeline(connection, { what, timeoutMs: ACK_TIMEOUT_MS, signal: write.signal });
  const digest: Digest = { hash: createHash("sha256"), hex: "" };
  try {
    const pieces = piecesOf(write, { digest, to: (subject) => domainSubject(connection, subject) });
    await new OrderedPublisher(pipeline, new ResumePolicy(connection, what, write.signal)).run(pieces);
    return digest.hex;
  } catch (error) {
    await waitForInFlight(connection, domainSubject(connection, subjectsOf(write.node, write.object.transfer).chunks));
    throw error;
  } finally {
    pipeline.close();
  }
}

/**
 * A stream stores messages in order: once it has answered this one, it also holds those that were in flight when the
 * write failed, so that discarding the object then leaves none behind.
 */
async function waitForInFlight(connection: Connection, subject: string): Promise<void> {
  const ask = () => connection.call("end a write", ({ nc }) => nc.request(subject), IN_FLIGHT_WAIT_MS);
  await ask().catch(() => undefined); // disconnected or refused: what is stored expires
}

interface Digest {
  readonly hash: Hash;
  /** Set at the end. */
  hex: string;
}

interface Cutting {
  readonly digest: Digest;
  /** Maps a subject of the bucket to the subject to publish on. */
  to(subject: string): string;
}

async function* piecesOf({ node, object, source }: ObjectWrite, cutting: Cutting): AsyncGenerator<ChunkMessage> {
  const { digest, to } = cutting;
  const { chunks, entry } = subjectsOf(node, object.transfer);
  const subject = to(chunks);
  const count = { chunks: 0 };
  for await (const { index, data } of splitIntoChunks(source, object.size)) {
    digest.hash.update(data);
    count.chunks = index + 1;
    yield { subject, data, headers: chunkHeaders(index) };
  }
  const sha256 = digest.hash.digest();
  digest.hex = sha256.toString("hex");
  const info = objectInfo(node, object, { chunks: count.chunks, sha256 });
  yield { subject: to(entry), data: Buffer.from(JSON.stringify(info)), headers: rollUp() };
}

/** The object store's info document of an object. */
function objectInfo(node: NodeName, object: FileObject, { chunks, sha256 }: { chunks: number; sha256: Buffer }) {
  const digest = sha256.toString("base64").replaceAll("+", "-").replaceAll("/", "_"); // base64url with its padding
  return {
    name: object.transfer,
    description: object.description,
    bucket: fileBucket(node),
    nuid: subjectsOf(node, object.transfer).token,
    size: object.size,
    chunks,
    digest: `SHA-256=${digest}`,
    mtime: new Date().toISOString(),
    options: { max_chunk_size: FILE_CHUNK_BYTES },
  };
}

function rollUp(): MsgHdrs {
  const header = headers();
  header.set("Nats-Rollup", "sub");
  return header;
}
