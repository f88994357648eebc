/** Labels of one component: any but ours (labels.ts), which say whom a container belongs to. */
import { LABEL_PREFIX } from "../../schemas/service/labels.ts";
import type { Parsed } from "../../values/parsed.ts";
import type { TableCheck } from "./table-check.ts";

const KEY = /^[^\s=\0]{1,255}$/;

export function checkLabels(given: Readonly<Record<string, string>>, check: TableCheck): Record<string, string> {
  const inner = check.within("labels");
  for (const [key, value] of Object.entries(given)) inner.parse(key, value, () => parseLabel(key, value));
  return { ...given };
}

function parseLabel(key: string, value: string): Parsed<string> {
  if (key.startsWith(LABEL_PREFIX)) return { wrong: `labels that begin with "${LABEL_PREFIX}" are set by mcp itself` };
  if (!KEY.test(key)) return { wrong: "a label's name holds no space and no =" };
  return value.includes("\0") ? { wrong: "holds a NUL character" } : { value };
}
