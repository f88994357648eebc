/** Newline-delimited JSON from a stream of bytes: podman sends events and pull progress this way. */
import { parseJson } from "../../../values/json-text.ts";
import { unreadableAnswer } from "./unreadable-answer.ts";

/** Limit of one line. An event contains its container's labels, so it may be long. */
const MAX_LINE_BYTES = 1024 * 1024;
const NEWLINE = 0x0a;

/** Each line parsed, unchecked; empty lines are left out. @throws McpError E_RUNTIME for a line that is not JSON. */
export async function* jsonLines(chunks: AsyncIterable<Buffer>, what: string): AsyncGenerator<unknown> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let start = 0;
    for (let end = rest.indexOf(NEWLINE); end >= 0; end = rest.indexOf(NEWLINE, start)) {
      yield* parseLine(rest.subarray(start, end), what);
      start = end + 1;
    }
    rest = rest.subarray(start);
    if (rest.length > MAX_LINE_BYTES) throw unreadableAnswer(what, `has a line of more than ${MAX_LINE_BYTES} bytes`);
  }
  yield* parseLine(rest, what);
}

function* parseLine(line: Buffer, what: string): Generator<unknown> {
  const text = line.toString("utf8").trim();
  if (text === "") return;
  try {
    yield parseJson(text);
  } catch (cause) {
    throw unreadableAnswer(what, "has a line that is not JSON", cause);
  }
}
