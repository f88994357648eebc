/**
 * Why a command line could not be understood, as one McpError E_USAGE with the nearest word and the line that helps.
 * clipanion's own texts list candidates without saying which word is wrong; so we look at the words ourselves.
 */

import type { Definition } from "clipanion";
import { McpError } from "../../values/error.ts";
import { didYouMean } from "../../values/nearest.ts";
import { quoted } from "../../values/quoted.ts";
import { commandOf, commandsBelow, pathWords, wordsOf } from "./command-words.ts";
import { usageLine } from "./help.ts";
import { pointerFor } from "./synonyms.ts";

export function explainParseError(
  error: unknown,
  argv: readonly string[],
  definitions: readonly Definition[],
): McpError {
  const words = wordsOf(argv);
  const command = commandOf(words, definitions);
  if (words.length === 0) return new McpError("E_USAGE", `no command before ${argv[0]}`);
  if (command === undefined) return unknownCommand(words, definitions);
  const hint = `usage: ${usageLine(command)}`;
  const option = unknownOption(argv, command);
  if (option !== undefined) {
    const text = `${command.path} has no option ${option}${didYouMean(option, optionNames(command))}`;
    return new McpError("E_USAGE", text, { hint: `\`${command.path} --help\` lists them` });
  }
  const reason = reasonOf(error);
  return new McpError("E_USAGE", `${command.path}: ${reason}`, {
    hint: reason === MISSING ? `${hint}${exampleOf(command)}` : hint,
  });
}

/** An error for words that name no command, with the nearest command or the ones that they may mean. */
export function unknownCommand(words: readonly string[], definitions: readonly Definition[]): McpError {
  const [first = ""] = words;
  const group = commandsBelow(words.slice(0, 1), definitions);
  if (words.length > 0 && group.length > 0) return unknownInGroup(words, group);
  const pointer = pointerFor(first);
  if (pointer !== undefined) return new McpError("E_USAGE", `unknown command ${quoted(first)}`, { hint: pointer });
  const paths = definitions.map(({ path }) => pathWords(path).join(" "));
  const known = [...paths, ...paths.map((path) => path.split(" ")[0] ?? path)];
  return new McpError("E_USAGE", `unknown command ${quoted(first)}${didYouMean(first, known)}`);
}

function unknownInGroup(words: readonly string[], group: readonly Definition[]): McpError {
  const known = group.map(({ path }) => pathWords(path).join(" "));
  const hint = `one of ${known.map((path) => `\`mcp ${path}\``).join(", ")}`;
  if (words.length === 1) return new McpError("E_USAGE", `"mcp ${words[0]}" needs another word`, { hint });
  const typed = words.slice(0, 2).join(" ");
  const near = didYouMean(typed, known);
  const text = `unknown command ${quoted(typed)}${near}`;
  return new McpError("E_USAGE", text, { hint: near === "" ? hint : `\`mcp ${words[0]} --help\` lists the commands` });
}

function unknownOption(argv: readonly string[], command: Definition): string | undefined {
  const end = argv.indexOf("--");
  const known = optionNames(command);
  return argv
    .slice(0, end === -1 ? undefined : end)
    .map((argument) => argument.split("=")[0] ?? "")
    .find((name) => /^--?[a-z]/i.test(name) && !known.includes(name) && !isBatch(name, known));
}

/** `-fn`: several short options in one. */
function isBatch(name: string, known: readonly string[]): boolean {
  return /^-[a-z]{2,}$/i.test(name) && [...name.slice(1)].every((letter) => known.includes(`-${letter}`));
}

function optionNames({ options }: Definition): string[] {
  return [...options.flatMap(({ definition }) => (definition.split(" ")[0] ?? "").split(",")), "-h", "--help"];
}

function exampleOf({ examples }: Definition): string {
  const [, line] = examples?.[0] ?? [];
  return line === undefined ? "" : `, for example: ${line}`;
}

const MISSING = "an argument is missing";

/** clipanion's reason for the nearest candidate, made readable. */
function reasonOf(error: unknown): string {
  const reasons = error instanceof Error && "candidates" in error ? candidateReasons(error.candidates) : [];
  const reason = reasons[0] ?? (error instanceof Error ? error.message : String(error));
  return reason
    .replace(/^Not enough positional arguments\.?$/, MISSING)
    .replace(/^Extraneous positional argument \((.*)\)\.?$/, "one argument too many: $1")
    .replace(/^Not enough arguments to option (.*)\.$/, "option $1 needs a value")
    .split("\n")[0] as string;
}

function candidateReasons(candidates: unknown): string[] {
  if (!Array.isArray(candidates)) return [];
  return candidates.flatMap((candidate: unknown) => {
    const reason =
      typeof candidate === "object" && candidate !== null && "reason" in candidate ? candidate.reason : undefined;
    return typeof reason === "string" ? [reason] : [];
  });
}
