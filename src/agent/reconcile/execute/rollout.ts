/**
 * Brings up one component's container, next to or instead of an old one. Nothing is stopped before the image is pulled
 * and the new container is created; the old one is kept until the new one is up, and restored if it does not come up.
 * Killed between any two steps, the next rollout continues from what it finds: the attempt id was stored before the
 * container was created, and the container carries it.
 */

import { LABEL } from "../../../schemas/service/labels.ts";
import type { Blocked, ContainerState, Failure } from "../../../schemas/service/observed.ts";
import type { ComponentSpec } from "../../../schemas/service/spec.ts";
import { specHash } from "../../../schemas/service/spec-hash.ts";
import { hasCode, McpError } from "../../../values/error.ts";
import { type ComponentName, containerName, type NodeName, type ServiceName } from "../../../values/names.ts";
import type { RuntimeContainer } from "../../runtime/runtime.ts";
import type { Exchange, RolloutAction } from "../model/action.ts";
import { isAtRest, temporaryName } from "../model/classify.ts";
import type { Slot } from "../model/concurrency-slots.ts";
import { canRunSideBySide } from "../plan/can-run-side-by-side.ts";
import { isInfrastructureError } from "./infrastructure-error.ts";
import type { Naming } from "./naming.ts";
import { type WaitUpContext, waitUp } from "./wait-up.ts";

export interface RolloutContext extends WaitUpContext, Slot, Naming {
  readonly node: NodeName;
  readonly service: ServiceName;
  readonly generation: number;
  /**
   * Also waits for the answer when a newer state has arrived: podman finishes the start all the same, and what must not run
   * at the same time would be started next to it.
   */
  start(containerId: string): Promise<void>;
  /** Like the runtime's, but the events that follow are known to be caused by the agent. */
  stop(containerId: string, timeoutMs: number): Promise<void>;
  remove(containerId: string): Promise<void>;
  /** The spec that the serving container was made from, if known. */
  servingSpec(component: ComponentName): ComponentSpec | undefined;
  /** Stores the attempt durably before its container is created. */
  beginAttempt(component: ComponentName, attempt: string): Promise<void>;
  /** Stores durably that the container of the attempt has come up. */
  promote(component: ComponentName, spec: ComponentSpec): Promise<void>;
  /** The attempt of a component that has begun and not ended. */
  attemptOf(component: ComponentName): string | undefined;
  /** Waits for those with which this member exchanges host ports. */
  meet(member: Member): Promise<Ending>;
  /** They need not wait for this component: it cannot be prepared. */
  callOff(exchange: Exchange): void;
  /** The same, for what is not interrupted by a newer state. */
  untilAgentStops(): RolloutContext;
}

/** One of those that exchange host ports, with its new container. */
export interface Member {
  readonly context: RolloutContext;
  readonly action: RolloutAction & { readonly exchange: Exchange };
  readonly candidate: Candidate;
}

/** How an action ended; with neither, it succeeded. */
export interface Ending {
  readonly failure?: Failure;
  readonly blocked?: Blocked;
}

/** The container being brought up: its id and its current name. */
export interface Candidate {
  readonly id: string;
  readonly name: string;
  readonly state: ContainerState;
}

/** The spec that a container was made from; undefined when that is not certain. */
export function madeFrom(context: RolloutContext, { labels }: RuntimeContainer): ComponentSpec | undefined {
  const spec = context.servingSpec(labels[LABEL.component] ?? "");
  return spec !== undefined && specHash(spec) === labels[LABEL.spec] ? spec : undefined;
}

/**
 * @throws the error that stopped it, an OthersError when it is not about the new container; the candidate stays for revert.ts, or for
 * the next rollout to continue.
 */
export async function rollOut(context: RolloutContext, action: RolloutAction): Promise<void> {
  const { spec, component } = action;
  if (action.ifImageMoved === true && !(await hasMoved(context, action))) return;
  const candidate = await startCandidate(context, action);
  await context.releaseWhile(() => waitUp(context, candidate.id, spec));
  await aboutOthers(true, () => takeOver(context, action, candidate));
  context.step(component, "up");
}

/** An error of the containers that are being replaced: the new one has not failed. */
export class OthersError extends Error {
  override readonly cause: unknown;
  readonly isUp: boolean;

  /** @param isUp whether the new container has come up */
  constructor(cause: unknown, isUp: boolean) {
    super("a container that is being replaced");
    this.cause = cause;
    this.isUp = isUp;
  }
}

async function aboutOthers(isUp: boolean, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (cause) {
    throw new OthersError(cause, isUp);
  }
}

/**
 * Starts the candidate of an interrupted rollout, or a new one. What the interrupted start left in the runtime may be why the next
 * start is refused ("container with given ID already exists"): that is no verdict on the generation, so another container is made.
 */
async function startCandidate(context: RolloutContext, action: RolloutAction): Promise<Candidate> {
  const { component, candidate: interrupted } = action;
  if (interrupted !== undefined) await aboutOthers(false, () => context.rejoin(interrupted.id, action.spec));
  if (interrupted?.state === "running") return interrupted;
  const candidate = interrupted ?? (await createCandidate(context, action));
  await aboutOthers(false, () => makeRoom(context, action));
  context.step(component, "start");
  try {
    await context.start(candidate.id);
    return candidate;
  } catch (error) {
    if (interrupted === undefined || !hasCode(error, "E_RUNTIME") || isInfrastructureError(error)) throw error;
    context.step(component, "remove", candidate.name);
    await context.remove(candidate.id);
    const { candidate: _, ...afresh } = action;
    return await startCandidate(context, afresh);
  }
}

