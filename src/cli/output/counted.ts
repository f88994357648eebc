/** A number with its noun, for people. Pure. */

/** `1 service`, `2 services` @param noun one whose plural ends in "s" */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
