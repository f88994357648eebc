/**
 * The exit codes, and the one of every error code. Scripts rely on them: a number never changes its meaning.
 * docs/errors.md shows both tables; test/unit/cli/context/exit-codes.test.ts compares them with these.
 */
import type { ErrorCode } from "../../values/error-codes.ts";

export const EXIT = {
  done: 0,
  bug: 1,
  usage: 2,
  notFound: 3,
  conflict: 4,
  refused: 5,
  unreachable: 6,
  timedOut: 7,
  partlyFailed: 8,
  nodeFailed: 9,
  differences: 10,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export const EXIT_OF = {
  E_USAGE: EXIT.usage,
  E_CONFIG: EXIT.usage,
  E_DEFINITION: EXIT.usage,
  E_NOT_FOUND: EXIT.notFound,
  E_CONFLICT: EXIT.conflict,
  E_REFUSED: EXIT.refused,
  E_UNCONFIRMED: EXIT.usage,
  E_BUS_UNREACHABLE: EXIT.unreachable,
  E_BUS_UNPROVISIONED: EXIT.unreachable,
  E_BUS_MISMATCH: EXIT.unreachable,
  E_BUS_VERSION: EXIT.unreachable,
  E_BUS: EXIT.unreachable,
  E_NODE_UNREACHABLE: EXIT.unreachable,
  E_TIMEOUT: EXIT.timedOut,
  E_PARTIAL: EXIT.partlyFailed,
  E_NODE_FAILED: EXIT.nodeFailed,
  E_DIFFERENCES: EXIT.differences,
  E_UNSUPPORTED: EXIT.nodeFailed,
  E_INVALID_MESSAGE: EXIT.unreachable,
  E_REGRESSED: EXIT.conflict,
  E_MCIAS: EXIT.unreachable,
  E_EXCHANGE: EXIT.unreachable,
  E_RUNTIME: EXIT.nodeFailed,
  E_RUNTIME_UNREACHABLE: EXIT.nodeFailed,
  E_RUNTIME_TIMEOUT: EXIT.nodeFailed,
  E_IMAGE: EXIT.nodeFailed,
  E_NAME_TAKEN: EXIT.nodeFailed,
  E_STORE: EXIT.nodeFailed,
  E_FILE: EXIT.nodeFailed,
  E_INTERRUPTED: EXIT.interrupted,
  E_BUG: EXIT.bug,
} as const satisfies Record<ErrorCode, ExitCode>;
