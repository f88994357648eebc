/** Chance from a seed: a sequence, or a number that follows from what it is for, so that one draw does not move the others. */

/** A number from 0 to 2³² − 1 that follows from the parts (FNV-1a, then mixed as in MurmurHash3). */
export function mixed(...parts: readonly (string | number)[]): number {
  let hash = 0x811c9dc5;
  for (const character of parts.join("\n")) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

export class Dice {
  readonly #name: string;
  #count = 0;

  constructor(...name: readonly (string | number)[]) {
    this.#name = name.join("\n");
  }

  /** 0 ≤ n < 1 */
  next(): number {
    this.#count += 1;
    return mixed(this.#name, this.#count) / 2 ** 32;
  }

  /** An integer; both ends included. */
  between(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(from: readonly T[]): T {
    const found = from[this.between(0, from.length - 1)];
    if (found === undefined) throw new Error("there is nothing to choose from");
    return found;
  }

  /** By weight. */
  weighed<T extends string>(weights: Readonly<Record<T, number>>): T {
    const entries = Object.entries(weights) as [T, number][];
    let left = this.next() * entries.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [value, weight] of entries) {
      left -= weight;
      if (left < 0) return value;
    }
    return this.pick(entries)[0];
  }

  /** 64 hexadecimal digits at most. */
  hex(digits: number): string {
    let text = "";
    while (text.length < digits)
      text += Math.floor(this.next() * 2 ** 32)
        .toString(16)
        .padStart(8, "0");
    return text.slice(0, digits);
  }
}
