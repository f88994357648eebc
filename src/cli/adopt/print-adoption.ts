/** How an adoption looks to people before it is done: who becomes what, what is lost later, what will be written. */
import type { AdoptedComponent } from "../../schemas/output/json-adopt-output.ts";
import type { NodeName, ServiceName } from "../../values/names.ts";
import { styled } from "../output/cell.ts";
import type { Output } from "../output/output.ts";
import type { AdoptionFile } from "./adoption-file.ts";

const SHORT_ID = 12;

export interface ShownAdoption {
  readonly service: ServiceName;
  readonly node: NodeName;
  readonly components: readonly AdoptedComponent[];
  /** Values of env hidden. */
  readonly definition: string;
  readonly file: AdoptionFile;
}

/** On stderr whatever the options say: it is what consent is asked for. */
export function printAdoption(out: Output, shown: ShownAdoption): void {
  const { service, node, components, definition, file } = shown;
  out.complain(`${service}@${node}: taken over as they run, without a restart:`);
  for (const component of components) printComponent(out, service, component);
  out.complain("the definition:");
  for (const line of definition.trimEnd().split("\n")) out.complain("  ", styled("dim", line));
  out.complain(fileLine(file));
}

function printComponent(out: Output, service: ServiceName, component: AdoptedComponent): void {
  const { containerName, containerId, env, unsaid, remarks } = component;
  const id = containerId.slice(0, SHORT_ID);
  out.complain("  ", styled("bold", containerName), ` (${id}) as ${service}/${component.component}`);
  if (env.length > 0) out.complain(`    env, with its values: ${env.join(", ")}`);
  for (const remark of remarks) out.complain(`    ${remark}`);
  if (unsaid.length === 0) return;
  out.complain("    ", styled("yellow", "cannot be expressed, and is lost when the container is replaced:"));
  for (const { field, value } of unsaid) out.complain(`      ${field}: ${value}`);
}

function fileLine({ path, outcome, isPrivate }: AdoptionFile): string {
  const mode = isPrivate ? " (readable by you alone)" : "";
  switch (outcome) {
    case "created":
      return `${path} is written${mode}`;
    case "extended":
      return `${path} gets the new components, all else in it stays${mode}`;
    case "unchanged":
      return `${path} says so already`;
    case "kept":
      return `${path} says otherwise and is left as it is: deploying it will change what is adopted now`;
  }
}
