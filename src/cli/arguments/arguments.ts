/** Options that carry a number, a time or one of a list of words. Pure; what does not fit is E_USAGE with an example. */

import { parseDuration } from "../../values/duration.ts";
import { McpError } from "../../values/error.ts";
import { isName, NAME_RULE, type NodeName } from "../../values/names.ts";
import { didYouMean } from "../../values/nearest.ts";
import { isWrong } from "../../values/parsed.ts";
import { quoted } from "../../values/quoted.ts";
import { MAX_MESSAGE } from "../output/words.ts";

const DAY_MS = 86_400_000;
const WAITS = { minMs: 1, maxMs: DAY_MS };
/** Events are kept for weeks, logs as long as the container exists. */
const AGES = { minMs: 0, maxMs: 36_500 * DAY_MS };
const ISO_DATE = /^\d{4}-\d{2}-\d{2}/;

/** A whole number from 0 to `most`. */
export function readCount(option: string, text: string, most = Number.POSITIVE_INFINITY): number {
  const hint = `for example: ${option} 100`;
  if (!/^\d{1,9}$/.test(text))
    throw new McpError("E_USAGE", `${option}: ${quoted(text)} is not a whole number`, { hint });
  if (Number(text) > most) throw new McpError("E_USAGE", `${option}: ${text} is more than ${most}`, { hint });
  return Number(text);
}

/** How long to wait (`90s`, `1m30s`), in milliseconds, up to a day. */
export function readWait(option: string, text: string): number {
  const parsed = parseDuration(text, WAITS);
  if (!isWrong(parsed)) return parsed.value;
  throw new McpError("E_USAGE", `${option}: ${parsed.wrong}`, { hint: `for example: ${option} 30s` });
}

/** A time in the past as Unix milliseconds: a duration before now, or ISO 8601. */
export function readSince(option: string, text: string, nowMs: number): number {
  const iso = ISO_DATE.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(iso)) return iso;
  const ago = parseDuration(text, AGES);
  if (!isWrong(ago)) return nowMs - ago.value;
  throw new McpError("E_USAGE", `${option}: ${quoted(text)} is neither a duration nor a time`, {
    hint: `for example: ${option} 1h, or ${option} 2025-01-31T12:00:00Z`,
  });
}

/** One of `words`. @throws McpError E_USAGE with the nearest word, or else with all of them */
export function readWord<Word extends string>(option: string, text: string, words: readonly Word[]): Word {
  const found = words.find((word) => word === text);
  if (found !== undefined) return found;
  const near = didYouMean(text, words);
  throw new McpError("E_USAGE", `${option}: unknown value ${quoted(text)}${near}`, {
    ...(near === "" ? { hint: `use one of ${words.join(", ")}` } : {}),
  });
}

const LIVES = { minMs: 60_000, maxMs: AGES.maxMs };

/** A time of validity (`90d`), in milliseconds. */
export function readLife(option: string, text: string): number {
  const parsed = parseDuration(text, LIVES);
  if (!isWrong(parsed)) return parsed.value;
  throw new McpError("E_USAGE", `${option}: ${parsed.wrong}`, { hint: `for example: ${option} 90d` });
}

/** A regular expression. @throws McpError E_USAGE */
export function readPattern(option: string, text: string): RegExp {
  try {
    return new RegExp(text);
  } catch (cause) {
    throw new McpError("E_USAGE", `${option}: ${quoted(text)} is not a valid regular expression`, {
      cause,
      hint: `for example: ${option} 'error|fatal'; put a \\ before a character such as ( to mean itself`,
    });
  }
}

/** The name of an operator or of a consumer of events: of the same form as a node's. */
export function readPersonName(option: string, text: string): string {
  return readNodeName(option, text);
}

/** The name of a node. */
export function readNodeName(option: string, text: string): NodeName {
  if (isName(text)) return text;
  throw new McpError("E_USAGE", `${option}: ${quoted(text)} is not a valid name`, { hint: `a name is ${NAME_RULE}` });
}

const UNWRITABLE = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;

/** Why a change is made, as everybody reads it in one line of the history. */
export function readMessage(text: string | undefined): string | undefined {
  if (text === undefined || (text.length <= MAX_MESSAGE && !UNWRITABLE.test(text))) return text;
  const wrong =
    text.length > MAX_MESSAGE ? `has ${text.length} characters, and ${MAX_MESSAGE} are kept` : "has control characters";
  throw new McpError("E_USAGE", `--message: ${quoted(text)} ${wrong}`, {
    hint: "one line that says why, for example: -m 'new certificate'",
  });
}
