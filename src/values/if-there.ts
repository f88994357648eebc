/** Reads that may find nothing, and the system's code in an error. */
import { hasCode } from "./error.ts";

/** The system's error code (`ENOENT`), from the error or one of its causes. */
export function errnoOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if ("errno" in error && "code" in error) return String(error.code);
  return errnoOf(error.cause);
}

/** True for ENOENT and E_NOT_FOUND. */
export const isMissing = (error: unknown) => errnoOf(error) === "ENOENT" || hasCode(error, "E_NOT_FOUND");

/** Undefined if nothing exists there. @throws every other failure */
export async function ifThere<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
