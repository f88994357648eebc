/** One component of a definition put into a stored spec; everything else stays as stored. Pure. */

import type { ServiceSpec } from "../../schemas/service/spec.ts";
import type { ComponentName } from "../../values/names.ts";

/** @param stored undefined: nothing is stored yet, and the component comes alone */
export function mergeComponent(stored: ServiceSpec | undefined, spec: ServiceSpec, name: ComponentName): ServiceSpec {
  const wanted = spec.components.filter((component) => component.name === name);
  if (stored === undefined) return { ...spec, components: wanted };
  const known = stored.components.some((component) => component.name === name);
  const components = stored.components.flatMap((component) => (component.name === name ? wanted : [component]));
  return { ...stored, components: known ? components : [...components, ...wanted] };
}
