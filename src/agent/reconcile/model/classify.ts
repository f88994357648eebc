/**
 * Finds the role of each of a component's containers. Pure. Names only distinguish a container's own name from the
 * temporary one of a replacement; its labels already say which component it belongs to.
 */
import { LABEL } from "../../../schemas/service/labels.ts";
import type { ContainerState, HealthState } from "../../../schemas/service/observed.ts";
import { type ComponentName, containerName, type ServiceName } from "../../../values/names.ts";
import type { ContainerSettings, RuntimeContainer, RuntimeInfo } from "../../runtime/runtime.ts";

/** A container as the planner needs it: with facts that only inspecting it or its health check give. */
export interface ObservedContainer extends RuntimeContainer {
  /** Restarts by the runtime's own policy; known only where it matters (`on-failure:N`). */
  readonly restarts?: number;
  readonly health?: HealthState;
  /** The runtime calls it running, but its process is gone. */
  readonly isLost?: true;
  /** Unix milliseconds since when it was seen in this state; for states that should soon be over. */
  readonly sinceMs?: number;
  /** What it has, as last inspected; absent when it does not run. */
  readonly has?: ContainerSettings;
  /** The limits that this node can enforce; absent while that is not known. */
  readonly enforced?: RuntimeInfo["limits"];
  /** Id of the image that its reference names now; absent when that was not checked. */
  readonly imageNow?: string;
}

export interface ComponentContainers {
  /** The serving container, or the one that served last. */
  readonly current?: ObservedContainer;
  /** The container that a replacement under way has created. */
  readonly candidate?: ObservedContainer;
  /** Left behind by failed replacements: ours by name and label, safe to remove. */
  readonly leftovers: readonly ObservedContainer[];
  /** Carry our labels but were not made by us (a clone, say): reported, never touched. */
  readonly foreign: readonly ObservedContainer[];
}

/** Holds no port and writes to no volume. */
export function isAtRest(state: ContainerState): boolean {
  return state === "exited" || state === "created";
}

/** The name a container has until it is up: the dot distinguishes it, since component names have none. */
export function temporaryName(service: ServiceName, component: ComponentName, attempt: string): string {
  return `${containerName(service, component)}.${attempt}`;
}

export interface ClassifyInput {
  readonly service: ServiceName;
  readonly component: ComponentName;
  /** Those labeled with this service and component. */
  readonly containers: readonly ObservedContainer[];
  /** The attempt under way; it was stored before its container was created. */
  readonly attempt: string | undefined;
  /** The attempt whose container came up last. */
  readonly promoted: string | undefined;
  /** Hash of the desired spec; undefined when nothing should run. */
  readonly desiredHash: string | undefined;
}

export function classify(input: ClassifyInput): ComponentContainers {
  const { containers, attempt } = input;
  const name = containerName(input.service, input.component);
  const serving = servingOf(input, name);
  const marked = containers.find(
    (c) => attempt !== undefined && c.labels[LABEL.attempt] === attempt && isOurs(c, name),
  );
  const candidate = marked === serving ? undefined : marked;
  const others = containers.filter((c) => c !== candidate).toSorted((a, b) => rank(b, name) - rank(a, name));
  // A candidate that already has the component's name replaces nothing.
  const current = serving ?? (candidate?.name === name ? undefined : others[0]);
  const rest = others.filter((c) => c !== current);
  const leftovers = rest.filter((c) => isTemporary(c, name) || c.name === name);
  const foreign = rest.filter((c) => !leftovers.includes(c));
  return {
    ...(current === undefined ? {} : { current }),
    ...(candidate === undefined ? {} : { candidate }),
    leftovers,
    foreign,
  };
}

/**
 * The container that came up last; where that is not known, what is running: of several the one with the component's name, then the
 * newest. A container of the desired spec that an attempt under way has started has not come up yet.
 */
function servingOf(input: ClassifyInput, name: string): ObservedContainer | undefined {
  const { attempt, promoted, desiredHash } = input;
  const ours = input.containers.filter((c) => isOurs(c, name));
  const cameUp = ours.find((c) => promoted !== undefined && c.labels[LABEL.attempt] === promoted);
  if (cameUp !== undefined) return cameUp;
  const isComingUp = ({ labels }: ObservedContainer) =>
    attempt !== undefined && labels[LABEL.attempt] === attempt && labels[LABEL.spec] === desiredHash;
  const running = ours.filter((c) => c.state === "running" && !isComingUp(c));
  return running.toSorted((a, b) => rank(b, name) - rank(a, name))[0];
}

/** A container cloned by a person carries the labels too, but neither of our names. */
export function isOurs(container: ObservedContainer, name: string): boolean {
  return container.name === name || isTemporary(container, name);
}

function isTemporary(container: ObservedContainer, name: string): boolean {
  return container.name === `${name}.${container.labels[LABEL.attempt]}`;
}

/** The component's own name ranks highest, then a temporary name, then running, then the newest. */
function rank(container: ObservedContainer, name: string): number {
  const named = container.name === name ? 8 : 0;
  const running = container.state === "running" ? 2 : 0;
  const ours = isTemporary(container, name) ? 4 : 0;
  return named + running + ours + container.createdAtMs / 1e15;
}
