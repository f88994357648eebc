/**
 * The lines that show a change before it is made. A new service, and a new component, is shown in full: image, network,
 * ports, volumes, the names of its variables (never their values), health check. Anything else is a line for each field.
 */
import type { FieldDifference } from "../../schemas/service/drift.ts";
import type { ComponentSpec, ServiceSpec } from "../../schemas/service/spec.ts";
import { specToDefinition } from "../../schemas/service/spec-to-definition.ts";
import { type Cell, styled } from "../../terminal/cell.ts";
import { differenceLine } from "../output/words.ts";

export interface SpecChange {
  /** Undefined: the service is removed. */
  readonly want: ServiceSpec | undefined;
  /** Undefined: the service is new. */
  readonly have: ServiceSpec | undefined;
  readonly differences: readonly FieldDifference[];
}

export function changeLines({ want, have, differences }: SpecChange): Cell[][] {
  const fields = new Map((want?.components ?? []).map((component) => [`components.${component.name}`, component]));
  if (want !== undefined && have === undefined) return newServiceLines(want);
  return differences.flatMap((difference) => {
    const component = fields.get(difference.field);
    return [differenceLine(difference), ...(component === undefined ? [] : detailLines(component))];
  });
}

/** What the definition says; values that are defaults are left out. */
function newServiceLines(spec: ServiceSpec): Cell[][] {
  const { active, drift } = specToDefinition(spec, []);
  const facts = [...pair("active", active), ...pair("drift", drift)];
  return [
    ...facts.map((fact): Cell[] => ["  ", ...fact]),
    ...spec.components.flatMap((component) => [
      ["  ", styled("bold", component.name), ": ", styled("green", component.image)],
      ...detailLines(component),
    ]),
  ];
}

function detailLines(component: ComponentSpec): Cell[][] {
  const spec = { name: "", active: true, drift: "repair", components: [component] } as const;
  const [definition] = specToDefinition(spec, []).components;
  if (definition === undefined) return [];
  const { name: _name, image: _image, env: _env, ...facts } = definition;
  const env = Object.keys(component.env);
  const shown = { ...facts, ...(env.length === 0 ? {} : { env }) };
  return Object.entries(shown)
    .flatMap(([field, value]) => pair(field, value))
    .map((fact) => ["    ", ...fact]);
}

function pair(field: string, value: unknown): Cell[][] {
  return value === undefined ? [] : [[styled("bold", field), ": ", valueText(value)]];
}

/** `8080:80, 8443:443`; a table as `interval = 10s, retries = 3`. */
function valueText(value: unknown): string {
  if (Array.isArray(value)) return value.map(valueText).join(", ");
  if (typeof value !== "object" || value === null) return String(value);
  return Object.entries(value)
    .map(([key, inner]) => `${key} = ${Array.isArray(inner) ? inner.map(valueText).join(" ") : valueText(inner)}`)
    .join(", ");
}
