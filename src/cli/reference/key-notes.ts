/** The default and an example of each key as TOML, by its dotted name, from the tables that the programs themselves use. Pure. */
import {
  COMPONENT_KEY_DEFAULTS,
  HEALTH_KEY_DEFAULTS,
  SERVICE_KEY_DEFAULTS,
} from "../../schemas/service/definition-defaults.ts";
import { COMPONENT_EXAMPLES, HEALTH_EXAMPLES, SERVICE_EXAMPLES } from "../../schemas/service/definition-examples.ts";
import { AGENT_DEFAULTS, CLI_DEFAULTS } from "../../schemas/settings/settings-defaults.ts";
import { AGENT_EXAMPLES, CLI_EXAMPLES, NODE_ENTRY_EXAMPLES } from "../../schemas/settings/settings-examples.ts";
import { tomlValue } from "../../toml/toml-text.ts";
import { present } from "../../values/present.ts";

export interface KeyNotes {
  /** TOML values by key. */
  readonly examples: Readonly<Record<string, string>>;
  /** TOML values by key, or words for what no value says. */
  readonly defaults: Readonly<Record<string, KeyDefault>>;
}

export interface KeyDefault {
  readonly value?: string;
  readonly text?: string;
}

export const DEFINITION_NOTES: KeyNotes = {
  examples: {
    ...SERVICE_EXAMPLES,
    ...prefixed("components.", COMPONENT_EXAMPLES),
    ...prefixed("components.health.", HEALTH_EXAMPLES),
  },
  defaults: {
    ...definitionDefaults(SERVICE_KEY_DEFAULTS),
    ...prefixed("components.", definitionDefaults(COMPONENT_KEY_DEFAULTS)),
    ...prefixed("components.health.", definitionDefaults(HEALTH_KEY_DEFAULTS)),
  },
};

export const CLI_NOTES: KeyNotes = {
  examples: { ...flat(CLI_EXAMPLES, String), ...prefixed("nodes.", NODE_ENTRY_EXAMPLES) },
  defaults: flat(CLI_DEFAULTS, settingDefault),
};

export const AGENT_NOTES: KeyNotes = {
  examples: flat(AGENT_EXAMPLES, String),
  defaults: flat(AGENT_DEFAULTS, settingDefault),
};

function settingDefault(value: unknown): KeyDefault {
  return { value: tomlValue(value) };
}

/** Keys without a default are left out. */
function definitionDefaults(
  table: Readonly<Record<string, { readonly value?: unknown; readonly text?: string } | undefined>>,
): Record<string, KeyDefault> {
  const entries = Object.entries(table).flatMap(([key, one]): [string, KeyDefault][] => {
    if (one === undefined) return [];
    const value = one.value === undefined ? undefined : tomlValue(one.value);
    return [[key, present({ value, text: one.text })]];
  });
  return Object.fromEntries(entries);
}

function prefixed<T>(prefix: string, table: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(table).map(([key, value]) => [prefix + key, value]));
}

/** Dotted keys of nested tables. */
function flat<T>(table: object, convert: (value: unknown) => T): Record<string, T> {
  const entries = Object.entries(table).flatMap(([key, value]): [string, T][] => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return [[key, convert(value)]];
    return Object.entries(prefixed(`${key}.`, flat(value, convert)));
  });
  return Object.fromEntries(entries);
}