/**
 * Stops what cannot run at the same time as the new container.
 * @param coming specs of all containers that are about to start
 */
export async function makeRoom(
  context: RolloutContext,
  action: RolloutAction,
  coming: readonly ComponentSpec[] = [action.spec],
): Promise<void> {
  const clashing = replacedBy(action).filter(
    (other) => !coming.every((next) => canRunSideBySide(madeFrom(context, other), next)),
  );
  for (const other of clashing) if (other.state !== "exited") await giveWay(context, action, other);
  for (const other of action.inTheWay) await giveWay(context, action, other);
}

/**
 * Podman may still start a container that was never started, when it took longer than the agent waits for an answer. Only its removal
 * prevents that.
 */
async function giveWay(context: RolloutContext, action: RolloutAction, other: RuntimeContainer): Promise<void> {
  const { component, spec, old } = action;
  const wasStarted = other.state !== "created";
  context.step(component, wasStarted ? "stop" : "remove", other === old ? undefined : other.name);
  await context.stop(other.id, spec.stopTimeoutMs);
  if (wasStarted) await requireStopped(context, other);
  else await context.remove(other.id);
}

/**
 * Podman may acknowledge a stop that had no effect; two containers on one volume would destroy its data. One that stays in
 * "stopping" may still run, and cannot be started again either: it is killed and removed.
 */
async function requireStopped(context: RolloutContext, { id, name }: RuntimeContainer): Promise<void> {
  const { runtime, signal } = context;
  const now = await runtime.inspect(id, signal);
  if (now === undefined || isAtRest(now.state)) return;
  if (now.state === "stopping") return await context.remove(id);
  if (now.state === "running" && !(await runtime.isAlive(now, signal))) return;
  throw new McpError("E_RUNTIME", `${name} still runs although podman reports that it was stopped`);
}

function replacedBy({ old, superseded }: RolloutAction): RuntimeContainer[] {
  return [...superseded, ...(old === undefined ? [] : [old])];
}

/** A container that answers to the component's names now keeps doing so until the new one is up. */
function isAnswered(context: RolloutContext, action: RolloutAction): boolean {
  if (action.exchange !== undefined) return false; // it is stopped first, and others of the exchange may ask for the new one
  return replacedBy(action).some(
    (other) => other.state === "running" && canRunSideBySide(madeFrom(context, other), action.spec),
  );
}

export async function createCandidate(context: RolloutContext, action: RolloutAction): Promise<Candidate> {
  const { runtime, signal, service, clock } = context;
  const { spec, component } = action;
  const attempt = clock.newId();
  if (spec.pull === "always") await pull(context, spec);
  await context.beginAttempt(component, attempt);
  if (spec.network !== undefined) await runtime.ensureNetwork(spec.network, signal);
  const own = containerName(service, component);
  const request = {
    name: replacedBy(action).length === 0 ? own : temporaryName(service, component, attempt),
    spec,
    aliases: isAnswered(context, action) ? [] : context.namesOf(spec),
    labels: { ...spec.labels, ...ourLabels(context, spec, attempt) },
  };
  context.step(component, "create");
  try {
    return { id: await runtime.create(request, signal), name: request.name, state: "created" };
  } catch (error) {
    if (!hasCode(error, "E_IMAGE")) throw error;
    await pull(context, spec);
    return { id: await runtime.create(request, signal), name: request.name, state: "created" };
  }
}

/** Asks the registry. */
async function hasMoved(context: RolloutContext, { spec, old }: RolloutAction): Promise<boolean> {
  await pull(context, spec);
  return (await context.runtime.imageId(spec.image, context.signal)) !== old?.imageId;
}

async function pull(context: RolloutContext, spec: ComponentSpec): Promise<void> {
  context.step(spec.name, "pull", spec.image);
  await context.releaseWhile(() => context.runtime.pull(spec.image, () => undefined, context.signal));
}

function ourLabels(context: RolloutContext, spec: ComponentSpec, attempt: string): Record<string, string> {
  return {
    [LABEL.service]: context.service,
    [LABEL.component]: spec.name,
    [LABEL.node]: context.node,
    [LABEL.generation]: String(context.generation),
    [LABEL.spec]: specHash(spec),
    [LABEL.attempt]: attempt,
  };
}

/**
 * The new container is up: removes the others and gives their name to it. That it is up is stored first: if something comes in
 * between, it serves and only the others are left to be removed.
 */
async function takeOver(context: RolloutContext, action: RolloutAction, candidate: Candidate): Promise<void> {
  const { component, spec } = action;
  const isAlone = replacedBy(action).length === 0 && candidate.name === containerName(context.service, component);
  if (isAlone) return;
  await context.giveNames(candidate.id, spec);
  await context.promote(component, spec);
  await removeOthers(context, action, candidate);
}

/** @throws OthersError */
export async function replaceOthers(context: RolloutContext, action: RolloutAction, candidate: Candidate) {
  await aboutOthers(true, () => removeOthers(context, action, candidate));
}

async function removeOthers(context: RolloutContext, action: RolloutAction, candidate: Candidate): Promise<void> {
  const { component, spec } = action;
  const name = containerName(context.service, component);
  for (const { id } of replacedBy(action)) {
    context.step(component, "remove");
    await context.stop(id, spec.stopTimeoutMs);
    await context.remove(id);
  }
  if (candidate.name !== name) await context.runtime.rename(candidate.id, name, context.signal);
}
