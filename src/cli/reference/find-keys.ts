/** Which keys somebody means: the whole name, or the end of it. Pure. */
import type { KeyExplanation } from "../../schemas/output/reference-output.ts";
import { McpError } from "../../values/error.ts";
import { didYouMean } from "../../values/nearest.ts";
import { quoted } from "../../values/quoted.ts";
import { lastName } from "./reference-key.ts";

/** @throws McpError E_NOT_FOUND with the nearest key */
export function findKeys(all: readonly KeyExplanation[], asked: string): KeyExplanation[] {
  const exact = all.filter(({ key }) => key === asked);
  if (exact.length > 0) return exact;
  const ending = all.filter(({ key }) => key.endsWith(`.${asked}`));
  if (ending.length > 0) return ending;
  const names = all.map(({ key }) => key);
  const near = didYouMean(asked, names) || didYouMean(asked, names.map(lastName));
  throw new McpError("E_NOT_FOUND", `no key ${quoted(asked)} in definitions, mcp.toml and agent.toml${near}`, {
    hint: "`mcp explain` lists all keys",
  });
}

/** The keys inside a table, without those of tables inside it. */
export function keysIn(all: readonly KeyExplanation[], table: KeyExplanation): KeyExplanation[] {
  const prefix = `${table.key}.`;
  return all.filter(
    ({ file, key }) => file === table.file && key.startsWith(prefix) && !key.slice(prefix.length).includes("."),
  );
}
