/** The hidden command that the shells' scripts ask: one candidate a line, never an error, always exit 0. */
import type { Definition } from "clipanion";
import { harmless } from "../../terminal/cell.ts";
import type { CliContext } from "../context/context.ts";
import { withChoice } from "../context/with-choice.ts";
import { type Candidate, candidatesFor } from "./candidates.ts";
import { lookUpNames } from "./names.ts";
import { FILES } from "./words.ts";

/** @param typed after `--`: the words behind the program's name, the last one being typed (empty: a new one) */
export async function printCompletions(
  typed: readonly string[],
  context: CliContext,
  definitions: readonly Definition[],
): Promise<number> {
  try {
    const words = typed[0] === "--" ? typed.slice(1) : typed;
    for (const line of await completionLines(words, context, definitions)) context.stdout.write(`${line}\n`);
  } catch {
    // Errors do not belong in a prompt: nothing is completed then.
  }
  return 0;
}

async function completionLines(
  words: readonly string[],
  context: CliContext,
  definitions: readonly Definition[],
): Promise<string[]> {
  const current = words.at(-1) ?? "";
  const { words: fixed, names, service = "" } = candidatesFor(words.slice(0, -1), current, definitions);
  if (names === "file") return [FILES];
  const chosen = withChoice(context, {
    config: optionValue("--config", words),
    context: optionValue("--context", words),
  });
  if (names === "generation") {
    const { lookUpGenerations } = await import("./generations.ts");
    return (await lookUpGenerations(chosen, service)).filter((word) => word.startsWith(current));
  }
  const looked = names === undefined ? [] : await lookUpNames(chosen, names, current);
  const all: Candidate[] = [...fixed, ...looked.filter((word) => word !== "").map((word) => ({ word }))];
  return all.filter(({ word }) => word.startsWith(current)).map(lineOf);
}

/** The value of an option that was typed before the last word. */
function optionValue(option: string, words: readonly string[]): string | undefined {
  const index = words.indexOf(option);
  return index === -1 || index + 1 >= words.length - 1 ? undefined : words[index + 1];
}

function lineOf({ word, description }: Candidate): string {
  return description === undefined ? harmless(word) : `${harmless(word)}\t${harmless(description)}`;
}
