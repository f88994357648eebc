/**
 * The adopted containers of a new document, by id: those that the document before names, until they are replaced, and
 * those that are adopted now. Pure.
 */
import { type AdoptedContainer, isTombstone } from "../../schemas/service/desired.ts";
import type { ServiceSpec } from "../../schemas/service/spec.ts";
import { specHash } from "../../schemas/service/spec-hash.ts";
import type { ComponentName } from "../../values/names.ts";
import type { ServiceSnapshot } from "./service-snapshot.ts";

interface AdoptionRequest {
  readonly spec: ServiceSpec | undefined;
  /** Ids of the containers to adopt. */
  readonly adopt?: Readonly<Record<ComponentName, string>>;
}

type Adopted = Readonly<Record<ComponentName, AdoptedContainer>>;

/** Undefined when there are none. */
export function adoptedContainers(
  snapshot: ServiceSnapshot,
  { spec, adopt = {} }: AdoptionRequest,
  generation: number,
): Adopted | undefined {
  const taken = (spec?.components ?? []).flatMap((component): [ComponentName, AdoptedContainer][] => {
    const containerId = Object.hasOwn(adopt, component.name) ? adopt[component.name] : undefined;
    return containerId === undefined ? [] : [[component.name, { containerId, spec: specHash(component), generation }]];
  });
  const all = [
    ...Object.entries(snapshot.stored?.document.adopted ?? {}).filter((one) => !isReplaced(snapshot, one)),
    ...taken,
  ];
  return all.length === 0 ? undefined : Object.fromEntries(all);
}

/** True when the stored document already names these containers. */
export function isAdopted({ stored }: ServiceSnapshot, { adopt = {} }: Pick<AdoptionRequest, "adopt">): boolean {
  return Object.entries(adopt).every(([name, id]) => stored?.document.adopted?.[name]?.containerId === id);
}

/** True when the node reports another container for the component, or has removed the component. */
function isReplaced(
  { stored, report }: ServiceSnapshot,
  [name, { containerId, generation }]: [ComponentName, AdoptedContainer],
): boolean {
  if (stored === undefined || report === undefined || (report.accepted?.generation ?? 0) < generation) return false;
  const { document } = stored;
  const isNamed = !isTombstone(document) && document.spec.components.some((component) => component.name === name);
  if (!isNamed) return report.appliedGeneration >= document.generation;
  const now = report.components.find((component) => component.name === name)?.containerId;
  return now !== undefined && now !== containerId;
}
