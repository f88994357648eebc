/** Whom a request goes to, and when its answers are over. */
import type { NodeName } from "../../values/names.ts";

export interface AskOptions {
  /** Absent: every node. With them it is over when each has sent its last answer. */
  readonly nodes?: readonly NodeName[];
  /** How long to wait for silent nodes; each answer restarts it, unless `lullMs` is given. */
  readonly idleMs: number;
  /** With it `idleMs` counts from the asking, and after an answer at least this long is waited for the next. */
  readonly lullMs?: number;
  readonly signal: AbortSignal;
}
