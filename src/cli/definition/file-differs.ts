/** Warns when the definition on this workstation differs from what was written: the next deploy would undo that. */
import { diffSpecs } from "../../schemas/service/diff.ts";
import type { ServiceSpec } from "../../schemas/service/spec.ts";
import { McpError } from "../../values/error.ts";
import type { NodeName, ServiceName } from "../../values/names.ts";
import type { Output } from "../output/output.ts";
import { differenceLine } from "../output/words.ts";
import { findDefinition } from "./find-definition.ts";

export interface WrittenSpecs {
  readonly servicesDir: string;
  readonly service: ServiceName;
  /** The spec that is stored now, by node. */
  readonly specs: readonly { readonly node: NodeName; readonly spec: ServiceSpec }[];
}

/** Shows the differences of the first node. Prints nothing without a definition, or without a difference. Never fails. */
export async function warnFileDiffers(out: Output, { servicesDir, service, specs }: WrittenSpecs): Promise<void> {
  try {
    const { path, spec, nodes } = await findDefinition(servicesDir, service);
    const differing = specs.flatMap((one) => {
      const differences = nodes.includes(one.node) ? diffSpecs(spec, one.spec) : [];
      return differences.length === 0 ? [] : [{ node: one.node, differences }];
    });
    const [first] = differing;
    if (first === undefined) return;
    out.warn(`${path} differs; \`mcp deploy ${service}\` would change ${service}@${first.node} back:`);
    for (const difference of first.differences) out.complain(...differenceLine(difference));
  } catch (error) {
    if (!(error instanceof McpError)) throw error; // no definition, or a broken one, which cannot be deployed
  }
}
