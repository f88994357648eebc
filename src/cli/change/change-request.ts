/** From a definition, or one component of it, to what is wished for on one node. Pure. */
import { isTombstone } from "../../schemas/service/desired.ts";
import type { ServiceSpec } from "../../schemas/service/spec.ts";
import { McpError } from "../../values/error.ts";
import type { ComponentName } from "../../values/names.ts";
import { didYouMean } from "../../values/nearest.ts";
import type { ChangeRequest } from "./make-change.ts";
import { mergeComponent } from "./merge-component.ts";
import type { DeployTarget } from "./read-deploy-target.ts";
import { type NodeSurvey, requireNoClash } from "./read-snapshot.ts";

/** @throws McpError E_NOT_FOUND for an unknown component, E_DEFINITION for a clash with another service of the node */
export function changeRequestFor(
  wanted: DeployTarget,
  survey: NodeSurvey,
): Pick<ChangeRequest, "spec" | "checkSeen" | "whole"> {
  const spec = wantedSpec(wanted, survey);
  requireNoClash(spec, survey);
  return { spec, checkSeen: true, whole: wanted.selector.component === undefined };
}

/** The whole definition, or what is stored with one component replaced. */
function wantedSpec({ spec, selector }: DeployTarget, { stored }: NodeSurvey): ServiceSpec {
  const { component } = selector;
  if (component === undefined) return spec;
  demandComponent(spec, component);
  const base = stored === undefined || isTombstone(stored.document) ? undefined : stored.document.spec;
  return mergeComponent(base, spec, component);
}

function demandComponent({ name, components }: ServiceSpec, component: ComponentName): void {
  const names = components.map((one) => one.name);
  if (names.includes(component)) return;
  throw new McpError(
    "E_NOT_FOUND",
    `service "${name}" has no component "${component}"${didYouMean(component, names)}`,
    { hint: `it has ${names.join(", ")}` },
  );
}
