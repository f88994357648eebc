/**
 * Which containers are ours by their id, and the labels that they would have if we had made them. Pure. Read from the
 * accepted documents alone, so it survives what they survive: restarts, a lost store, a failed replacement.
 */
import { LABEL } from "../../schemas/service/labels.ts";
import type { NodeName } from "../../values/names.ts";
import type { ServiceRow } from "../store/store.ts";

type Labels = Readonly<Record<string, string>>;

/** Labels by container id. If two services adopted the same container, the one accepted first has it. */
export function adoptions(rows: readonly Pick<ServiceRow, "document">[], node: NodeName): ReadonlyMap<string, Labels> {
  const byId = new Map<string, Labels>();
  for (const { document } of rows) {
    for (const [component, { containerId, spec, generation }] of Object.entries(document.adopted ?? {})) {
      if (byId.has(containerId)) continue;
      byId.set(containerId, {
        [LABEL.service]: document.service,
        [LABEL.component]: component,
        [LABEL.node]: node,
        [LABEL.generation]: String(generation),
        [LABEL.spec]: spec,
      });
    }
  }
  return byId;
}
