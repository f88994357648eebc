/** The name that the CLI was called by: `mcp`, or `mcpctl` where another package has taken the short name. */
import { basename } from "node:path";
import type { Cell } from "../../terminal/cell.ts";

export const PROGRAM_NAMES = ["mcp", "mcpctl"] as const;
export type ProgramName = (typeof PROGRAM_NAMES)[number];

/** @param path `process.argv[1]` */
export function programName(path: string | undefined): ProgramName {
  const name = basename(path ?? "");
  return PROGRAM_NAMES.find((known) => known === name) ?? "mcp";
}

/** `mcp` as a command word: at the start, or after a space or a backquote; never in `mcp.toml` or `mcp-agent`. */
const COMMAND_WORD = /(?<=^|[\s`])mcp(?=$|[\s`])/g;

/** The line with `mcp` replaced by the name. */
export function calledBy(name: ProgramName, cells: readonly Cell[]): Cell[] {
  if (name === "mcp") return [...cells];
  return cells.map((cell) => {
    if (typeof cell === "number") return cell;
    if (typeof cell === "string") return cell.replaceAll(COMMAND_WORD, name);
    return "raw" in cell ? cell : { ...cell, text: cell.text.replaceAll(COMMAND_WORD, name) };
  });
}
