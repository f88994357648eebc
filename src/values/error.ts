/**
 * The one class for failures we foresee; anything else that is thrown is a bug and keeps its stack.
 * `code` is for programs, the message says what failed on which thing and why, `hint` what to do next,
 * `cause` is never dropped. Callers ask `hasCode`; nobody matches message text.
 */
import { ERROR_HINTS, type ErrorCode } from "./error-codes.ts";

export interface McpErrorOptions extends ErrorOptions {
  readonly hint?: string;
  /** Facts for programs (`--json`): who wrote the newer generation, which field is wrong … */
  readonly details?: unknown;
}

/** `details` of a failure that stays until somebody acts: a supervisor need not start the program again. */
export const NO_RETRY = { retry: false } as const;

export class McpError extends Error {
  override readonly name = "McpError";
  readonly code: ErrorCode;
  readonly hint: string;
  readonly details: unknown;

  constructor(code: ErrorCode, message: string, options: McpErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint ?? ERROR_HINTS[code];
    this.details = options.details;
  }
}

/** True when `error`, or a cause beneath it, carries this code. */
export function hasCode(error: unknown, code: ErrorCode): boolean {
  if (error instanceof McpError && error.code === code) return true;
  return error instanceof Error && error.cause !== undefined && hasCode(error.cause, code);
}

/** The message of anything thrown, its causes appended once each: `a: b: c`. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const own = error.message === "" ? error.name : error.message;
  if (error.cause === undefined) return own;
  const deeper = messageOf(error.cause);
  return own.includes(deeper) ? own : `${own}: ${deeper}`;
}
