/** Sets `active` in a definition file, as `stop` and `start` do; everything else in the file stays as it is. */

import { replaceText } from "../../disk/replace-text.ts";
import { setTopLevelValue } from "../../toml/set-value.ts";
import { type Definition, parseDefinition } from "./read-definition.ts";

/**
 * Writes the file only when its meaning changes. The definition handed in is the one that was read; a file that
 * changed since is left alone.
 * @returns the definition as the file now says it.
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
