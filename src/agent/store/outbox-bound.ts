/**
 * The limit of the queue of undelivered events while the bus is away, and what is dropped when it is full: the oldest
 * `info` first, then warnings, then errors. The loss is itself an event, in the same transaction, so that a consumer
 * is informed and does not only find a gap in the sequence.
 */
import { randomUUID } from "node:crypto";
import type { Severity } from "../../schemas/wire/event.ts";
import type { EventDraft } from "./store.ts";

/** About 70 MB of events of ordinary size: days without a bus on a busy node. */
export const MAX_UNDELIVERED = 100_000;

/** Delivered events that stay, so that people can read them in the file. */
export const KEPT_DELIVERED = 1_000;

export type SeverityCounts = Readonly<Record<Severity, number>>;

const DROP_ORDER = ["info", "warning", "error"] as const satisfies readonly Severity[];

/** How many of each severity to drop from a queue that is longer than `limit`, down to nine tenths of it. */
export function dropsOf(counts: SeverityCounts, limit: number): SeverityCounts {
  const total = counts.info + counts.warning + counts.error;
  const drops = { info: 0, warning: 0, error: 0 };
  if (total <= limit) return drops;
  let excess = total - Math.floor(limit * 0.9);
  for (const severity of DROP_ORDER) {
    drops[severity] = Math.min(excess, counts[severity]);
    excess -= drops[severity];
  }
  return drops;
}

/** The event that reports a loss; node and time are those of the event that made the queue overflow. */
export function lossEvent(last: EventDraft, drops: SeverityCounts): EventDraft {
  const dropped = drops.info + drops.warning + drops.error;
  return {
    version: 1,
    id: randomUUID(),
    node: last.node,
    kind: "events-dropped",
    severity: "error",
    at: last.at,
    message: `the queue of undelivered events was full: ${dropped} of the oldest were dropped`,
    data: { dropped, ...drops },
  };
}
