/** Which actions of a plan were just carried out and are planned again on a container that is as before. Pure. */
import { specHash } from "../../../schemas/service/spec-hash.ts";
import type { Action } from "../model/action.ts";

/** @param tried the actions that succeeded last. @param planned the plan made from what was seen after them */
export function withoutEffect(tried: readonly Action[], planned: readonly Action[]): readonly Action[] {
  const before = new Set(tried.map(keyOf));
  return planned.filter((action) => before.has(keyOf(action)));
}

function keyOf(action: Action): string {
  const containers = action.kind === "rollout" ? [action.old, action.candidate] : [action.container];
  const seen = containers.map((container) =>
    container === undefined ? null : [container.id, container.name, container.state, container.startedAtMs],
  );
  const spec = action.kind === "rollout" ? specHash(action.spec) : undefined;
  return JSON.stringify([action.kind, action.component, spec, seen]);
}
