/** Labels of nodes as they are typed: `zone=attic`, and `zone=` to take one away. Pure. */

import { McpError } from "../../values/error.ts";
import { quoted } from "../../values/quoted.ts";

const KEY = /^[a-z0-9]([a-z0-9._/-]{0,61}[a-z0-9])?$/;
const MAX_VALUE = 253;
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;

type Labels = Readonly<Record<string, string>>;

/** @param texts in order, the later wins. @throws McpError E_USAGE */
export function withLabels(labels: Labels, texts: readonly string[]): Labels {
  const changed = new Map(Object.entries(labels));
  for (const text of texts) {
    const [key, value] = parseLabel(text);
    if (value === "") changed.delete(key);
    else changed.set(key, value);
  }
  return Object.fromEntries([...changed].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function parseLabel(text: string): [key: string, value: string] {
  const [, key = "", value = ""] = /^([^=]*)=([\s\S]*)$/.exec(text) ?? [];
  if (KEY.test(key) && value.length <= MAX_VALUE && !CONTROL.test(value)) return [key, value];
  throw new McpError("E_USAGE", `--label: ${quoted(text)} is not of the form key=value`, {
    hint: "a key has lower-case letters, digits and inner . _ / -; for example: --label zone=attic",
  });
}
