/**
 * Finds the first and most important difference between one component and its spec, with the action that
 * would repair it. Pure. plan-component.ts decides whether that action is taken now.
 */
import { isDeepStrictEqual } from "node:util";
import { diffComponentFields } from "../../../schemas/service/diff.ts";
import type { Drift, DriftKind, FieldDifference } from "../../../schemas/service/drift.ts";
import { LABEL } from "../../../schemas/service/labels.ts";
import type { Blocked } from "../../../schemas/service/observed.ts";
import type { ComponentSpec, RestartSpec, ServiceSpec } from "../../../schemas/service/spec.ts";
import { specHash } from "../../../schemas/service/spec-hash.ts";
import { containerName } from "../../../values/names.ts";
import type { ServiceMemory } from "../../store/store.ts";
import type { Action } from "../model/action.ts";
import { type ComponentContainers, isOurs, type ObservedContainer } from "../model/classify.ts";
import { changedSettings } from "./changed-settings.ts";
import { isCompleted, isExhausted, isRestartedByPolicy, restartDueUntil } from "./completion.ts";
import { isPassing, isStuck, passesUntil, stateText } from "./lasting-states.ts";

export interface ComponentInput {
  readonly service: ServiceSpec;
  readonly component: ComponentSpec;
  readonly containers: ComponentContainers;
  readonly memory: ServiceMemory;
  readonly generation: number;
  readonly nowMs: number;
  readonly claimed: Blocked | undefined;
  /** The generation may bring new images: not a start of what was stopped. */
  readonly asksRegistry: boolean;
}

/** A difference and the action that would repair it; without an action it can only be reported. */
export interface DetectedDrift {
  readonly drift: Drift;
  readonly action?: Action;
  /** Something other than the agent may have caused it; if that undoes our repairs repeatedly, `drift-fight` is reported. */
  readonly outside: boolean;
  /** Unix milliseconds before which nothing is done, because the difference may go away by itself. */
  readonly waitUntilMs?: number;
}

/** Undefined when nothing differs. */
export function findDrift(input: ComponentInput): DetectedDrift | undefined {
  return input.service.active ? findActive(input) : findInactive(input);
}

/** True when bringing this generation up failed: the previous version keeps running until something changes. */
export function hasFailed(input: ComponentInput): boolean {
  return input.memory.failed[input.component.name] === input.generation;
}

/** Whether this generation is still being carried out, so that differences are work and not drift. */
export function isDeploying(input: ComponentInput): boolean {
  return input.generation > input.memory.settledGeneration;
}

function findActive(input: ComponentInput): DetectedDrift | undefined {
  const { component, containers } = input;
  const current: ObservedContainer | undefined = containers.current;
  const hash = specHash(component);
  if (current === undefined) return rollout(input, "missing", []);
  if (containers.candidate?.labels[LABEL.spec] === hash)
    return findInterrupted(input, current) ?? rollout(input, "outdated", []);
  const have = current.labels[LABEL.spec] ?? "none";
  if (have !== hash) return findOutdated(input, current, specDifferences(input, current));
  return (
    findRenamed(input, current) ??
    findStopped(input, current) ??
    findChanged(input, current) ??
    findUnasked(input, current) ??
    findUnhealthy(input, current)
  );
}

/** Somebody changed what the container has. A difference that a new container has too is not repaired again. */
function findChanged(input: ComponentInput, current: ObservedContainer): DetectedDrift | undefined {
  const { service, component, memory } = input;
  const differences = changedSettings(service.name, component, current);
  if (differences.length === 0) return undefined;
  const open = memory.drift.find(({ kind, component: name }) => kind === "outdated" && name === component.name);
  const isNew = open !== undefined && current.createdAtMs > Date.parse(open.since);
  const found = rollout(input, "outdated", differences);
  return isNew && isDeepStrictEqual(open.differences, differences) ? { drift: found.drift, outside: false } : found;
}

const UNASKED: FieldDifference = { field: "image", want: "as its registry has it", have: "not asked" };

/** With `pull = "always"` each new generation asks the registry, once, whether the tag names another image now. */
function findUnasked(input: ComponentInput, current: ObservedContainer): DetectedDrift | undefined {
  const { component, memory, generation } = input;
  const isDue = input.asksRegistry && generation > memory.appliedGeneration;
  const isMadeNow = current.labels[LABEL.generation] === String(generation);
  if (component.pull !== "always" || !isDue || isMadeNow || memory.asked?.[component.name] === generation)
    return undefined;
  const { drift: found, action } = rollout(input, "outdated", [UNASKED]);
  return action?.kind === "rollout"
    ? { drift: found, action: { ...action, ifImageMoved: true }, outside: false }
    : undefined;
}

function findRenamed(input: ComponentInput, current: ObservedContainer): DetectedDrift | undefined {
  const name = containerName(input.service.name, input.component.name);
  if (current.name === name) return undefined;
  const action = { kind: "rename", container: current, name, ...actionBase(input) } as const;
  const found = drift(input, "renamed", [{ field: "name", want: name, have: current.name }]);
  return { drift: found, action, outside: true };
}

/** A replacement that may not continue had already stopped the old container: it serves again. */
function findInterrupted(input: ComponentInput, current: ObservedContainer): DetectedDrift | undefined {
  const wasStopped = input.memory.stopped?.includes(input.component.name) ?? false;
  return input.claimed === undefined || wasStopped ? undefined : findStopped(input, current);
}

/** After a failed replacement the old container keeps running; it is not replaced again, but it is named and restarted. */
function findOutdated(
  input: ComponentInput,
  current: ObservedContainer,
  differences: readonly FieldDifference[],
): DetectedDrift {
  const kept = hasFailed(input)
    ? (findRenamed(input, current) ?? findStopped(input, current))
    : findInterrupted(input, current);
  return kept ?? rollout(input, "outdated", differences);
}

