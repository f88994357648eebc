/**
 * Writes one object: its chunks, hashed on the way, and at the end the entry that completes it. Both lie in the bucket
 * as the object store lays them out, so that any NATS tool can list, fetch and delete what is there.
 */
import { createHash } from "node:crypto";
import { headers, type MsgHdrs } from "@nats-io/nats-core";
import { FILE_CHUNK_BYTES, fileBucket } from "../schemas/buckets.ts";
import type { NodeName } from "../schemas/names.ts";
import { BufferGarbage } from "./buffer-garbage.ts";
import { type FileObject, subjectsOf } from "./file-bucket.ts";
import { chunkHeaders, cut } from "./file-chunks.ts";
import { Patience } from "./file-patience.ts";
import { ACK_TIMEOUT_MS, MAX_WIDTH, type Piece, Pipeline } from "./file-pipeline.ts";
import type { Link } from "./link.ts";
import { RequestLine } from "./request-line.ts";
import { domainSubject } from "./stored-put.ts";

export interface ObjectWrite {
  readonly node: NodeName;
  readonly object: FileObject;
  readonly source: AsyncIterable<Uint8Array>;
  readonly signal: AbortSignal;
}

/** As `FileBucket.write`. */
export async function writeObject(link: Link, write: ObjectWrite): Promise<string> {
  const hash = createHash("sha256");
  const written: { digest?: Buffer } = {};
  const pieces = piecesOf(link, write, {
    update: (data) => void hash.update(data),
    end: () => {
      written.digest = hash.digest();
      return written.digest;
    },
  });
  const what = `send ${write.object.description}`;
  const line = new RequestLine(link, { what, timeoutMs: ACK_TIMEOUT_MS, signal: write.signal });
  try {
    await new Pipeline(line, new Patience(link, what, write.signal)).run(pieces);
  } finally {
    line.close();
  }
  return written.digest?.toString("hex") ?? "";
}

interface Digest {
  update(data: Uint8Array): void;
  end(): Buffer;
}

async function* piecesOf(link: Link, { node, object, source }: ObjectWrite, digest: Digest): AsyncGenerator<Piece> {
  const { chunks, entry } = subjectsOf(node, object.transfer);
  const subject = domainSubject(link, chunks);
  const garbage = new BufferGarbage(2 * MAX_WIDTH * FILE_CHUNK_BYTES);
  const count = { chunks: 0 };
  for await (const { index, data } of cut(source, object.size)) {
    digest.update(data);
    count.chunks = index + 1;
    yield { subject, data, headers: chunkHeaders(index) };
    garbage.add(data.length);
  }
  const info = objectInfo(node, object, { chunks: count.chunks, sha256: digest.end() });
  yield { subject: domainSubject(link, entry), data: Buffer.from(JSON.stringify(info)), headers: rollUp() };
}

/** The object store's own document of an object. */
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
