/** Sets `active` in a definition file, for `stop` and `start`; the rest of the file does not change. */

import { replaceText } from "../../disk/replace-text.ts";
import { setTopLevelValue } from "../../toml/set-value.ts";
import { type Definition, parseDefinition } from "./read-definition.ts";

/**
 * Writes the file only when the value changes, and only if the file is still the one that was read.
 * @returns the definition after the change
 * @throws McpError E_CONFLICT when the file changed since it was read, E_FILE when it cannot be written.
 */
export async function setActive(definition: Definition, active: boolean): Promise<Definition> {
  if (definition.spec.active === active) return definition;
  const change = { key: "active", value: active, below: ["node", "nodes", "name"] };
  const text = setTopLevelValue(definition.text, change);
  const patched = parseDefinition(definition.path, text, definition.spec.name);
  await replaceText(definition.path, text, definition.text);
  return patched;
}
