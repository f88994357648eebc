/**
 * Times as people read them: in local time with its offset, or in UTC. One word without blanks, so that columns stay
 * columns, and a form that `--since` takes. Pure, apart from the time zone of this process.
 */

/** How a command shows times. */
export interface TimeStyle {
  /** `--utc` */
  readonly utc: boolean;
}

/** `2025-06-01T14:00:00+02:00`, or `2025-06-01T12:00:00Z` in UTC. @param at ISO 8601; other text is returned as it is */
export function timeText(at: string, { utc }: TimeStyle): string {
  return shown(at, { utc, fraction: "" });
}

/** The same with the fraction of a second that `at` has, down to nanoseconds. */
export function preciseTimeText(at: string, { utc }: TimeStyle): string {
  return shown(at, { utc, fraction: /\.\d+/.exec(at)?.[0] ?? "" });
}

/** Text in which each time that a message carries (in UTC, to the second or finer) is shown in this style. */
export function withShownTimes(text: string, style: TimeStyle): string {
  return text.replaceAll(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, (at) => timeText(at, style));
}

function shown(at: string, { utc, fraction }: TimeStyle & { readonly fraction: string }): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return at;
  const offsetMinutes = utc ? 0 : -date.getTimezoneOffset();
  const moved = new Date(date.getTime() + offsetMinutes * 60_000);
  if (Number.isNaN(moved.getTime())) return at;
  return `${moved.toISOString().slice(0, 19)}${fraction}${offsetText(offsetMinutes)}`;
}

/** `+02:00`, or `Z` for UTC. */
function offsetText(minutes: number): string {
  if (minutes === 0) return "Z";
  const two = (value: number) => String(Math.trunc(value)).padStart(2, "0");
  const size = Math.abs(minutes);
  return `${minutes < 0 ? "-" : "+"}${two(size / 60)}:${two(size % 60)}`;
}
