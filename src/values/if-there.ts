/** What the operating system refused, and what is read where there may be nothing. */
import { hasCode } from "./error.ts";

/** The `code` of an error of the operating system, in the error or a cause beneath it. */
export function errnoOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if ("errno" in error && "code" in error) return String(error.code);
  return errnoOf(error.cause);
}

/** True where nothing is there: by the system's word, or by E_NOT_FOUND. */
export const isMissing = (error: unknown) => errnoOf(error) === "ENOENT" || hasCode(error, "E_NOT_FOUND");

/** Undefined where nothing is there. @throws every other failure */
export async function ifThere<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
