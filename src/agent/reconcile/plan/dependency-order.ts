/** Depth of each component in the graph of `depends_on`: 0 depends on nothing. Pure. */

import type { ComponentSpec } from "../../../schemas/service/spec.ts";
import type { ComponentName } from "../../../values/names.ts";

/** Cycles are refused before a spec is made; if one still exists, the edge that closes it is ignored. */
export function dependencyDepths(components: readonly ComponentSpec[]): Map<ComponentName, number> {
  const byName = new Map(components.map((component) => [component.name, component]));
  const known = new Map<ComponentName, number>();
  const visit = (component: ComponentSpec, path: ReadonlySet<string>): number => {
    const done = known.get(component.name);
    if (done !== undefined) return done;
    const below = component.dependsOn.flatMap((name) => {
      const dependency = byName.get(name);
      return dependency === undefined || path.has(name) ? [] : [visit(dependency, new Set([...path, name])) + 1];
    });
    const depth = Math.max(0, ...below);
    known.set(component.name, depth);
    return depth;
  };
  for (const component of components) visit(component, new Set([component.name]));
  return known;
}

/** Dependencies first. */
export function inDependencyOrder(components: readonly ComponentSpec[]): ComponentSpec[] {
  const depth = dependencyDepths(components);
  return components.toSorted((a, b) => (depth.get(a.name) ?? 0) - (depth.get(b.name) ?? 0));
}
