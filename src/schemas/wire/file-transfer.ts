/**
 * What both ends of a push or pull agree on besides the messages themselves: ids, and how long a transfer waits.
 * A transfer survives a lost connection: while the operator's command is running, each end waits for the other.
 */

/** 24 lower-case hexadecimal digits, random: a subject token, a part of a file name, and the name of an object. */
const TRANSFER_ID = /^[0-9a-f]{24}$/;

export const isTransferId = (text: string) => TRANSFER_ID.test(text);

export const isSha256 = (text: string) => /^[0-9a-f]{64}$/.test(text);

/** A node stops a transfer if no request for it has been alive for this long. */
export const TRANSFER_LEASE_MS = 60_000;

/** Either end fails after this time without progress: the bus is down, its bucket is full, or the other end hangs. */
export const TRANSFER_STALL_MS = 120_000;

/** A node reports the progress of a push this often. */
export const PROGRESS_INTERVAL_MS = 500;
