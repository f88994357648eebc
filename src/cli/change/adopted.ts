/**
 * The containers that a new document names as the service's own by their id: those that the one before named, for they
 * are ours until they are replaced, and those taken over now. Pure.
 */
import { type AdoptedContainer, isTombstone } from "../../schemas/service/desired.ts";
import type { ServiceSpec } from "../../schemas/service/spec.ts";
import { specHash } from "../../schemas/service/spec-hash.ts";
import type { ComponentName } from "../../values/names.ts";
import type { ServiceSnapshot } from "./service-snapshot.ts";

interface Wanted {
  readonly spec: ServiceSpec | undefined;
  /** Containers to be taken over, by id. */
  readonly adopt?: Readonly<Record<ComponentName, string>>;
}

type Adopted = Readonly<Record<ComponentName, AdoptedContainer>>;

/** Undefined when there are none. */
export function adoptedBy(
  known: ServiceSnapshot,
  { spec, adopt = {} }: Wanted,
  generation: number,
): Adopted | undefined {
  const taken = (spec?.components ?? []).flatMap((component): [ComponentName, AdoptedContainer][] => {
    const containerId = Object.hasOwn(adopt, component.name) ? adopt[component.name] : undefined;
    return containerId === undefined ? [] : [[component.name, { containerId, spec: specHash(component), generation }]];
  });
  const all = [
    ...Object.entries(known.stored?.document.adopted ?? {}).filter((one) => !isReplaced(known, one)),
    ...taken,
  ];
  return all.length === 0 ? undefined : Object.fromEntries(all);
}

/** True when what is to be taken over is named already. */
export function isAdopted({ stored }: ServiceSnapshot, { adopt = {} }: Pick<Wanted, "adopt">): boolean {
  return Object.entries(adopt).every(([name, id]) => stored?.document.adopted?.[name]?.containerId === id);
}

/** The node says that another container is in its place, or that it has removed it with its component. */
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
