/** The text of `mcp --help` and `mcp <command> --help`, made from the commands' own descriptions. Pure. */
import type { Definition } from "clipanion";
import { CATEGORIES } from "../base/base-command.ts";
import { type Cell, styled } from "../output/cell.ts";

const COMMON_OPTIONS = "-q,--quiet --config --json --no-color";

/** The overview: every command by category, the one line of each beside it. */
export function overview(definitions: readonly Definition[], heading: string): Cell[][] {
  const width = Math.max(...definitions.map(({ path }) => path.length)) + 2;
  const groups = CATEGORIES.map((category) => ({
    category,
    members: definitions.filter((definition) => definition.category?.trim() === category),
  }));
  return [
    [styled("bold", heading)],
    [],
    ["  mcp <command> [arguments] [options]"],
    ...groups
      .filter(({ members }) => members.length > 0)
      .flatMap(({ category, members }) => [
        [],
        [styled("bold", category)],
        ...members.map(({ path, description }) => [
          "  ",
          styled("cyan", path.padEnd(width)),
          description?.trim() ?? "",
        ]),
      ]),
    [],
    ["`mcp <command> --help` shows a command's options and examples."],
  ];
}

/** The help of one command. */
export function commandHelp(definition: Definition): Cell[][] {
  const { description, details, examples, options } = definition;
  const own = options.filter(({ definition: names }) => !isCommon(names));
  const common = options.filter(({ definition: names }) => isCommon(names));
  return [
    [styled("bold", capitalised(description?.trim() ?? ""))],
    [],
    ["  ", styled("cyan", usageLine(definition))],
    ...paragraphs(details ?? ""),
    ...optionLines("Options", own),
    ...optionLines("Common options", common),
    ...(examples ?? []).flatMap(([what, line], index) => [
      ...(index === 0 ? [[], [styled("bold", "Examples")]] : []),
      [styled("dim", `  # ${what.trim()}`)],
      [`  ${line}`],
    ]),
  ];
}

/** `mcp logs <service> [options]`. */
export function usageLine({ usage }: Pick<Definition, "usage">): string {
  return `${usage.replaceAll(/\s+/g, " ").trim()} [options]`;
}

function isCommon(names: string): boolean {
  return COMMON_OPTIONS.split(" ").includes(names.split(" ")[0] ?? "");
}

function optionLines(title: string, options: Definition["options"]): Cell[][] {
  if (options.length === 0) return [];
  const named = options.map(({ definition, description }) => ({ names: readable(definition), description }));
  const width = Math.max(...named.map(({ names }) => names.length)) + 2;
  return [
    [],
    [styled("bold", title)],
    ...named.map(({ names, description }) => ["  ", styled("cyan", names.padEnd(width)), description?.trim() ?? ""]),
  ];
}

/** `-n,--lines #0` → `-n, --lines <value>`. */
function readable(definition: string): string {
  return definition.replaceAll(",", ", ").replaceAll(/ #\d+/g, " <value>");
}

function paragraphs(text: string): Cell[][] {
  return text.trim() === ""
    ? []
    : [
        [],
        ...text
          .trim()
          .split("\n")
          .map((line) => [line.trim()]),
      ];
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
