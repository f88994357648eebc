/** Puts one component of a definition into the stored spec; the rest of the spec stays. Pure. */

import type { ServiceSpec } from "../../schemas/service/spec.ts";
import type { ComponentName } from "../../values/names.ts";

/** @param stored undefined for a new service: the result has only this component */
export function mergeComponent(stored: ServiceSpec | undefined, spec: ServiceSpec, name: ComponentName): ServiceSpec {
  const own = spec.components.filter((component) => component.name === name);
  if (stored === undefined) return { ...spec, components: own };
  const isStored = stored.components.some((component) => component.name === name);
  const components = stored.components.flatMap((component) => (component.name === name ? own : [component]));
  return { ...stored, components: isStored ? components : [...components, ...own] };
}
