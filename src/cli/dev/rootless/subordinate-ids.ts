/**
 * Subordinate ids (/etc/subuid, /etc/subgid): which range a throw-away user gets.
 * Pure. A range is derived from the user's own id, so two processes that create users at the same moment
 * cannot choose the same one; it must never overlap a range that is already given away.
 */
import { McpError } from "../../../values/error.ts";

/** One line of /etc/subuid: the ids `start` to `start + count - 1` belong to `owner`. */
export interface SubordinateRange {
  readonly owner: string;
  readonly start: number;
  readonly count: number;
}

/** The count that a container needs to map every id an image may use (0 to 65535). */
export const SUBORDINATE_COUNT = 65_536;
const FIRST_START = 10_000_000;
const SYSTEM_IDS = 1_000;
const LAST_START = 600_000_000;

/** The ranges of a subuid or subgid file; other lines are left out. */
export function parseRanges(text: string): SubordinateRange[] {
  return text.split("\n").flatMap((line) => {
    const [owner, start, count] = line.split(":");
    const range = { owner: owner ?? "", start: Number(start), count: Number(count) };
    return range.owner !== "" && Number.isInteger(range.start) && range.count > 0 ? [range] : [];
  });
}

/**
 * The first id of a range for the user with this id that overlaps none of `taken`.
 * Throws E_UNSUPPORTED when every candidate is taken.
 */
export function chooseStart(uid: number, taken: readonly SubordinateRange[]): number {
  for (let slot = uid; ; slot += SYSTEM_IDS) {
    const start = FIRST_START + slot * SUBORDINATE_COUNT;
    if (start > LAST_START) throw new McpError("E_UNSUPPORTED", `no free range of subordinate ids for user id ${uid}`);
    if (!taken.some((range) => overlaps(range, start))) return start;
  }
}

/** Whether this user id is the user's own or one of its subordinate ids. */
export function ownsId(id: number, uid: number, ranges: readonly SubordinateRange[]): boolean {
  return id === uid || ranges.some(({ start, count }) => id >= start && id < start + count);
}

function overlaps(range: SubordinateRange, start: number): boolean {
  return start < range.start + range.count && range.start < start + SUBORDINATE_COUNT;
}
