/** What a definition, or one component of it, asks for on one node. Pure. */
import { specOf } from "../../schemas/service/desired.ts";
import type { ServiceSpec } from "../../schemas/service/spec.ts";
import { McpError } from "../../values/error.ts";
import type { ComponentName } from "../../values/names.ts";
import { didYouMean } from "../../values/nearest.ts";
import type { ChangeRequest } from "./make-change.ts";
import { mergeComponent } from "./merge-component.ts";
import type { DeployTarget } from "./read-deploy-target.ts";
import { type NodeSnapshot, requireNoClash } from "./read-snapshot.ts";
import { requireRegistries } from "./require-registry.ts";

/**
 * @throws McpError E_NOT_FOUND for an unknown component; E_DEFINITION for a new image without a registry, or for a port or
 * name that another service of the node has
 */
export function changeRequestFor(
  target: DeployTarget,
  snapshot: NodeSnapshot,
): Pick<ChangeRequest, "spec" | "checkSeen" | "whole"> {
  const spec = targetSpec(target, snapshot);
  requireRegistries(target.definition, spec, specOf(snapshot.stored));
  requireNoClash(spec, snapshot);
  return { spec, checkSeen: true, whole: target.selector.component === undefined };
}

/** The whole definition, or the stored spec with one component replaced. */
function targetSpec({ spec, selector }: DeployTarget, { stored }: NodeSnapshot): ServiceSpec {
  const { component } = selector;
  if (component === undefined) return spec;
  requireComponent(spec, component);
  return mergeComponent(specOf(stored), spec, component);
}

function requireComponent({ name, components }: ServiceSpec, component: ComponentName): void {
  const names = components.map((one) => one.name);
  if (names.includes(component)) return;
  throw new McpError(
    "E_NOT_FOUND",
    `service "${name}" has no component "${component}"${didYouMean(component, names)}`,
    { hint: `its components: ${names.join(", ")}` },
  );
}
