/**
 * Writes a definition as TOML, in the style of the examples in the README: one line for each key, `[[components]]` in
 * order, small tables in braces. Reading it gives the same definition.
 */
import type { ComponentDefinition, ServiceDefinition } from "../../schemas/service/definition.ts";
import { tomlValue } from "../../toml/toml-text.ts";

/** Longer lists get one line for each element. */
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
