/**
 * Parses and formats durations: numbers with a unit, `10s`, `250ms`, `1m30s`. Every number has a unit, larger units come
 * first, and the sum is in whole milliseconds.
 */

import ms from "ms";
import type { Parsed } from "./parsed.ts";
import { quoted } from "./quoted.ts";

const UNITS: readonly string[] = ["d", "h", "m", "s", "ms"];
const PART = /(\d{1,9}(?:\.\d{1,3})?)(ms|[dhms])/gy;

export interface DurationBounds {
  readonly minMs: number;
  readonly maxMs: number;
}

/** Milliseconds within the bounds (both allowed). */
export function parseDuration(text: string, bounds: DurationBounds): Parsed<number> {
  const valueMs = sumOfParts(text);
  if (valueMs === undefined || !Number.isSafeInteger(valueMs)) {
    return { wrong: `${quoted(text)} is not a duration (a number with a unit: ms, s, m, h or d)`, ...suggestion(text) };
  }
  if (valueMs < bounds.minMs || valueMs > bounds.maxMs) {
    return {
      wrong: `${text} is outside ${formatDuration(bounds.minMs)} to ${formatDuration(bounds.maxMs)}`,
      instead: `"${formatDuration(Math.min(bounds.maxMs, Math.max(bounds.minMs, valueMs)))}"`,
    };
  }
  return { value: valueMs };
}

function sumOfParts(text: string): number | undefined {
  const parts = [...text.matchAll(PART)];
  if (parts.length === 0 || parts.map(([whole]) => whole).join("") !== text) return undefined;
  const ranks = parts.map(([, , unit]) => UNITS.indexOf(unit ?? ""));
  if (ranks.some((rank, index) => index > 0 && rank <= (ranks[index - 1] ?? -1))) return undefined;
  // Rounded to a thousandth first: 1.1 s is 1100.0000000000002 ms in floating point.
  return Math.round(parts.reduce((sum, [whole]) => sum + (toMs(whole) ?? Number.NaN), 0) * 1e3) / 1e3;
}

/** `ms` types its argument as a template literal; PART has checked this one. */
function toMs(part: string): number | undefined {
  return ms(part as ms.StringValue);
}

/** A number without a unit most likely means seconds. */
function suggestion(text: string): { instead: string } | { example: string } {
  return /^\d{1,6}$/.test(text) ? { instead: `"${text}s"` } : { example: '"10s"' };
}

/** In the largest unit without a fraction: 90000 is `90s`, 60000 `1m`, 0 `0s`. */
export function formatDuration(valueMs: number): string {
  if (valueMs === 0) return "0s";
  const unit = UNITS.find((candidate) => valueMs % (toMs(`1${candidate}`) ?? 1) === 0) ?? "ms";
  return `${valueMs / (toMs(`1${unit}`) ?? 1)}${unit}`;
}
