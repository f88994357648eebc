/**
 * The queue of calls that are still to be made: bounded, ordered within a subject, each tried a limited number of
 * times with growing delays. Pure.
 */
import type { Notice } from "./alert-state.ts";

/** The queue's limit: above it the oldest are dropped. */
export const MAX_NOTICES = 100;
/** Calls of the command for one notice, the first included. */
export const MAX_TRIES = 5;

const FIRST_RETRY_MS = 5_000;

/** Milliseconds to wait after `tries` failed attempts: 5 s, 15 s, 45 s, 135 s. */
export function retryMs(tries: number): number {
  return FIRST_RETRY_MS * 3 ** Math.max(0, tries - 1);
}

export function withNotice(notices: readonly Notice[], notice: Notice): readonly Notice[] {
  return [...notices, notice].slice(-MAX_NOTICES);
}

/** The oldest notice that may be tried now and is the first of its subject. */
export function nextNotice(notices: readonly Notice[], nowMs: number): Notice | undefined {
  return notices.find((notice, index) => isFirst(notices, index) && isReady(notice, nowMs));
}

/** A clock that was set back must not delay a notice beyond its longest delay. */
function isReady({ notBeforeMs }: Notice, nowMs: number): boolean {
  return notBeforeMs <= nowMs || notBeforeMs - nowMs > retryMs(MAX_TRIES);
}

function isFirst(notices: readonly Notice[], index: number): boolean {
  return !notices.slice(0, index).some(({ subject }) => subject === notices[index]?.subject);
}

/** When `nextNotice` has one; Unix milliseconds, undefined for never. */
export function nextTryMs(notices: readonly Notice[]): number | undefined {
  const times = notices.filter((_, index) => isFirst(notices, index)).map(({ notBeforeMs }) => notBeforeMs);
  return times.length === 0 ? undefined : Math.min(...times);
}

/** Counted before the command runs: if the command kills the agent each time, the attempts still end. */
export function withTry(notices: readonly Notice[], notice: Notice, nowMs: number): readonly Notice[] {
  const tries = notice.tries + 1;
  const tried = { ...notice, tries, notBeforeMs: nowMs + retryMs(tries) };
  return notices.map((one) => (isSame(one, notice) ? tried : one));
}

export function without(notices: readonly Notice[], notice: Notice): readonly Notice[] {
  return notices.filter((one) => !isSame(one, notice));
}

const isSame = (a: Notice, b: Notice): boolean => a.alert === b.alert && a.event.id === b.event.id;
