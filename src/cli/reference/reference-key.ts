/**
 * Every key of the files that people write, with its type, default, meaning and an example: what `mcp explain`, `mcp init`
 * and the man pages show. Types and meanings come from the files' JSON Schemas, the rest from the tables that the code
 * itself uses. Pure.
 */
import { KEY_TABLES } from "../../schemas/generated/key-tables.ts";
import type { KeyExplanation } from "../../schemas/output/reference-output.ts";
import {
  AGENT_KEYS,
  AGENT_PREFIX,
  CLI_KEYS,
  CLI_PREFIX,
  settingKeys,
  variableName,
} from "../../schemas/settings/settings-keys.ts";
import { present } from "../../values/present.ts";
import { AGENT_NOTES, CLI_NOTES, DEFINITION_NOTES, type KeyNotes } from "./key-notes.ts";

export const EXPLAINED_FILES = ["definition", "mcp.toml", "agent.toml"] as const;
export type ExplainedFile = (typeof EXPLAINED_FILES)[number];

/** In the order of the files' types. */
export function referenceKeys(file?: ExplainedFile): KeyExplanation[] {
  return EXPLAINED_FILES.filter((one) => file === undefined || one === file).flatMap((one) =>
    KEY_TABLES[one].map(({ key, type, required, description }) => ({
      file: one,
      key,
      type,
      required,
      meaning: description,
      ...present({ ...notesOf(one, key, type), variable: variableOf(one, key) }),
    })),
  );
}

export function isTable(type: string): boolean {
  return type === "table" || type === "list of tables";
}

/** `[bus]`, or `[[nodes]]` for one of a list. */
export function header(key: string, type: string): string {
  return type === "table" ? `[${key}]` : `[[${key}]]`;
}

/** The key's own name, without those of the tables around it. */
export function lastName(key: string): string {
  return key.slice(key.lastIndexOf(".") + 1);
}

const NOTES: Readonly<Record<ExplainedFile, KeyNotes>> = {
  definition: DEFINITION_NOTES,
  "mcp.toml": CLI_NOTES,
  "agent.toml": AGENT_NOTES,
};

/** Default and example, and the line to write in a new file. */
function notesOf(file: ExplainedFile, key: string, type: string) {
  const { examples, defaults } = NOTES[file];
  const { value, text } = defaults[key] ?? {};
  const example = isTable(type) ? header(key, type) : examples[key] && `${lastName(key)} = ${examples[key]}`;
  return { default: value ?? text, example };
}

const VARIABLES = {
  "mcp.toml": { keys: CLI_KEYS, prefix: CLI_PREFIX },
  "agent.toml": { keys: AGENT_KEYS, prefix: AGENT_PREFIX },
};

/** The environment variable that overrides a setting. */
function variableOf(file: ExplainedFile, key: string): string | undefined {
  if (file === "definition") return undefined;
  const { keys, prefix } = VARIABLES[file];
  const found = settingKeys(keys).find(({ path }) => path.join(".") === key);
  return found && variableName(prefix, found.path);
}
