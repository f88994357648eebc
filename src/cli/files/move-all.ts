/** Transfers many files, a few at a time. A failed one does not stop the others. */
import pLimit from "p-limit";
import type { MovedFile, UnmovedFile } from "../../schemas/output/file-output.ts";
import { type Cell, styled } from "../../terminal/cell.ts";
import { McpError } from "../../values/error.ts";
import type { NodeName, ServiceName } from "../../values/names.ts";
import { durationText, sizeText } from "../output/age.ts";
import type { Output } from "../output/output.ts";
import { type FileProgress, showProgress } from "./transfer-progress.ts";

/** Small files mostly wait for round trips; large ones share the bandwidth. */
const AT_ONCE = 4;

interface MovedFacts {
  readonly mode: number;
  readonly grown: boolean;
}

export interface Move {
  readonly node: NodeName;
  readonly service: ServiceName;
  readonly path: string;
  readonly file: string;
  run(progress: FileProgress): Promise<Pick<MovedFile, "size" | "sha256" | "replaced"> & MovedFacts>;
}

export interface MovedAll {
  readonly moved: readonly MovedFile[];
  readonly failed: readonly (UnmovedFile & { readonly error: McpError })[];
}

export interface MoveOptions {
  readonly out: Output;
  readonly signal: AbortSignal;
  now(): number;
}

/** @throws unexpected errors, and the signal's reason */
export async function moveAll(moves: readonly Move[], { out, signal, now }: MoveOptions): Promise<MovedAll> {
  const progress = showProgress(out, { count: moves.length, now });
  const limit = pLimit(AT_ONCE);
  const all = { moved: [] as MovedFile[], failed: [] as MovedAll["failed"][number][] };
  const one = async (move: Move) => {
    signal.throwIfAborted();
    const startedMs = now();
    const name = `${move.service}@${move.node}:${move.path}`;
    const { node, service, path, file } = move;
    try {
      const { size, sha256, replaced, mode, grown } = await move.run(progress.file(name));
      const tookMs = now() - startedMs;
      all.moved.push({
        service,
        node,
        path,
        file,
        size,
        mode: octal(mode),
        sha256,
        replaced,
        tookMs,
        ...(grown && { grown }),
      });
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof McpError)) throw error;
      all.failed.push({ service, node, path, file, code: error.code, message: error.message, error });
    } finally {
      progress.done(name);
    }
  };
  try {
    await Promise.all(moves.map((move) => limit(() => one(move))));
    return all;
  } finally {
    progress.end();
  }
}

/** Three digits: `644`. */
const octal = (mode: number) => mode.toString(8).padStart(3, "0");

/** `web@rift:conf/app.toml  12 KiB in 0.3s (41 KiB/s)` */
export function movedLine(
  { service, node, path, file, size, tookMs, replaced, grown }: MovedFile,
  way: "→" | "←",
): Cell[] {
  const there = `${service}@${node}:${path}`;
  const took = `${sizeText(size)} in ${durationText(tookMs)}, ${sizeText((size / Math.max(1, tookMs)) * 1000)}/s`;
  return [
    file,
    ` ${way} `,
    styled("bold", there),
    styled("dim", `  ${took}${replaced ? ", replaced" : ""}`),
    ...(grown ? [", the source grew while it was copied"] : []),
  ];
}
