/**
 * How a change under way looks: on a terminal one line for each component of each node, drawn anew with every step;
 * elsewhere a line for each step.
 */
import type { ComponentName, NodeName } from "../../schemas/names.ts";
import type { Step } from "../../schemas/observed.ts";
import { type Cell, type StyleName, styled } from "../output/cell.ts";
import type { Output } from "../output/output.ts";
import { stepWord } from "../output/words.ts";

export interface Progress {
  step(node: NodeName, step: Step): void;
  /** The lines drawn last stay. */
  end(): void;
}

export function createProgress(out: Output): Progress {
  if (!out.canRedraw) return { step: (node, step) => out.note(...stepLine(node, step)), end: () => undefined };
  const latest = new Map<string, Cell[]>();
  return {
    step: (node, step) => {
      latest.set(placeOf(node, step.component), stepLine(node, step));
      out.redraw([...latest.values()]);
    },
    end: () => out.settle(),
  };
}

function stepLine(node: NodeName, { component, step, detail }: Step): Cell[] {
  const more = detail === undefined ? "" : ` ${detail}`;
  return ["  ", styled("dim", placeOf(node, component)), " ", styled(styleOf(step), stepWord(step)), more];
}

function placeOf(node: NodeName, component: ComponentName): string {
  return `${component}@${node}`;
}

function styleOf(step: Step["step"]): StyleName {
  if (step === "up" || step === "healthy" || step === "unchanged") return "green";
  return step === "restore" ? "yellow" : "cyan";
}
