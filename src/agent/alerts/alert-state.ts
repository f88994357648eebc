/**
 * Which alerts are still to be sent, and which were sent: kept in the store as one fact, so that a restart
 * during `for`, a cooldown or a retry changes nothing. Changed only by decide.ts and notices.ts.
 */
import type { McpEvent } from "../../schemas/wire/event.ts";

/** The alert settings, in milliseconds. */
export interface AlertRules {
  /** A drift must last this long before it is raised. */
  readonly forMs: number;
  /** The same subject is not raised again within this time. */
  readonly cooldownMs: number;
}

/** Something that began and has not ended: a drift, or a runtime that does not answer. */
export interface OpenAlert {
  /** What the cooldown is counted for. */
  readonly subject: string;
  /** The event that opened it. */
  readonly event: McpEvent;
  /** Unix milliseconds at which this agent learned of it. */
  readonly seenMs: number;
  /** Unix milliseconds from which it may be raised. */
  readonly dueMs: number;
  readonly raised: boolean;
  /** Unix milliseconds at which it counts as over, unless it is confirmed before that. */
  readonly overMs?: number;
}

/** One call of the command that is still to be made. */
export interface Notice {
  readonly alert: "raised" | "resolved";
  readonly subject: string;
  readonly event: McpEvent;
  /** Id of the event whose alert is resolved. */
  readonly resolves?: string;
  readonly tries: number;
  /** Unix milliseconds before which it is not tried again. */
  readonly notBeforeMs: number;
}

export interface AlertState {
  /** Sequence of the last event that was considered. */
  readonly sequence: number;
  /** Unix milliseconds at which alerting began: earlier events are not alerted. */
  readonly sinceMs: number;
  readonly open: Readonly<Record<string, OpenAlert>>;
  /** Subjects in their cooldown: Unix milliseconds at which it ends. */
  readonly quiet: Readonly<Record<string, number>>;
  /** The oldest first. */
  readonly notices: readonly Notice[];
}

/** A new alerter also considers events from shortly before its start, for example that the store was rebuilt. */
const NEWS_MS = 60_000;

export const initialState = (nowMs: number): AlertState => ({
  sequence: 0,
  sinceMs: nowMs - NEWS_MS,
  open: {},
  quiet: {},
  notices: [],
});
