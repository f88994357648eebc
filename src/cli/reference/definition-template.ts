/**
 * The text that `mcp init` writes: a definition whose needed keys are set, and every other key as a comment with its
 * meaning and its default or an example. Taking the `# ` from a key's line makes it count. Pure.
 */
import type { KeyExplanation } from "../../schemas/output/reference-output.ts";
import { wrapText } from "../../terminal/wrap.ts";
import { tomlValue } from "../../toml/toml-text.ts";
import { DEFINITION_NOTES } from "./key-notes.ts";
import { header, isTable, lastName, referenceKeys } from "./reference-key.ts";

const COMMENT_WIDTH = 78;
const EMPTY = /^(\[\]|\{\})$/;

export interface TemplateValues {
  readonly service: string;
  /** Empty strings are to be filled in. */
  readonly node: string;
  readonly image: string;
}

export function definitionTemplate({ service, node, image }: TemplateValues): string {
  const live: Readonly<Record<string, string>> = {
    name: service,
    node,
    "components.name": service,
    "components.image": image,
  };
  const parts = referenceKeys("definition").map((key) => {
    const value = live[key.key];
    if (isTable(key.type)) return tablePart(key);
    if (value !== undefined) return [...comment(key.meaning), `${lastName(key.key)} = ${tomlValue(value)}`];
    return [...comment(withDefault(key)), `# ${suggestion(key)}`];
  });
  return [...introduction(service), ...parts.flatMap((lines) => ["", ...lines]), ""].join("\n");
}

function introduction(service: string): string[] {
  return comment(
    `Service "${service}": \`mcp plan ${service}\` checks this file, \`mcp deploy ${service}\` applies it. A key in a comment shows its default, or an example; remove the "# " in front of it to set it. \`mcp explain <key>\` says more.`,
  );
}

/** A component is needed; the tables inside it are not. */
function tablePart({ key, type, required, meaning }: KeyExplanation): string[] {
  return [...comment(meaning), required ? header(key, type) : `# ${header(key, type)}`];
}

function withDefault({ meaning, ...key }: KeyExplanation): string {
  const shown = key.default === undefined || EMPTY.test(key.default) ? "none" : key.default;
  return `${meaning} Default: ${shown}.`;
}

/** The default, or the example where the default shows nothing: words, or an empty list. */
function suggestion({ key, example = "", ...rest }: KeyExplanation): string {
  const { value } = DEFINITION_NOTES.defaults[key] ?? {};
  return value === undefined || EMPTY.test(value) ? example : `${lastName(key)} = ${rest.default}`;
}

function comment(text: string): string[] {
  return wrapText(text, COMMENT_WIDTH).map((line) => `# ${line}`);
}
