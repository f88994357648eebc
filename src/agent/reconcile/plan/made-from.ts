/** What a container was made from, as far as it is known. Pure. */
import { LABEL } from "../../../schemas/service/labels.ts";
import type { ComponentSpec } from "../../../schemas/service/spec.ts";
import { specHash } from "../../../schemas/service/spec-hash.ts";
import type { RuntimeContainer } from "../../runtime/runtime.ts";
import type { ServiceMemory } from "../../store/store.ts";
import type { ObservedContainer } from "../model/classify.ts";

/** What two containers cannot both have. */
export type Holdings = Pick<ComponentSpec, "ports" | "volumes">;

/** From the spec that the agent remembers, otherwise from the container itself; undefined when neither is known. */
export function holdingsOf(
  { serving }: ServiceMemory,
  container: RuntimeContainer & Pick<ObservedContainer, "has">,
): Holdings | undefined {
  const spec = serving[container.labels[LABEL.component] ?? ""];
  if (spec !== undefined && specHash(spec) === container.labels[LABEL.spec]) return spec;
  return container.has;
}
