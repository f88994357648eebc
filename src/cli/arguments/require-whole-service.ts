/** For commands that take a whole service, never a component of it. */
import { McpError } from "../../values/error.ts";
import type { Selector } from "../../values/names.ts";

/** @throws McpError E_USAGE */
export function requireWholeService({ service, component, node }: Selector, verb: string): void {
  if (component === undefined) return;
  throw new McpError("E_USAGE", `${verb} takes a whole service, not the component "${component}"`, {
    hint: `\`mcp ${verb} ${service}${node === undefined ? "" : `@${node}`}\``,
  });
}
