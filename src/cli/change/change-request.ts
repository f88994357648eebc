/** What a definition, or one component of it, asks for on one node. Pure. */
import { specOf } from "../../schemas/service/desired.ts";
import type { ServiceSpec } from "../../schemas/service/spec.ts";
import { McpError } from "../../values/error.ts";
import type { ComponentName } from "../../values/names.ts";
import { didYouMean } from "../../values/nearest.ts";
import type { ChangeRequest } from "./make-change.ts";
import { mergeComponent } from "./merge-component.ts";
import type { DeployTarget } from "./read-deploy-target.ts";
import { type NodeSurvey, requireNoClash } from "./read-snapshot.ts";
import { requireRegistries } from "./require-registry.ts";

/**
 * @throws McpError E_NOT_FOUND for an unknown component; E_DEFINITION for a new image without a registry, or for a port or
 * name that another service of the node has
 */
export function changeRequestFor(
  wanted: DeployTarget,
  survey: NodeSurvey,
): Pick<ChangeRequest, "spec" | "checkSeen" | "whole"> {
  const spec = wantedSpec(wanted, survey);
  requireRegistries(wanted.definition, spec, specOf(survey.stored));
  requireNoClash(spec, survey);
  return { spec, checkSeen: true, whole: wanted.selector.component === undefined };
}

/** The whole definition, or what is stored with one component replaced. */
function wantedSpec({ spec, selector }: DeployTarget, { stored }: NodeSurvey): ServiceSpec {
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
    { hint: `it has ${names.join(", ")}` },
  );
}
