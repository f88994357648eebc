/** The option `--watch` of commands that show a state: shown again and again, at a terminal in place. */
import { setTimeout as sleep } from "node:timers/promises";
import { Option } from "clipanion";
import type { Cell } from "../../terminal/cell.ts";
import type { CliContext } from "../context/context.ts";
import type { Output } from "../output/output.ts";
import { redrawScreen } from "./redraw-screen.ts";

const INTERVAL_MS = 2_000;

/** The field of a command that holds the option. */
export const watchOption = () =>
  Option.Boolean("-w,--watch", false, { description: "show it again every 2s; `q` or Ctrl-C stops" });

/** What is shown once, or again and again. */
export interface Shown {
  /** With --json. */
  readonly document: unknown;
  /** @param width of the terminal; undefined: unlimited */
  lines(width: number | undefined): readonly (readonly Cell[])[];
}

interface WatchOptions {
  readonly context: Pick<CliContext, "stdin" | "stdout" | "signal">;
  readonly out: Output;
  readonly json: boolean;
  read(): Promise<Shown>;
}

/**
 * Shows what `read` gives until the user quits. A terminal shows it in place; otherwise each state is printed after the
 * one before, with --json as one line.
 */
export async function watch({ context, out, json, read }: WatchOptions): Promise<void> {
  if (!json && context.stdout.isTTY === true && out.canRedraw) {
    const next = async () => {
      const shown = await read();
      return () => shown.lines((out.width ?? 0) - 1);
    };
    return await redrawScreen({ context, out, intervalMs: INTERVAL_MS, next });
  }
  for (;;) {
    const shown = await read();
    if (json) out.record(shown.document);
    else for (const line of shown.lines(out.width)) out.print(...line);
    await out.drained();
    await sleep(INTERVAL_MS, undefined, { signal: context.signal });
    if (!json) out.print();
  }
}
