/**
 * The port to a node's file bucket, for both ends of a transfer. Each transfer is a new object, which is never overwritten
 * and is removed when the transfer has ended. Memory is bounded on both ends, for any size.
 */

/** One file being transferred. */
export interface FileObject {
  readonly transfer: string;
  /** In bytes; exactly this many are written and read. */
  readonly size: number;
  /** For people who list the bucket with other tools. */
  readonly description: string;
}

export interface FileBucket {
  /**
   * Writes the object while `source` yields its bytes, in pieces of any size, and waits while the bucket is full.
   * Resumes after a lost connection. Resolves with the SHA-256 (hexadecimal) when the bus has stored all of it.
   * @throws McpError E_FILE if the source is shorter, E_TIMEOUT without progress for long, E_REFUSED, E_BUS
   */
  write(object: FileObject, source: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<string>;
  /**
   * Yields exactly `size` bytes in order, while they are being written. What was read is removed from the bucket in steps.
   * Resumes after a lost connection. @throws McpError E_TIMEOUT without progress for long, E_REFUSED, E_BUS
   */
  read(object: FileObject, signal: AbortSignal): AsyncIterable<Uint8Array>;
  /** Removes what the bucket holds of a transfer. @throws McpError as Connection.call */
  discard(transfer: string): Promise<void>;
}
