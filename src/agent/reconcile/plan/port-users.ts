/** Which host ports the components of a service hold on the node, and which they need next. Pure. */
import { isTombstone } from "../../../schemas/service/desired.ts";
import { LABEL } from "../../../schemas/service/labels.ts";
import type { PortSpec } from "../../../schemas/service/spec.ts";
import { specHash } from "../../../schemas/service/spec-hash.ts";
import type { ComponentName, ServiceName } from "../../../values/names.ts";
import { present } from "../../../values/present.ts";
import type { ServiceRow } from "../../store/store.ts";
import { isAtRest, type ObservedContainer } from "../model/classify.ts";
import { holdingsOf } from "./made-from.ts";

/** A component of the node with its host ports. */
export interface PortUser {
  readonly service: ServiceName;
  readonly component: ComponentName;
  /** The ports of its containers, and of the container that would be started again. */
  readonly holds: readonly PortSpec[];
  /** What it is going to be replaced with; absent when it keeps what it has. */
  readonly next?: { readonly spec: string; readonly ports: readonly PortSpec[] };
  /** False when it is going to be removed. */
  readonly isDesired: boolean;
  readonly dependsOn: readonly ComponentName[];
}

/** @param containers as last listed; undefined when the service has not been listed yet */
export function portUsers(
  row: Pick<ServiceRow, "document" | "memory">,
  containers: readonly ObservedContainer[] | undefined,
): PortUser[] {
  const { document, memory } = row;
  const labeled = (containers ?? []).map(({ labels }) => labels[LABEL.component] ?? "");
  const specs = isTombstone(document) ? [] : document.spec.components;
  const names = new Set([...specs.map(({ name }) => name), ...Object.keys(memory.serving), ...labeled]);
  return [...names].map((component) => userOf(row, component, containers));
}

function userOf(
  { document, memory }: Pick<ServiceRow, "document" | "memory">,
  component: ComponentName,
  containers: readonly ObservedContainer[] | undefined,
): PortUser {
  const isActive = !isTombstone(document) && document.spec.active;
  const spec = isTombstone(document) ? undefined : document.spec.components.find(({ name }) => name === component);
  const serving = memory.serving[component];
  const live = (containers ?? []).filter((c) => c.labels[LABEL.component] === component && !isAtRest(c.state));
  const madeFrom = serving && specHash(serving);
  const isThere = containers?.some(({ labels }) => labels[LABEL.spec] === madeFrom) ?? true;
  const isKept = isThere && (containers === undefined || (isActive && spec !== undefined));
  const kept = isKept ? (serving?.ports ?? []) : [];
  const hash = spec === undefined || !isActive ? undefined : specHash(spec);
  const isOver = memory.failed[component] === document.generation || madeFrom === hash;
  const next = spec === undefined || hash === undefined || isOver ? undefined : { spec: hash, ports: spec.ports };
  return {
    ...{ service: document.service, component, isDesired: spec !== undefined, dependsOn: spec?.dependsOn ?? [] },
    holds: [...kept, ...live.flatMap((container) => holdingsOf(memory, container)?.ports ?? [])],
    ...present({ next }),
  };
}
