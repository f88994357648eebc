/** Times and sizes as people read them: `3h`, `2.3s`, `512 MiB`. Pure; the clock is the caller's. */
import prettyMs from "pretty-ms";

/** Of a time that cannot be read: anybody may write one. */
const UNKNOWN = "an unknown time";

/** An age or a waiting time by its largest unit: `3h`; never negative, since clocks of two machines differ. */
export function ageText(ms: number): string {
  if (!Number.isFinite(ms)) return UNKNOWN;
  return prettyMs(Math.max(0, ms < 1000 ? 0 : ms), { compact: true }).replace(/^0ms$/, "0s");
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** A time that is left or a difference, to the nearest unit: `90d` when a second of 90 days has passed. */
export function leftText(ms: number): string {
  const unit = [DAY_MS, HOUR_MS, MINUTE_MS].find((one) => ms >= 2 * one) ?? 1_000;
  return ageText(Math.round(ms / unit) * unit);
}

/** How long ago an ISO 8601 time was, in milliseconds; never negative, NaN for a time that cannot be read. */
export function msSince(at: string, nowMs: number): number {
  return Math.max(0, nowMs - Date.parse(at));
}

/** A measured duration with one decimal: `2.3s`, `1m 4s`. */
export function durationText(ms: number): string {
  return Number.isFinite(ms) ? prettyMs(Math.max(0, ms)) : UNKNOWN;
}

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"] as const;

/** Bytes in binary units: `1.5 GiB`. */
export function sizeText(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log2(bytes) / 10));
  const amount = bytes / 1024 ** power;
  return `${power === 0 || amount >= 100 ? Math.round(amount) : amount.toFixed(1)} ${UNITS[power]}`;
}
