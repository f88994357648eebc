/** The man page of one command, from the same description, examples and options as its `--help`. Pure. */
import type { Definition } from "clipanion";
import { isCommon, usageLine } from "../../src/cli/help/help.ts";
import { readableOption } from "../../src/cli/help/value-names.ts";
import { bold, pageHead, roffProse, roffText, section, seeAlso, tagged, verbatim } from "./roff.ts";

/** `mcp node add` → `mcp-node-add`. */
export function pageName({ path }: Pick<Definition, "path">): string {
  return path.replaceAll(" ", "-");
}

export function commandPage(definition: Definition, version: string): string {
  const { description = "", details = "", options, examples = [] } = definition;
  const name = pageName(definition);
  const optionsOf = (wanted: boolean) =>
    options.filter((one) => isCommon(one.definition) === wanted).flatMap((one) => optionLines(one, definition.path));
  const lines = [
    ...pageHead({ name, section: 1, version, purpose: lowerFirst(description.trim()) }),
    ...section("SYNOPSIS", [roffText(usageLine(definition))]),
    ...section("DESCRIPTION", paragraphs(details.trim() === "" ? `${description.trim()}.` : details)),
    ...section("OPTIONS", optionsOf(false)),
    ...section("COMMON OPTIONS", optionsOf(true)),
    ...section("EXAMPLES", examples.flatMap(exampleLines)),
    ...section("EXIT STATUS", [roffProse("See `mcp`(1).")]),
    ...seeAlso([["mcp", 1]]),
  ];
  return `${lines.join("\n")}\n`;
}

/** `-n,--lines #0` → the names in bold, the value in italics. */
function optionLines({ definition, description = "" }: Definition["options"][number], path: string): string[] {
  const [names = "", value] = readableOption(definition, path).split(/ (?=<)/);
  const term = names.split(", ").map(bold).join(", ");
  return tagged(value === undefined ? term : `${term} \\fI${roffText(value)}\\fR`, [roffProse(description.trim())]);
}

/** A line break in the text is no break in the page; an empty line ends a paragraph. */
export function paragraphs(text: string): string[] {
  const blocks = text.trim().split(/\n\s*\n/);
  return blocks.flatMap((block, index) => [
    ...(index === 0 ? [] : [".PP"]),
    roffProse(block.replaceAll(/\s+/g, " ").trim()),
  ]);
}

function exampleLines([what, line]: [string, string]): string[] {
  return [".PP", roffProse(`${what.trim()}:`), ...verbatim([line])];
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
