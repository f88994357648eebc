/** Names of services, components and nodes; an invalid name comes with a valid name made from it. */
import { isName, NAME_RULE } from "../../values/names.ts";
import type { Parsed } from "../../values/parsed.ts";

export function parseName(text: string): Parsed<string> {
  if (isName(text)) return { value: text };
  const proposal = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 63)
    .replace(/^-+|-+$/g, "");
  const wrong = `${JSON.stringify(text.slice(0, 80))} is not a valid name (${NAME_RULE})`;
  return isName(proposal) ? { wrong, instead: `"${proposal}"` } : { wrong };
}
