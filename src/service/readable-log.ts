/**
 * Log lines for people: `12:07:19 WARN  message key=value`, colored where that is allowed. Input is one JSON line of
 * pino at a time. Control characters of values are escaped: a log line must not steer the terminal.
 */

export interface ReadableOptions {
  readonly color: boolean;
  /** Keys that every line has, such as the node's name: not shown. */
  readonly hidden: readonly string[];
}

const LEVELS: Readonly<Record<number, readonly [name: string, color: number]>> = {
  10: ["TRACE", 90],
  20: ["DEBUG", 90],
  30: ["INFO", 32],
  40: ["WARN", 33],
  50: ["ERROR", 31],
  60: ["FATAL", 31],
};

/** @returns the line without a line end; what is not JSON is returned as it is */
export function readableLine(json: string, { color, hidden }: ReadableOptions): string {
  const record = recordOf(json);
  if (record === undefined) return escaped(json.trimEnd());
  const { level, time, msg, err, ...facts } = record;
  const paint = (code: number, text: string) => (color ? `\u001b[${code}m${text}\u001b[0m` : text);
  const [name, code] = LEVELS[Number(level)] ?? ["INFO", 32];
  const shown = Object.entries(facts).filter(([key]) => !hidden.includes(key));
  const pairs = [...shown, ...errorPairs(err, String(msg))].map(([key, value]) =>
    paint(90, `${key}=${valueText(value)}`),
  );
  return [paint(90, clockTime(time)), paint(code, name.padEnd(5)), escaped(String(msg ?? "")), ...pairs].join(" ");
}

function recordOf(json: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === "object" && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

/** The message usually contains the error's text; then the code is enough. */
function errorPairs(err: unknown, message: string): [string, unknown][] {
  if (typeof err !== "object" || err === null) return [];
  const { message: text, code } = err as { message?: unknown; code?: unknown };
  const pairs: [string, unknown][] = [
    ["error", typeof text === "string" && message.includes(text) ? undefined : text],
    ["code", code],
  ];
  return pairs.filter(([, value]) => value !== undefined);
}

/** Local time: the reader is at the machine. */
function clockTime(time: unknown): string {
  const date = new Date(Number(time));
  if (Number.isNaN(date.getTime())) return "--:--:--";
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => String(part).padStart(2, "0")).join(":");
}

function valueText(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return /^[^\s"=\p{Cc}]+$/u.test(text) ? text : JSON.stringify(text);
}

function escaped(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, (character) =>
    character === "\n" ? "\n  " : JSON.stringify(character).slice(1, -1),
  );
}
