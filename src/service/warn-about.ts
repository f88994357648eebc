/** Logs failures that will be retried: each distinct one once, then with its count at growing intervals. */
import { messageOf } from "../values/error.ts";
import type { ProgramLog } from "./logger.ts";
import { RepeatedProblems } from "./repeated-problems.ts";

/** `what` names the work that failed: `warnAbout("reading desired state")(error)`. */
export type WarnAbout = (what: string) => (error: unknown) => void;

/** @param now Unix milliseconds. @param signal after its abort nothing is logged: the program is stopping */
export function warnAboutIn(log: ProgramLog, now: () => number, signal: AbortSignal): WarnAbout {
  const problems = new RepeatedProblems(now);
  return (what) => (error) => {
    const line = signal.aborted ? undefined : problems.lineFor(`${what}: ${messageOf(error)}`);
    if (line !== undefined) log.warn({ err: error }, line);
  };
}
