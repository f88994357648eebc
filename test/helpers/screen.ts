/** What a terminal shows after these bytes: lines, cursor up and erase below, which is all that our output uses. */

const PIECES = /\u001b\[(\d*)([A-Za-z])|\n|[^\u001b\n]+/g;

/** The lines on the screen, colors left out. Throws at a sequence that it does not know. */
export function screenOf(text: string): string[] {
  const lines = [""];
  const cursor = { row: 0 };
  for (const [piece, count, command] of text.matchAll(PIECES)) {
    if (piece === "\n") {
      cursor.row += 1;
      lines[cursor.row] ??= "";
    } else if (command === "A") cursor.row = Math.max(0, cursor.row - Number(count || 1));
    else if (command === "J") lines.splice(cursor.row, lines.length, "");
    else if (command === undefined) lines[cursor.row] += piece;
    else if (command !== "m") throw new Error(`unknown sequence ${JSON.stringify(piece)}`);
  }
  return lines.at(-1) === "" ? lines.slice(0, -1) : lines;
}
