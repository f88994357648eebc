/** The nodes of a request, and when to stop waiting for answers. */
import type { NodeName } from "../../values/names.ts";

export interface AskOptions {
  /** Absent: every node. If given, waiting ends when each has sent its last answer. */
  readonly nodes?: readonly NodeName[];
  /** How long to wait for silent nodes. Each answer restarts it, unless `quietMs` is given. */
  readonly idleMs: number;
  /** If given, `idleMs` counts from the request, and the next answer is awaited at least this long after each answer. */
  readonly quietMs?: number;
  readonly signal: AbortSignal;
}
