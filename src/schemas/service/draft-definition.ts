/**
 * A definition whose wrongly typed and unknown parts were left out, so that the rules can still judge the rest and a
 * file's problems are all reported at once.
 */
import type { ComponentDefinition, ServiceDefinition } from "./definition.ts";

export type DraftComponent = Partial<ComponentDefinition>;

export interface DraftDefinition extends Partial<Omit<ServiceDefinition, "components">> {
  components?: DraftComponent[];
}
