/**
 * Parses the stream in which podman sends a container's output: frames of an 8-byte header (stream number, three
 * zeros, length as a big-endian 32-bit number) and that many bytes. A frame is a line, or a piece of a long one, and
 * each begins with its time. Bytes that are not UTF-8 become U+FFFD.
 */

import type { RuntimeLogLine } from "../runtime.ts";
import { unreadableAnswer } from "./unreadable-answer.ts";

/** Longer lines are split into pieces of this size. */
export const MAX_LINE_BYTES = 64 * 1024;

const HEADER_BYTES = 8;
/** Podman's frames have a few KiB at most; this limit only detects data that is not a log. */
const MAX_FRAME_BYTES = 16 * 1024 * 1024;
const STREAMS: Readonly<Record<number, RuntimeLogLine["stream"]>> = { 0: "stdout", 1: "stdout", 2: "stderr" };
const NEWLINE = 0x0a;
const RETURN = 0x0d;
const SPACE = 0x20;
const LONGEST_TIME = 40;

/** One record of the log: a line, or a piece of one. */
export interface LogFrame {
  readonly stream: RuntimeLogLine["stream"];
  readonly at: string | undefined;
  readonly text: Buffer;
}

/** The beginning of a line whose end has not arrived yet. */
type Pending = Pick<LogFrame, "at" | "text">;

/** Lines in the order in which they are complete. */
export async function* joinLines(frames: AsyncIterable<LogFrame>): AsyncGenerator<RuntimeLogLine> {
  const pending = new Map<RuntimeLogLine["stream"], Pending>();
  for await (const { stream, at, text } of frames) {
    const begun = pending.get(stream);
    const whole = begun === undefined ? text : Buffer.concat([begun.text, text]);
    const { pieces, rest } = cutLines(whole);
    const time = begun?.at ?? at;
    for (const piece of pieces) yield lineOf(stream, time, piece);
    if (rest.length === 0) pending.delete(stream);
    else pending.set(stream, { at: time, text: rest });
  }
  for (const [stream, { at, text }] of pending) yield lineOf(stream, at, text);
}

/** @param timestamps true when every frame begins with its time. @throws McpError E_RUNTIME for what is not a log */
export async function* logFrames(chunks: AsyncIterable<Buffer>, timestamps: boolean): AsyncGenerator<LogFrame> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (let length = frameLength(rest); rest.length >= length; length = frameLength(rest)) {
      const payload = rest.subarray(HEADER_BYTES, length);
      const timed = timestamps ? splitTime(payload) : { at: undefined, text: payload };
      yield { stream: STREAMS[rest[0] ?? 0] ?? "stdout", ...timed };
      rest = rest.subarray(length);
    }
  }
  if (rest.length > 0) throw unreadableAnswer("logs", "ends within a line");
}

/** Bytes of the frame at the start, header included; infinite while the header is not complete. */
function frameLength(buffer: Buffer): number {
  if (buffer.length < HEADER_BYTES) return Number.POSITIVE_INFINITY;
  const payload = buffer.readUInt32BE(4);
  const isHeader = STREAMS[buffer[0] ?? 0] !== undefined && buffer.readUIntBE(1, 3) === 0 && payload <= MAX_FRAME_BYTES;
  if (!isHeader) throw unreadableAnswer("logs", "is not a stream of log frames");
  return HEADER_BYTES + payload;
}

function splitTime(payload: Buffer): Pending {
  const space = payload.subarray(0, LONGEST_TIME).indexOf(SPACE);
  if (space < 0) return { at: undefined, text: payload };
  return { at: payload.toString("latin1", 0, space), text: payload.subarray(space + 1) };
}

/** Complete lines, and pieces of lines that are too long; `rest` is the line that has not ended. */
function cutLines(text: Buffer): { pieces: Buffer[]; rest: Buffer } {
  const pieces: Buffer[] = [];
  let rest = text;
  for (;;) {
    const newline = rest.subarray(0, MAX_LINE_BYTES + 1).indexOf(NEWLINE);
    if (newline >= 0) {
      pieces.push(withoutReturn(rest.subarray(0, newline)));
      rest = rest.subarray(newline + 1);
    } else if (rest.length > MAX_LINE_BYTES) {
      const cut = characterStart(rest, MAX_LINE_BYTES);
      pieces.push(rest.subarray(0, cut));
      rest = rest.subarray(cut);
    } else return { pieces, rest };
  }
}

/** A terminal (`tty = true`) ends each line with a carriage return too. */
function withoutReturn(line: Buffer): Buffer {
  return line.at(-1) === RETURN ? line.subarray(0, -1) : line;
}

/** The nearest position at or up to 3 bytes before `index` that does not split a UTF-8 character. */
function characterStart(text: Buffer, index: number): number {
  const isContinuation = (at: number) => ((text[at] ?? 0) & 0xc0) === 0x80;
  const starts = [index, index - 1, index - 2, index - 3];
  return starts.find((at) => !isContinuation(at)) ?? index;
}

function lineOf(stream: RuntimeLogLine["stream"], at: string | undefined, text: Buffer): RuntimeLogLine {
  return { stream, ...(at === undefined ? {} : { at }), line: text.toString("utf8") };
}
