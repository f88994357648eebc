/**
 * The class for expected failures. Anything else that is thrown is a bug and keeps its stack. `code` is for programs; the
 * message says what failed and why; `hint` says what to do next; `cause` is never dropped. Callers use `hasCode` and never
 * match the text of a message.
 */
import { ERROR_HINTS, type ErrorCode } from "./error-codes.ts";

export interface McpErrorOptions extends ErrorOptions {
  readonly hint?: string;
  /** Facts for programs (`--json`): who wrote the newer generation, which field is wrong … */
  readonly details?: unknown;
}

/** `details` of a failure that a restart cannot fix: a supervisor should not start the program again. */
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

/** True if `error` or one of its causes has this code. */
export function hasCode(error: unknown, code: ErrorCode): boolean {
  if (error instanceof McpError && error.code === code) return true;
  return error instanceof Error && error.cause !== undefined && hasCode(error.cause, code);
}

/** The message of a thrown value with its causes, without repeats: `a: b: c`. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const own = error.message === "" ? error.name : error.message;
  if (error.cause === undefined) return own;
  const deeper = reasonIn(own, error.cause);
  return deeper === "" || own.includes(deeper) ? own : `${own}: ${deeper}`;
}

/** What a cause adds to a message, for people; empty when the message says it all. */
export function reasonIn(message: string, cause: unknown): string {
  if (!isSystemError(cause)) return messageOf(cause);
  const { code = "", path } = cause;
  if (cause.message === code || SAID[code]?.test(message)) return "";
  const reason = cause.message.replace(/^E[A-Z0-9]+: /, "");
  if (path === undefined) return reason.replace(/, (read|write)$/, "");
  return message.includes(path) ? reason.replace(/, \w+ '.*$/s, "") : reason;
}

/** Messages that say in words what these numbers of system errors mean. */
const SAID: Readonly<Record<string, RegExp>> = {
  ENOENT: /there is no|no such|does not exist/,
  ECONNREFUSED: /connection refused/,
};

function isSystemError(cause: unknown): cause is NodeJS.ErrnoException {
  return cause instanceof Error && "code" in cause && "errno" in cause && cause.cause === undefined;
}
