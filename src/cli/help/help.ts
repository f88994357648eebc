/**
 * The text of `mcp`, `mcp --help` and `mcp <command> --help`, made from the commands' own descriptions and wrapped
 * between words. Pure.
 */
import type { Definition } from "clipanion";
import { type Cell, styled } from "../../terminal/cell.ts";
import { shellLines } from "../../terminal/shell-lines.ts";
import { wrapText } from "../../terminal/wrap.ts";
import { CATEGORIES } from "../base/base-command.ts";
import { readableOption } from "./value-names.ts";

const COMMON_OPTIONS = "-q,--quiet --config --context --json --utc --insecure --no-color";

/** What `mcp` alone shows: one line each, so that all of it fits a terminal of 24 rows. */
const COMMON_COMMANDS: Readonly<Record<string, string>> = {
  "mcp init": "Write a definition to start from",
  "mcp plan": "Show what a deploy would change",
  "mcp deploy": "Apply a definition and follow it until it runs",
  "mcp status": "Show what has converged and what has not",
  "mcp list": "List services and their states",
  "mcp ps": "Show live containers on all nodes",
  "mcp logs": "Show what the containers of a service print",
  "mcp events": "Show what happened, and follow it",
  "mcp stop": "Stop a service and keep its definition",
  "mcp start": "Start a stopped service",
  "mcp rollback": "Go back to an earlier generation",
  "mcp undeploy": "Remove a service from its nodes",
  "mcp node list": "List nodes",
  "mcp node add": "Add a node",
  "mcp doctor": "Check settings, bus and nodes, and show how to fix each problem",
  "mcp dev": "Try it out: run a bus and a node on this machine",
};

/** Longer lines are hard to read. */
const MAX_WIDTH = 100;
/** Where there is no terminal. */
const USUAL_WIDTH = 80;
/** A name that is longer has its description below it. */
const MAX_NAME = 26;

/** Characters in a line of help. @param columns of the terminal; undefined: there is none */
export function helpWidth(columns: number | undefined): number {
  return Math.min(columns ?? USUAL_WIDTH, MAX_WIDTH);
}

/** What `mcp` alone shows: the common commands. */
export function shortOverview(definitions: readonly Definition[], heading: string, width: number): Cell[][] {
  const paths = new Set(definitions.map(({ path }) => path));
  const common = Object.entries(COMMON_COMMANDS).filter(([path]) => paths.has(path));
  return [
    [styled("bold", heading)],
    [],
    ["  mcp <command> [arguments] [options]"],
    [],
    ...entryLines(
      common.map(([name, text]) => ({ name, text })),
      width,
    ),
    [],
    ...indented("`mcp --help` lists all commands, `mcp <command> --help` explains one.", 0, width),
  ];
}

/** Every command by category, with its description. */
export function overview(definitions: readonly Definition[], heading: string, width: number): Cell[][] {
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
      .flatMap(({ category, members }) => [[], [styled("bold", category)], ...commandEntries(members, width)]),
    [],
    ...indented("`mcp <command> --help` shows options and examples of a command.", 0, width),
  ];
}

function commandEntries(definitions: readonly Definition[], width: number): Cell[][] {
  const entries = definitions.map(({ path, description }) => ({ name: path, text: description ?? "" }));
  return entryLines(entries, width);
}

/** The help of one command. */
export function commandHelp(definition: Definition, width: number): Cell[][] {
  const { description, details, examples, options } = definition;
  const own = options.filter(({ definition: names }) => !isCommon(names));
  const common = options.filter(({ definition: names }) => isCommon(names));
  return [
    ...wrapText(capitalized(description?.trim() ?? ""), width).map((line) => [styled("bold", line)]),
    [],
    ...indented(usageLine(definition), 2, width).map(([indent = "", line = ""]) => [
      indent,
      styled("cyan", String(line)),
    ]),
    ...paragraphs(details ?? "", width),
    ...optionLines({ title: "Options", options: own, path: definition.path }, width),
    ...optionLines({ title: "Common options", options: common, path: definition.path }, width),
    ...exampleLines(examples ?? [], width),
  ];
}

/** `mcp logs <service> [options]`. */
export function usageLine({ usage }: Pick<Definition, "usage">): string {
  return `${usage.replaceAll(/\s+/g, " ").trim()} [options]`;
}

/** True for an option that every command has. */
export function isCommon(names: string): boolean {
  return COMMON_OPTIONS.split(" ").includes(names.split(" ")[0] ?? "");
}

interface OptionGroup {
  readonly title: string;
  readonly options: Definition["options"];
  /** Of the command. */
  readonly path: string;
}

function optionLines({ title, options, path }: OptionGroup, width: number): Cell[][] {
  if (options.length === 0) return [];
  const entries = options.map(({ definition, description }) => ({
    name: readableOption(definition, path),
    text: description ?? "",
  }));
  return [[], [styled("bold", title)], ...entryLines(entries, width)];
}

interface Entry {
  readonly name: string;
  readonly text: string;
}

/** Names in a column, the text of each next to it; below it where the name is too long. */
function entryLines(entries: readonly Entry[], width: number): Cell[][] {
  const short = entries.map(({ name }) => name.length).filter((length) => length <= MAX_NAME);
  const column = Math.max(0, ...short) + 2;
  return entries.flatMap(({ name, text }) => {
    const [first = "", ...more] = wrapText(text, width - column - 2);
    const rest = name.length > MAX_NAME ? [first, ...more] : more;
    const head: Cell[] = ["  ", styled("cyan", name.length > MAX_NAME ? name : name.padEnd(column))];
    return [name.length > MAX_NAME ? head : [...head, first], ...rest.map((line) => [" ".repeat(column + 2), line])];
  });
}

/** Paragraphs are separated by empty lines; other line ends are those of the source. */
function paragraphs(text: string, width: number): Cell[][] {
  const all = text.trim() === "" ? [] : text.trim().split(/\n\s*\n/);
  return all.flatMap((paragraph) => [[], ...indented(paragraph, 0, width)]);
}

function exampleLines(examples: readonly (readonly [string, string])[], width: number): Cell[][] {
  return examples.flatMap(([what, line], index) => [
    ...(index === 0 ? [[], [styled("bold", "Examples")]] : []),
    ...wrapText(what, width - 4).map((text) => [styled("dim", `  # ${text}`)]),
    ...shellLines(line, width - 4).map((text, at) => [at === 0 ? "  " : "    ", text]),
  ]);
}

function indented(text: string, indent: number, width: number): Cell[][] {
  return wrapText(text, width - indent).map((line) => [" ".repeat(indent), line]);
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
