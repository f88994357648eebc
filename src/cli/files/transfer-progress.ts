/** Shows the progress of transfers: one bar on a terminal, a line every few seconds elsewhere. */
import { type Cell, styled } from "../../terminal/cell.ts";
import type { Output } from "../output/output.ts";
import { TransferMeter } from "./transfer-meter.ts";

const REDRAW_MS = 100;
const LINE_MS = 5_000;

export interface FileProgress {
  /** The size of the file is known. */
  expect(bytes: number): void;
  /** Bytes transferred so far. */
  at(bytes: number): void;
}

export interface TransferProgress {
  /** Starts a file. @param name for people */
  file(name: string): FileProgress;
  /** The file has ended, successfully or not. */
  done(name: string): void;
  end(): void;
}

export function showProgress(out: Output, { count, now }: { count: number; now: () => number }): TransferProgress {
  const meter = new TransferMeter(now);
  const current = new Set<string>();
  const finished = { count: 0 };
  const what = () => (count === 1 ? ([...current][0] ?? "") : `${finished.count} of ${count} files`);
  const draw = () => out.redraw([["  ", styled("dim", what()), "  ", ...meter.bar()] satisfies Cell[]]);
  const line = () => out.note("  ", what(), "  ", meter.text());
  const timer = out.canRedraw ? setInterval(draw, REDRAW_MS) : setInterval(line, LINE_MS);
  return {
    file: (name) => {
      current.add(name);
      const state = { bytes: 0 };
      return {
        expect: (bytes) => meter.expect(bytes),
        at: (bytes) => {
          meter.move(bytes - state.bytes);
          state.bytes = bytes;
        },
      };
    },
    done: (name) => {
      current.delete(name);
      finished.count += 1;
    },
    end: () => {
      clearInterval(timer);
      if (out.canRedraw) out.redraw([]);
    },
  };
}
