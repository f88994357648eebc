/** The node that a command asks: named by `--node`, or by the argument `service@node`. Pure. */
import { McpError } from "../../values/error.ts";
import type { NodeName, Selector } from "../../values/names.ts";
import { readNodeName } from "./arguments.ts";

/** Undefined: every node. @throws McpError E_USAGE for a bad name, and for two nodes */
export function readTargetNode(option: string | undefined, selector: Selector | undefined): NodeName | undefined {
  const named = option === undefined ? undefined : readNodeName("--node", option);
  const own = selector?.node;
  if (named !== undefined && own !== undefined && named !== own)
    throw new McpError("E_USAGE", `--node ${named} contradicts ${selector?.service}@${own}`, {
      hint: "name the node once",
    });
  return named ?? own;
}
