/** A picture at a terminal that is drawn again and again until the user has seen enough. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Cell } from "../../terminal/cell.ts";
import type { CliContext } from "../context/context.ts";
import type { Output } from "../output/output.ts";
import { readKeys } from "./keys.ts";

export interface RedrawOptions {
  readonly context: Pick<CliContext, "stdin" | "stdout" | "signal">;
  readonly out: Output;
  /** Between two pictures. */
  readonly intervalMs: number;
  /** The next picture, drawn for the width that the terminal has then; rejects when `signal` aborts. */
  next(signal: AbortSignal): Promise<() => readonly (readonly Cell[])[]>;
}

/** Resolves when `q` is typed. @throws as `next`, and the reason of the context's signal */
export async function redrawScreen({ context, out, intervalMs, next }: RedrawOptions): Promise<void> {
  const keys = readKeys(context.stdin);
  const signal = AbortSignal.any([context.signal, keys.quit]);
  const last: { picture?: (() => readonly (readonly Cell[])[]) | undefined } = {};
  const draw = () => {
    if (last.picture !== undefined) out.redraw(last.picture(), { keep: "first" });
  };
  const drawSoon = () => void setImmediate(draw); // stderr, which is drawn on, learns its size after stdout
  context.stdout.on("resize", drawSoon);
  try {
    for (;;) {
      last.picture = await next(signal);
      draw();
      await sleep(intervalMs, undefined, { signal });
    }
  } catch (error) {
    if (!keys.quit.aborted || context.signal.aborted) throw error;
  } finally {
    context.stdout.off("resize", drawSoon);
    last.picture = undefined;
    keys.end();
  }
}
