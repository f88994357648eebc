/**
 * Maps errors of the NATS client to our codes. A timeout means unreachable: it is then unknown whether a write was stored,
 * and callers that need to know read it back (desired-writes.ts).
 */
import { JetStreamApiCodes, JetStreamApiError } from "@nats-io/jetstream";
import { errors } from "@nats-io/nats-core";
import { McpError, type McpErrorOptions } from "../../values/error.ts";
import type { ErrorCode } from "../../values/error-codes.ts";
import { PAYLOAD_HINT } from "./server-limits.ts";

/** Codes of the JetStream API with a specific code. */
const API_CODES: Readonly<Record<number, ErrorCode>> = {
  [JetStreamApiCodes.StreamWrongLastSequence]: "E_CONFLICT",
  [JetStreamApiCodes.StreamWrongLastSequenceUnknown]: "E_CONFLICT",
  [JetStreamApiCodes.StreamNotFound]: "E_BUS_UNPROVISIONED",
  [JetStreamApiCodes.JetStreamNotEnabledForAccount]: "E_BUS_UNPROVISIONED",
};

const UNREACHABLE = [
  errors.TimeoutError,
  errors.ConnectionError,
  errors.ClosedConnectionError,
  errors.DrainingConnectionError,
];
const REFUSED = [errors.PermissionViolationError, errors.AuthorizationError, errors.UserAuthenticationExpiredError];

/** @param what the operation as a phrase: "read desired state of web on rift" */
export function busError(what: string, error: unknown): McpError {
  if (error instanceof McpError) return error;
  rewordTimeout(error);
  return new McpError(codeOf(error), `cannot ${what}`, { cause: error, ...hintFor(error) });
}

function codeOf(error: unknown): ErrorCode {
  if (error instanceof JetStreamApiError) return API_CODES[error.code] ?? "E_BUS";
  if (causedBy(error, errors.NoRespondersError)) return "E_BUS_UNPROVISIONED";
  if (REFUSED.some((type) => causedBy(error, type))) return "E_REFUSED";
  if (UNREACHABLE.some((type) => causedBy(error, type))) return "E_BUS_UNREACHABLE";
  // A request that a disconnect ends has no cause.
  return error instanceof errors.RequestError ? "E_BUS_UNREACHABLE" : "E_BUS";
}

const TOO_LARGE = /max_payload size exceeded/;

function hintFor(error: unknown): Pick<McpErrorOptions, "hint"> {
  if (causedBy(error, errors.NoRespondersError)) {
    return {
      hint: "the stream is missing, or JetStream is off or has no leader now: `mcp bus provision`, `mcp doctor`",
    };
  }
  if (error instanceof Error && TOO_LARGE.test(error.message)) return { hint: PAYLOAD_HINT };
  return {};
}

/** The client's own message is only "timeout". */
function rewordTimeout(error: unknown): void {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause.message === "timeout") cause.message = "the bus did not answer in time";
  }
}

/** The client's error about a missing permission, if that is what `error` is about. */
export function permissionErrorIn(error: unknown): Error | undefined {
  if (error instanceof errors.PermissionViolationError) return error;
  return error instanceof Error ? permissionErrorIn(error.cause) : undefined;
}

function causedBy(error: unknown, type: new (...args: never[]) => Error): boolean {
  if (error instanceof type) return true;
  return error instanceof Error && error.cause !== undefined && causedBy(error.cause, type);
}
