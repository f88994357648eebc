/**
 * The result of reading one piece of text that a person wrote: its value, or what is wrong and what to write instead.
 * Grammars return it rather than throw, so that a file's problems are told all at once.
 */
export interface Wrong {
  /** Continues "field: …"; holds no secret. */
  readonly wrong: string;
  /** What to write in its place, ready to paste. */
  readonly instead?: string;
}

export type Parsed<T> = { readonly value: T } | Wrong;

export function isWrong<T>(parsed: Parsed<T>): parsed is Wrong {
  return "wrong" in parsed;
}
