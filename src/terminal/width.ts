/** How many characters fit into a line of a stream. */

interface Stream {
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** For a terminal that does not report its size. */
export const USUAL_COLUMNS = 80;

/** Characters in a line of the terminal; undefined where the stream is not a terminal. */
export function widthOf({ isTTY, columns }: Stream): number | undefined {
  return isTTY === true ? columns || USUAL_COLUMNS : undefined;
}
