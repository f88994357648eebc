/**
 * A definition as TOML text, in the style of the README's examples: a line a key, `[[components]]` one after another,
 * small tables in braces. Read again it says the same.
 */
import type { ComponentDefinition, ServiceDefinition } from "../../schemas/service/definition.ts";
import { tomlValue } from "../../toml/toml-text.ts";

/** Lists longer than this are written one element a line. */
const MAX_LINE = 100;

export function writeDefinition({ components, ...service }: ServiceDefinition): string {
  return [lines(service), ...components.map((component) => `\n[[components]]\n${lines(component)}`)].join("");
}

function lines(table: Omit<ServiceDefinition, "components"> | ComponentDefinition): string {
  return Object.entries(table)
    .map(([key, value]) => pair(key, value))
    .join("");
}

function pair(key: string, value: unknown): string {
  const line = `${key} = ${tomlValue(value)}\n`;
  if (line.length <= MAX_LINE || !Array.isArray(value)) return line;
  return `${key} = [\n${value.map((item) => `  ${tomlValue(item)},\n`).join("")}]\n`;
}
