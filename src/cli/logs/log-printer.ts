/** The layout of a log line: node and component before it where several are shown, each in its own color. Pure. */
import type { LogsOutput } from "../../schemas/output/stream-output.ts";
import { type Cell, type StyleName, styled } from "../../terminal/cell.ts";
import type { ComponentName, NodeName } from "../../values/names.ts";
import { preciseTimeText, type TimeStyle } from "../output/time.ts";

const PALETTE = ["cyan", "green", "magenta", "yellow", "blue", "red"] as const satisfies readonly StyleName[];

/** One container. */
export interface LogSource {
  readonly node: NodeName;
  readonly component: ComponentName;
}

export interface LogLayout {
  /** Every source that may appear, in a fixed order. */
  readonly sources: readonly LogSource[];
  /** Undefined: lines are shown without their times. */
  readonly times: TimeStyle | undefined;
}

/** A function from line to cells; prefixes are as short as the sources allow. */
export function logPrinter({ sources, times }: LogLayout): (line: LogsOutput) => Cell[] {
  const manyNodes = new Set(sources.map(({ node }) => node)).size > 1;
  const manyComponents = new Set(sources.map(({ component }) => component)).size > 1;
  const nameOf = ({ node, component }: LogSource) =>
    [...(manyNodes ? [node] : []), ...(manyComponents ? [component] : [])].join("/");
  const names = [...new Set(sources.map(nameOf))];
  const width = Math.max(0, ...names.map((name) => name.length));
  return (line) => {
    const name = nameOf(line);
    const style = PALETTE[Math.max(0, names.indexOf(name)) % PALETTE.length] ?? "cyan";
    return [
      ...(name === "" ? [] : [styled(style, `${name.padEnd(width)} | `)]),
      ...(times === undefined
        ? []
        : [styled("dim", `${line.at === undefined ? "-" : preciseTimeText(line.at, times)} `)]),
      { raw: line.line },
    ];
  };
}
