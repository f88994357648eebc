/**
 * The port to a node's file bucket, as both ends of a transfer use it. Each transfer is a new object: it is never
 * overwritten, and removed when it has arrived or failed. Memory is bounded on both ends, whatever the file's size.
 */

/** One file being transferred. */
export interface FileObject {
  readonly transfer: string;
  /** In bytes. Exactly as many are written and read. */
  readonly size: number;
  /** For people who list the bucket with other tools. */
  readonly description: string;
}

export interface FileBucket {
  /**
   * Writes the object while `source` yields its bytes, in pieces of any size, and waits while the bucket is full.
   * Resumes after a lost connection. Resolves with the SHA-256 (hexadecimal) when the bus has stored all of it.
   * @throws McpError E_FILE when the source is shorter, E_TIMEOUT when nothing moves for long, E_REFUSED, E_BUS
   */
  write(object: FileObject, source: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<string>;
  /**
   * Yields exactly `size` bytes in order, while they are being written. What was taken is removed from the bucket in
   * steps. Resumes after a lost connection. @throws McpError E_TIMEOUT when nothing comes for long, E_REFUSED, E_BUS
   */
  read(object: FileObject, signal: AbortSignal): AsyncIterable<Uint8Array>;
  /** Removes what the bucket holds of a transfer. @throws McpError as Connection.call */
  discard(transfer: string): Promise<void>;
}
