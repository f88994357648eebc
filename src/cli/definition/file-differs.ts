/** Tells that the definition on this workstation says otherwise than what was written: the next deploy would undo it. */
import { diffSpecs } from "../../schemas/service/diff.ts";
import type { ServiceSpec } from "../../schemas/service/spec.ts";
import { McpError } from "../../values/error.ts";
import type { NodeName, ServiceName } from "../../values/names.ts";
import type { Output } from "../output/output.ts";
import { differenceLine } from "../output/words.ts";
import { findDefinition } from "./find-definition.ts";

export interface Standing {
  readonly servicesDir: string;
  readonly service: ServiceName;
  /** What stands now on each node. */
  readonly specs: readonly { readonly node: NodeName; readonly spec: ServiceSpec }[];
}

/** Shows the first node's differences. Silent where there is no definition, and where it says the same. Never fails. */
export async function tellFileDiffers(out: Output, { servicesDir, service, specs }: Standing): Promise<void> {
  try {
    const { path, spec, nodes } = await findDefinition(servicesDir, service);
    const differing = specs.flatMap((one) => {
      const differences = nodes.includes(one.node) ? diffSpecs(spec, one.spec) : [];
      return differences.length === 0 ? [] : [{ node: one.node, differences }];
    });
    const [first] = differing;
    if (first === undefined) return;
    out.warn(`${path} says otherwise; \`mcp deploy ${service}\` would change ${service}@${first.node} again:`);
    for (const difference of first.differences) out.complain(...differenceLine(difference));
  } catch (error) {
    if (!(error instanceof McpError)) throw error; // no definition here, or a broken one: it would deploy nothing
  }
}
