/**
 * Merges the lines of several containers by time. Lines of one container keep their order, even if the clock was set
 * back; a line without a time stays after the line before it. Pure.
 */
import type { LogsOutput } from "../../schemas/output/stream-output.ts";

/** A time finer than a millisecond: RFC 3339 has nanoseconds. */
interface Moment {
  readonly ms: number;
  readonly ns: number;
}

interface HeldLine {
  readonly line: LogsOutput;
  readonly moment: Moment;
  readonly arrivedMs: number;
  readonly order: number;
}

const START: Moment = { ms: Number.NEGATIVE_INFINITY, ns: 0 };

export class TimeMerge {
  #held: HeldLine[] = [];
  #order = 0;
  readonly #latest = new Map<string, Moment>();

  push(line: LogsOutput, arrivedMs: number): void {
    const source = `${line.node} ${line.component}`;
    const before = this.#latest.get(source) ?? START;
    const own = line.at === undefined ? before : momentOf(line.at);
    const moment = compare(own, before) < 0 ? before : own;
    this.#latest.set(source, moment);
    this.#held.push({ line, moment, arrivedMs, order: this.#order++ });
  }

  /**
   * Returns and drops the lines that arrived up to `arrivedMs`, in order of time. A line that arrives later with an
   * earlier time is out of order: the caller decides how long to hold lines back.
   */
  take(arrivedMs: number): LogsOutput[] {
    const ready = this.#held.filter((held) => held.arrivedMs <= arrivedMs);
    if (ready.length === 0) return [];
    this.#held = this.#held.filter((held) => held.arrivedMs > arrivedMs);
    return ready.sort((a, b) => compare(a.moment, b.moment) || a.order - b.order).map(({ line }) => line);
  }
}

/** A time that cannot be read sorts like no time. */
function momentOf(at: string): Moment {
  const ms = Date.parse(at);
  if (Number.isNaN(ms)) return START;
  const fraction = /\.(\d+)/.exec(at)?.[1] ?? "";
  return { ms, ns: Number(fraction.slice(3, 9).padEnd(6, "0")) };
}

function compare(a: Moment, b: Moment): number {
  if (a.ms !== b.ms) return a.ms < b.ms ? -1 : 1;
  return a.ns - b.ns;
}
