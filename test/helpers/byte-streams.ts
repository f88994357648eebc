/** Converts bytes to streams of pieces, and back. */

/** A stream of one piece. */
export async function* once(data: Uint8Array): AsyncGenerator<Uint8Array> {
  yield data;
}

export async function gather(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of source) parts.push(part);
  return Buffer.concat(parts);
}
