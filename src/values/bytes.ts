/**
 * Parses and formats sizes: `512m`, `1g`, `16GiB` or a plain number of bytes. As in podman, units are powers of 1024 in every
 * spelling (`m`, `M`, `MB`, `MiB`).
 */

import type { Parsed } from "./parsed.ts";
import { quoted } from "./quoted.ts";

const UNITS: readonly string[] = ["b", "k", "m", "g", "t"];
const BYTES = /^(\d{1,15})(?:\.(\d{1,3}))?\s?([bkmgt])?(?:(?<=[kmgt])i?b)?$/i;

export interface ByteBounds {
  readonly min: number;
  readonly max: number;
}

/** Bytes within the bounds (both allowed). */
export function parseBytes(text: string, bounds: ByteBounds): Parsed<number> {
  const [, whole, fraction, unit = "b"] = BYTES.exec(text) ?? [];
  const rank = UNITS.indexOf(unit.toLowerCase());
  const bytes = Number(`${whole}.${fraction ?? 0}`) * 1024 ** rank;
  if (whole === undefined || !Number.isSafeInteger(bytes)) {
    return {
      wrong: `${quoted(text)} is not a size (a number of bytes, or a number with k, m, g or t)`,
      example: '"512m"',
    };
  }
  if (bytes < bounds.min || bytes > bounds.max) {
    return {
      wrong: `${text} is outside ${formatBytes(bounds.min)} to ${formatBytes(bounds.max)}`,
      instead: `"${formatBytes(Math.min(bounds.max, Math.max(bounds.min, bytes)))}"`,
    };
  }
  return { value: bytes };
}

/** In the largest unit without a fraction: 536870912 is `512m`, 1000 is `1000`. */
export function formatBytes(bytes: number): string {
  const rank = bytes === 0 ? 0 : UNITS.findLastIndex((_, power) => bytes % 1024 ** power === 0);
  return rank <= 0 ? String(bytes) : `${bytes / 1024 ** rank}${UNITS[rank]}`;
}
