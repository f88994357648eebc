/**
 * What may follow on a command line, from the commands' own descriptions: words of commands, options, or a kind of name
 * that somebody has to look up. Pure.
 */
import type { Definition } from "clipanion";
import { EVENT_KINDS } from "../../schemas/wire/event.ts";
import { ROLES } from "../../trust/operator-claims.ts";
import { FORMATS } from "../arguments/format.ts";
import { commandOf, wordsOf } from "../help/command-words.ts";
import { SHELLS } from "./scripts.ts";

export interface Candidate {
  readonly word: string;
  readonly description?: string;
}

/** Names that are not known here. */
export type NameKind =
  | "service"
  | "component"
  | "selector"
  | "node"
  | "operator"
  | "consumer"
  | "context"
  | "key"
  | "file"
  | "generation";

export interface Candidates {
  readonly words: readonly Candidate[];
  readonly names?: NameKind;
  /** Of generations: the service as it is typed. */
  readonly service?: string;
}

const SEVERITIES = ["info", "warning", "error"];
const OTHER_NAMES = ["node", "operator", "consumer", "context", "key", "file"] as const satisfies readonly NameKind[];
const NOTHING: Candidates = { words: [] };

/** @param before the words in front of the one that is being typed, which is `current` */
export function candidatesFor(
  before: readonly string[],
  current: string,
  definitions: readonly Definition[],
): Candidates {
  const command = commandOf(wordsOf(before), definitions);
  const awaited = command && valueOption(before.at(-1), command);
  if (command?.path === "mcp rollback" && awaited === "--to") {
    return { words: [], names: "generation", service: argumentsIn(before, command)[1] ?? "" };
  }
  if (command !== undefined && awaited !== undefined) return valuesOf(awaited, command);
  if (before.includes("--")) return NOTHING;
  if (current.startsWith("-")) return { words: command === undefined ? [] : optionsOf(command, before) };
  const next = nextWords(before, definitions);
  if (command === undefined) return { words: next };
  const { words, names } = argumentOf(command, before);
  return { words: [...next, ...words], ...(names === undefined ? {} : { names }) };
}

/** The next word of every command that begins as typed; a word with several commands below it names these. */
function nextWords(before: readonly string[], definitions: readonly Definition[]): Candidate[] {
  const typed = wordsOf(before);
  const whole = new Map<string, Candidate>();
  const below = new Map<string, string[]>();
  for (const { path, description } of definitions) {
    const words = path.split(" ").slice(1);
    const [word, next] = words.slice(typed.length);
    if (word === undefined || !typed.every((one, index) => one === words[index])) continue;
    if (next === undefined) whole.set(word, { word, ...described(description) });
    below.set(word, [...(below.get(word) ?? []), ...(next === undefined ? [] : [next])]);
  }
  return [...below].map(([word, nexts]) => whole.get(word) ?? { word, description: nexts.join(", ") });
}

function described(text: string | undefined): Partial<Candidate> {
  const description = text?.trim().split("\n")[0];
  return description ? { description } : {};
}

/** `-n,--lines #0` → its names, when it takes a value. */
function namesOf(definition: string): { names: string[]; takesValue: boolean } {
  const [names = "", ...values] = definition.split(" ");
  return { names: names.split(","), takesValue: values.length > 0 };
}

function valueOption(word: string | undefined, { options }: Definition): string | undefined {
  if (word === undefined) return undefined;
  const found = options.map(({ definition }) => namesOf(definition)).find(({ names }) => names.includes(word));
  return found?.takesValue ? found.names.at(-1) : undefined;
}

function valuesOf(option: string, { path }: Definition): Candidates {
  if (option === "--node") return { words: [], names: "node" };
  if (option === "--context") return { words: [], names: "context" };
  if (option === "--service") return { words: [], names: "service" };
  if (option === "--component") return { words: [], names: "component" };
  if (option === "--output" && path !== "mcp service export") return { words: FORMATS.map((word) => ({ word })) };
  if (["--config", "--file", "--output", "--out", "--identity"].includes(option)) return { words: [], names: "file" };
  if (option === "--role") return { words: ROLES.map((word) => ({ word })) };
  if (option === "--kind") return { words: Object.keys(EVENT_KINDS).map((word) => ({ word })) };
  return option === "--severity" ? { words: SEVERITIES.map((word) => ({ word })) } : NOTHING;
}

function optionsOf({ options }: Definition, before: readonly string[]): Candidate[] {
  return options.flatMap(({ definition, description }) => {
    const { names } = namesOf(definition);
    const long = names.find((name) => name.startsWith("--"));
    const isGiven = names.some((name) => before.includes(name));
    return long === undefined || isGiven ? [] : [{ word: long, ...described(description) }];
  });
}

/** The next argument, by the name that the command gives it. */
function argumentOf(command: Definition, before: readonly string[]): Candidates {
  const path = command.path.split(" ").slice(1);
  const given = argumentsIn(before, command).length - path.length;
  const names = command.usage
    .replaceAll(/\s+/g, " ")
    .trim()
    .split(" ")
    .slice(path.length + 1);
  const name = names[given]?.replace(/^[<[]/, "").replace(/[>\]]$/, "") ?? "";
  if (name === "shell") return { words: SHELLS.map((word) => ({ word })) };
  if (name.startsWith("service")) return { words: [], names: name === "service" ? "service" : "selector" };
  const kind = OTHER_NAMES.find((one) => one === name);
  return kind === undefined ? NOTHING : { words: [], names: kind };
}

/** Words that are neither options nor their values. */
function argumentsIn(before: readonly string[], command: Definition): string[] {
  return before.filter((word, index) => !word.startsWith("-") && valueOption(before[index - 1], command) === undefined);
}