/** Field by field if the agent remembers the spec the container was made from; otherwise only the image or "spec". */
function specDifferences({ component, memory }: ComponentInput, current: ObservedContainer): FieldDifference[] {
  const made = memory.serving[component.name];
  if (made !== undefined && specHash(made) === current.labels[LABEL.spec]) return diffComponentFields(component, made);
  if (current.image !== component.image) return [{ field: "image", want: component.image, have: current.image }];
  return [{ field: "spec", want: "as desired", have: "another one" }];
}

function findStopped(input: ComponentInput, current: ObservedContainer): DetectedDrift | undefined {
  const { memory, component, nowMs } = input;
  const { stopTimeoutMs } = component;
  const isWanted = current.labels[LABEL.spec] === specHash(component);
  const restart = (isWanted ? undefined : memory.serving[component.name]?.restart) ?? component.restart;
  // After `mcp stop` it is started again, even if its restart policy would leave it stopped.
  const wasStopped = memory.stopped?.includes(component.name) ?? false;
  const runs = current.state === "running" && current.isLost !== true;
  if (runs || (isCompleted(restart, current) && !wasStopped)) return undefined;
  const found = drift(input, "not-running", [{ field: "state", want: "running", have: stateText(current) }]);
  if (isOurs(current, nameOf(input)) && isStuck(current, stopTimeoutMs, nowMs))
    return { drift: found, action: removal(input, current), outside: false };
  if (isPassing(current.state)) {
    return { drift: found, outside: false, waitUntilMs: passesUntil(current, stopTimeoutMs) };
  }
  if (isExhausted(restart, current) && !wasStopped) return { drift: found, outside: false };
  const waitUntilMs = isDeploying(input) || wasStopped ? undefined : restartDueUntil(restart, current, nowMs);
  if (waitUntilMs !== undefined) return { drift: found, outside: false, waitUntilMs };
  return { drift: found, action: startAction(input, current), outside: isStoppedByOthers(input, current, restart) };
}

function nameOf({ service, component }: ComponentInput): string {
  return containerName(service.name, component.name);
}

/** Its removal is the first half of the repair: it is then missing, and made again. */
function removal(input: ComponentInput, container: ObservedContainer): Action {
  return { kind: "remove", container, stopTimeoutMs: input.component.stopTimeoutMs, ...actionBase(input) };
}

/** Brings it up again. A start that is part of carrying out a generation must prove that the container comes up. */
function startAction(input: ComponentInput, container: ObservedContainer): Action {
  return {
    kind: "start",
    container,
    ...actionBase(input),
    ...(provesUp(input, container) ? { spec: input.component } : {}),
  };
}

function provesUp(input: ComponentInput, current: ObservedContainer): boolean {
  const isWanted = current.labels[LABEL.spec] === specHash(input.component);
  return isWanted && (isDeploying(input) || input.generation > input.memory.appliedGeneration);
}

/** What a container does by itself is never a fight: podman would have restarted it. */
function isStoppedByOthers(input: ComponentInput, current: ObservedContainer, restart: RestartSpec): boolean {
  if (provesUp(input, current) && hasFailed(input)) return false;
  if (current.exitCode === undefined) return true;
  return [0, 137, 143].includes(current.exitCode) && isRestartedByPolicy(restart, current);
}

function findUnhealthy(input: ComponentInput, current: ObservedContainer): DetectedDrift | undefined {
  if (current.health !== "unhealthy") return undefined;
  const found = drift(input, "unhealthy", [{ field: "health", want: "healthy", have: "unhealthy" }]);
  if (input.component.health?.onUnhealthy !== "restart") return { drift: found, outside: false };
  const { stopTimeoutMs } = input.component;
  return {
    drift: found,
    action: { kind: "restart", container: current, stopTimeoutMs, ...actionBase(input) },
    outside: false,
  };
}

function findInactive(input: ComponentInput): DetectedDrift | undefined {
  const { current } = input.containers;
  if (current === undefined || !["running", "paused", "stopping"].includes(current.state)) return undefined;
  const { stopTimeoutMs } = input.component;
  const found = drift(input, "unexpected", [{ field: "state", want: "stopped", have: stateText(current) }]);
  if (isOurs(current, nameOf(input)) && isStuck(current, stopTimeoutMs, input.nowMs)) {
    return { drift: found, action: removal(input, current), outside: false };
  }
  return {
    drift: found,
    action: { kind: "stop", container: current, stopTimeoutMs, ...actionBase(input) },
    outside: true,
  };
}

function rollout(input: ComponentInput, kind: DriftKind, differences: readonly FieldDifference[]): DetectedDrift {
  const { current, candidate } = input.containers;
  const goesOn = candidate?.labels[LABEL.spec] === specHash(input.component) ? candidate : undefined;
  const action: Action = {
    kind: "rollout",
    spec: input.component,
    superseded: [],
    inTheWay: [],
    waitsFor: [],
    ...actionBase(input),
    ...(current === undefined ? {} : { old: current }),
    ...(goesOn === undefined ? {} : { candidate: goesOn }),
  };
  return { drift: drift(input, kind, differences), action, outside: !hasFailed(input) };
}

export function actionBase(input: ComponentInput) {
  return { component: input.component.name, repairs: !isDeploying(input), order: 0 };
}

function drift(input: ComponentInput, kind: DriftKind, differences: readonly FieldDifference[]): Drift {
  const name = containerName(input.service.name, input.component.name);
  return { kind, component: input.component.name, containerName: input.containers.current?.name ?? name, differences };
}
