/**
 * Shows the progress of a change: on a terminal one line for each component of each node, redrawn at every step; elsewhere
 * one line for each step, by the name of the step.
 */

import type { Step } from "../../schemas/service/observed.ts";
import { type Cell, type StyleName, styled } from "../../terminal/cell.ts";
import type { NodeName } from "../../values/names.ts";
import type { Output } from "../output/output.ts";
import { stepDetail, stepWord } from "../output/words.ts";

export interface Progress {
  step(node: NodeName, step: Step): void;
  /** Leaves the last lines on the screen. */
  end(): void;
}

export function createProgress(out: Output): Progress {
  if (!out.canRedraw) {
    return { step: (node, step) => out.note(...stepLine(node, step, step.step)), end: () => undefined };
  }
  const latest = new Map<string, Cell[]>();
  return {
    step: (node, step) => {
      latest.set(`${node} ${step.component}`, stepLine(node, step, stepWord(step.step)));
      out.redraw([...latest.values()]);
    },
    end: () => out.settle(),
  };
}

function stepLine(node: NodeName, { component, step, detail }: Step, word: string): Cell[] {
  const more = stepDetail(step, detail);
  return [
    "  ",
    styled("dim", node),
    ` ${component}: `,
    styled(styleOf(step), word),
    more === undefined ? "" : ` ${more}`,
  ];
}

function styleOf(step: Step["step"]): StyleName {
  if (step === "up" || step === "healthy" || step === "unchanged") return "green";
  return step === "restore" ? "yellow" : "cyan";
}
