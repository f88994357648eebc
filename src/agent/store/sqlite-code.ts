/** SQLite's primary result codes, https://sqlite.org/rescode.html */
import Database from "libsql";

const BUSY = 5;
const CORRUPT = 11;
const FULL = 13;
const NOT_A_DATABASE = 26;

/** True when the file itself is damaged, as opposed to a full disk or a missing permission. */
export const isDamage = (error: unknown): boolean => [CORRUPT, NOT_A_DATABASE].includes(resultCode(error));

/** True when another connection holds the file. */
export const isBusy = (error: unknown): boolean => resultCode(error) === BUSY;

/** True when the disk has no room for the write. */
export const isFull = (error: unknown): boolean => resultCode(error) === FULL;

function resultCode(error: unknown): number {
  if (error instanceof Database.SqliteError) return (error.rawCode ?? 0) & 0xff;
  return error instanceof Error && error.cause !== undefined ? resultCode(error.cause) : 0;
}
