/** Shows an adoption before it happens: the containers and components, what is lost later, and the file. */
import type { AdoptedComponent } from "../../schemas/output/adopt-output.ts";
import { styled } from "../../terminal/cell.ts";
import type { NodeName, ServiceName } from "../../values/names.ts";
import type { Output } from "../output/output.ts";
import type { AdoptionFile } from "./adoption-file.ts";

const SHORT_ID = 12;

export interface ShownAdoption {
  readonly service: ServiceName;
  readonly node: NodeName;
  readonly components: readonly AdoptedComponent[];
  /** With hidden environment values. */
  readonly definition: string;
  readonly file: AdoptionFile;
  readonly dryRun: boolean;
}

/** On stderr, also with --quiet and --json: the operator is asked to confirm it. */
export function printAdoption(out: Output, shown: ShownAdoption): void {
  const { service, node, components, definition, file, dryRun } = shown;
  const will = dryRun ? "would" : "will";
  out.complain(`${service}@${node}: these containers ${will} be adopted without a restart:`);
  for (const component of components) printComponent(out, service, component);
  out.complain("the definition:");
  for (const line of definition.trimEnd().split("\n")) out.complain("  ", styled("dim", line));
  out.complain(fileLine(file, will));
}

function printComponent(out: Output, service: ServiceName, component: AdoptedComponent): void {
  const { containerName, containerId, env, unsaid, remarks } = component;
  const id = containerId.slice(0, SHORT_ID);
  out.complain("  ", styled("bold", containerName), ` (${id}) as ${service}/${component.component}`);
  if (env.length > 0) out.complain(`    env, with its values: ${env.join(", ")}`);
  for (const remark of remarks) out.complain(`    ${remark}`);
  if (unsaid.length === 0) return;
  out.complain(
    "    ",
    styled("yellow", "a definition cannot express this; it is lost when the container is replaced:"),
  );
  for (const { field, value } of unsaid) out.complain(`      ${field}: ${value}`);
}

function fileLine({ path, outcome, isPrivate }: AdoptionFile, will: string): string {
  const mode = isPrivate ? " (only you can read it)" : "";
  switch (outcome) {
    case "created":
      return `${path} ${will} be written${mode}`;
    case "extended":
      return `${path} ${will} get the new components; the rest of it stays${mode}`;
    case "unchanged":
      return `${path} already has these components`;
    case "kept":
      return `${path} differs and is not changed: the next deploy of it will change the adopted containers`;
  }
}
