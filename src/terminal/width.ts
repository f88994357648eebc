/** How many characters fit into a line of a stream. */

/** The part of a terminal's stream that has its size; a pipe has none of it. */
export interface Sized {
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** For a terminal that does not report its size. */
export const USUAL_COLUMNS = 80;

/** Characters in a line of the terminal; undefined where the stream is not a terminal. */
export function widthOf({ isTTY, columns }: Sized): number | undefined {
  return isTTY === true ? columns || USUAL_COLUMNS : undefined;
}
