/** Reads the end of a program's log: what it wrote since it was started, JSON records as readable text. */
import { open } from "node:fs/promises";

const TAIL_BYTES = 65_536;
/** Pino's level of warnings; errors are above. */
const WARN = 40;

interface LogRecord {
  readonly level?: number;
  readonly msg?: string;
  readonly err?: { readonly message?: string } | string;
  readonly error?: { readonly message?: string } | string;
}

/** The last `count` lines that were written after the first `from` bytes. Empty when there are none. */
export async function lastLines(path: string, from: number, count: number): Promise<string> {
  const lines = await linesAfter(path, from);
  return lines.slice(-count).map(readable).join("\n");
}

/** The last warning or error after the first `from` bytes; a line that is not JSON counts as one. */
export async function lastProblem(path: string, from: number): Promise<string | undefined> {
  const lines = await linesAfter(path, from);
  const found = lines.findLast((line) => (recordOf(line)?.level ?? WARN) >= WARN);
  return found === undefined ? undefined : readable(found);
}

async function linesAfter(path: string, from: number): Promise<string[]> {
  try {
    const file = await open(path, "r");
    try {
      const { size } = await file.stat();
      const start = Math.max(from, size - TAIL_BYTES);
      const { buffer, bytesRead } = await file.read(Buffer.alloc(TAIL_BYTES), 0, Math.max(size - start, 1), start);
      return buffer.toString("utf8", 0, bytesRead).trimEnd().split("\n").filter(Boolean);
    } finally {
      await file.close();
    }
  } catch {
    return []; // no log: the program was never started
  }
}

function recordOf(line: string): LogRecord | undefined {
  try {
    const record: unknown = JSON.parse(line);
    return typeof record === "object" && record !== null ? record : undefined;
  } catch {
    return undefined;
  }
}

function readable(line: string): string {
  const record = recordOf(line);
  if (record === undefined) return line;
  const failure = record.err ?? record.error;
  const cause = typeof failure === "string" ? failure : failure?.message;
  return [record.msg, cause].filter(Boolean).join(": ") || line;
}
