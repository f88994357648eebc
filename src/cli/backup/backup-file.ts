/**
 * A backup's lines in a gzipped file. It is written under another name and gets its own when it is complete and on the disk.
 * Only its owner can read it (definitions hold secrets), and it never replaces another file.
 */
import { createReadStream } from "node:fs";
import { type FileHandle, link, open, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import { syncReadableDirectory } from "../../disk/atomic-file.ts";
import { McpError } from "../../values/error.ts";
import { localError } from "../../values/local-error.ts";

/** Writes the lines as they come and returns what their generator returns. @throws McpError E_CONFLICT, E_NOT_FOUND, E_FILE */
export async function writeBackup<T>(
  path: string,
  lines: AsyncGenerator<string, T>,
): Promise<{ result: T; bytes: number }> {
  if (await isThere(path)) throw taken(path);
  const partial = `${path}.partial-${process.pid}`;
  const file = await open(partial, "wx", 0o600).catch((cause: unknown) => {
    throw localError(dirname(path), cause);
  });
  try {
    const result = await writeLines(file, lines, path);
    await link(partial, path).catch(() => {
      throw taken(path);
    });
    await syncReadableDirectory(dirname(path));
    return { result, bytes: (await stat(path)).size };
  } finally {
    await rm(partial, { force: true });
  }
}

async function writeLines<T>(file: FileHandle, lines: AsyncGenerator<string, T>, path: string): Promise<T> {
  const end: { result?: T } = {};
  const texts = async function* () {
    for (let next = await lines.next(); ; next = await lines.next()) {
      if (next.done === true) {
        end.result = next.value;
        return;
      }
      yield `${next.value}\n`;
    }
  };
  await pipeline(Readable.from(texts()), createGzip(), file.createWriteStream({ flush: true })).catch(
    (cause: unknown) => {
      throw isSystemError(cause) ? localError(path, cause) : cause; // errors of the generator are passed on
    },
  );
  return end.result as T; // pipeline resolves only after the generator has returned
}

/** The file's lines. @throws McpError E_NOT_FOUND, E_FILE when it cannot be read to its end, or is not a gzip file */
export async function* readBackup(path: string): AsyncGenerator<string> {
  const text = createGunzip();
  const failed: { cause?: unknown } = {};
  const reading = pipeline(createReadStream(path), text).catch((cause: unknown) => {
    failed.cause = cause;
  });
  try {
    yield* linesOf(text.setEncoding("utf8"));
  } catch (cause) {
    failed.cause ??= cause; // only errors of the stream arrive here, not those of the reader
  } finally {
    text.destroy();
    await reading;
  }
  if (failed.cause !== undefined) throw unreadable(path, failed.cause);
}

async function* linesOf(text: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = "";
  for await (const chunk of text) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
  if (rest !== "") yield rest;
}

const isThere = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  );

function unreadable(path: string, cause: unknown): McpError {
  return isSystemError(cause)
    ? localError(path, cause)
    : new McpError("E_FILE", `${path} is damaged or not a backup`, { cause });
}

const isSystemError = (cause: unknown) => cause instanceof Error && "syscall" in cause;

const taken = (path: string) => new McpError("E_CONFLICT", `${path} exists already`, { hint: "choose another name" });
