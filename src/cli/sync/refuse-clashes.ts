/** Refuses a change that needs a container name or host port of another service of the node. Pure. */

import { clashText, findClashes } from "../../schemas/service/clash.ts";
import { McpError } from "../../values/error.ts";
import { changedNodes } from "./changed-nodes.ts";
import type { SyncItem } from "./plan-sync.ts";
import type { SyncView } from "./sync-view.ts";

/** The items with an error for each change that clashes. Services on the bus keep their names and ports. */
export function refuseClashes(view: SyncView, items: readonly SyncItem[]): SyncItem[] {
  const refused = new Map<SyncItem, McpError>();
  for (const { wanted, others } of changedNodes(view, items)) {
    const specs = [...others, ...[...wanted.values()].map(({ spec }) => spec)];
    for (const clash of findClashes(specs)) {
      const item = wanted.get(clash.second.service);
      if (item !== undefined) refused.set(item, clashError(item, clashText(clash)));
    }
  }
  return items.map((item) => withRefusal(item, refused.get(item)));
}

function withRefusal({ change, ...item }: SyncItem, error: McpError | undefined): SyncItem {
  if (error !== undefined) return { ...item, outcome: "refused", error };
  return change === undefined ? item : { ...item, change };
}

function clashError({ snapshot: { service, node } }: SyncItem, text: string): McpError {
  return new McpError("E_DEFINITION", `${service}@${node}: ${text}`, {
    hint: "choose another name or port; `mcp list` shows the services of the node",
  });
}
