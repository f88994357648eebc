/**
 * The result of parsing a text that a person wrote: its value, or what is wrong with it. Parsers return it and do not throw,
 * so that all problems of a file are reported at once.
 */
export interface Wrong {
  /** Continues "field: …"; holds no secret. */
  readonly wrong: string;
  /** The fix, ready to paste. Only when it follows from what the person wrote; never a guess. */
  readonly instead?: string;
  /** A valid value that shows the form, when the fix is not known. */
  readonly example?: string;
}

export type Parsed<T> = { readonly value: T } | Wrong;

export function isWrong<T>(parsed: Parsed<T>): parsed is Wrong {
  return "wrong" in parsed;
}
