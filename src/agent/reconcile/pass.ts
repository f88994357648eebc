/**
 * One pass over one service: observe → plan → apply and record → observe again, until the plan is empty. The caller
 * makes sure that a service has one pass at a time.
 */
import { isTombstone } from "../../schemas/service/desired.ts";
import { LABEL } from "../../schemas/service/labels.ts";
import type { Blocked, HealthState } from "../../schemas/service/observed.ts";
import { networkNames } from "../../schemas/service/shared-networks.ts";
import { McpError } from "../../values/error.ts";
import { type ComponentName, containerName, type NodeName, type ServiceName } from "../../values/names.ts";
import { present } from "../../values/present.ts";
import type { ContainerSettings, RuntimeContainer, RuntimeInfo } from "../runtime/runtime.ts";
import { isoNow } from "../state/clock.ts";
import type { MakeEvent } from "../state/events.ts";
import type { MemoryChange, ServiceCache } from "../state/service-cache.ts";
import type { ServiceRow } from "../store/store.ts";
import { type ApplyContext, apply, type Outcome } from "./execute/apply.ts";
import type { ExpectedExits } from "./execute/expected-exits.ts";
import type { Meetings } from "./execute/meetings.ts";
import { createNaming } from "./execute/naming.ts";
import type { WaitUpContext } from "./execute/wait-up.ts";
import { heldBack } from "./hold-back.ts";
import type { Action } from "./model/action.ts";
import type { ObservedContainer } from "./model/classify.ts";
import type { Slot } from "./model/concurrency-slots.ts";
import { plan } from "./plan/plan.ts";
import type { PortUser } from "./plan/port-users.ts";
import { listService } from "./prefetch.ts";
import { beginStep, endStep, notePassing, type ReconcileState, recordChange, recordStop } from "./reconcile-state.ts";
import { markApplied } from "./record/mark-applied.ts";
import { recordDrift } from "./record/record-drift.ts";
import { cameUp, isWaiting, recordOutcome } from "./record/record-outcome.ts";
import { withoutEffect } from "./record/without-effect.ts";

export interface PassPorts extends Omit<WaitUpContext, "signal" | "observed" | "step"> {
  readonly node: NodeName;
  readonly services: ServiceCache;
  readonly makeEvent: MakeEvent;
  readonly expectedExits: ExpectedExits;
  /** The result of a container's health checks; undefined when it has none. */
  healthOf(containerId: string): HealthState | undefined;
  /** Id of the image that a container's reference names now; undefined when that was not checked. */
  imageNow(containerId: string): string | undefined;
  /** What a container has, as last inspected; undefined when it does not run. */
  settingsOf(container: RuntimeContainer, signal: AbortSignal): Promise<ContainerSettings | undefined>;
  /** What a container has was changed, and must be inspected again. */
  forgetSettings(containerId: string): void;
  /** The limits that this node can enforce; undefined until that is known. */
  enforced(): RuntimeInfo["limits"] | undefined;
  /** Whether another accepted service uses this network too. */
  isShared(service: ServiceName, network: string | undefined): boolean;
  claimsOf(service: ServiceName): ReadonlyMap<ComponentName, Blocked>;
  /** The components of the node's other services with their host ports. */
  neighborsOf(service: ServiceName): readonly PortUser[];
  readonly meetings: Meetings;
  /** Called whenever the state has changed. */
  onChange(state: ReconcileState): void;
}

/** After this many rounds without an empty plan a pass fails and is retried later. */
const MAX_ROUNDS = 8;

export interface Pass extends Slot {
  readonly ports: PassPorts;
  readonly state: ReconcileState;
  /** Aborts when a newer state replaces the one that this pass works for, or when the agent stops. */
  readonly signal: AbortSignal;
  /** Aborts when the agent stops. */
  readonly agentSignal: AbortSignal;
}

/**
 * @param seen this service's containers when the caller has just listed them
 * @throws errors of the runtime or the store; McpError E_RUNTIME when the plan does not become empty
 */
export async function runPass(pass: Pass, seen?: readonly RuntimeContainer[]): Promise<void> {
  const { ports, state } = pass;
  state.waiting = new Map();
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const { deaths } = state;
    const row = await observe(pass, round === 0 ? seen : undefined);
    if (row === undefined) return;
    if (state.deaths !== deaths) continue; // the list may be older than that death
    await update(ports, row, (now) =>
      recordDrift({ row: now, plan: state.plan, nowMs: ports.clock.now(), makeEvent: ports.makeEvent }),
    );
    if (ports.services.get(state.service)?.ref.hash !== row.ref.hash) continue;
    const vain = withoutEffect(state.tried, state.plan.actions);
    if (vain.length > 0) await recordVain(pass, row, vain);
    else if (state.plan.actions.length > 0) {
      ports.onChange(state);
      state.tried = [];
      await execute(pass, row);
    } else if (await isFinished(pass, row)) return ports.onChange(state);
  }
  const left = state.plan.actions.map(({ kind, component }) => `${kind} ${component}`).join(", ");
  throw new McpError("E_RUNTIME", `not finished after ${MAX_ROUNDS} rounds; remaining actions: ${left}`);
}

/** Changes the memory of a row, unless a newer state has been accepted since the row was read. */
async function update(ports: PassPorts, row: ServiceRow, change: (now: ServiceRow) => MemoryChange): Promise<void> {
  await ports.services.update(row.service, (now) =>
    now.ref.hash === row.ref.hash ? change(now) : { memory: now.memory },
  );
}

/** Observes and plans; undefined when nothing of this service was ever accepted. */
async function observe(pass: Pass, seen: readonly RuntimeContainer[] | undefined): Promise<ServiceRow | undefined> {
  const { ports, state, signal } = pass;
  const containers = seen ?? (await listService(ports, state.service, signal));
  const row = ports.services.get(state.service);
  if (row === undefined) return undefined;
  state.conflicts = await remainingConflicts(pass);
  notePassing(state, containers, ports.clock.now());
  state.containers = await Promise.all(containers.map((c) => withDetails(pass, row, c)));
  state.changed = new Map();
  state.isListed = true;
  const held = await heldBack(ports.runtime, row, signal);
  state.plan = plan({
    document: row.document,
    memory: row.memory,
    containers: state.containers,
    nowMs: ports.clock.now(),
    claimed: new Map([...state.waiting, ...held, ...ports.claimsOf(state.service), ...state.conflicts]),
    neighbors: () => ports.neighborsOf(state.service),
  });
  state.plannedFor = row.ref.hash;
  return row;
}

/** Foreign containers that still have one of our names. */
async function remainingConflicts({ ports, state, signal }: Pass): Promise<ReconcileState["conflicts"]> {
  const kept: [ComponentName, Blocked][] = [];
  for (const [component, blocked] of state.conflicts) {
    const container = await ports.runtime.inspect(containerName(state.service, component), signal);
    const ours = { [LABEL.service]: state.service, [LABEL.node]: ports.node, [LABEL.component]: component };
    const isOurs = Object.entries(ours).every(([key, value]) => container?.labels[key] === value);
    if (container !== undefined && !isOurs) kept.push([component, blocked]);
  }
  return new Map(kept);
}

/** Adds the health, the image that its tag names now, and the number of restarts if the restart policy counts them. */
async function withDetails(
  { ports, state, signal }: Pass,
  row: ServiceRow,
  container: RuntimeContainer,
): Promise<ObservedContainer> {
  const health = ports.healthOf(container.id);
  const imageNow = ports.imageNow(container.id);
  const spec = isTombstone(row.document)
    ? undefined
    : row.document.spec.components.find((c) => c.name === container.labels[LABEL.component]);
  const counts = container.state === "exited" && spec?.restart.retries !== undefined;
  const restarts = counts ? (await ports.runtime.inspect(container.id, signal))?.restarts : undefined;
  const isLost = container.state === "running" && !(await ports.runtime.isAlive(container, signal));
  const has = isLost ? undefined : await ports.settingsOf(container, signal);
  const { sinceMs } = state.passing.get(container.id) ?? {};
  const details = { health, imageNow, restarts, has, sinceMs, enforced: ports.enforced() };
  return { ...container, ...present({ ...details, isLost: isLost ? (true as const) : undefined }) };
}

/** The runtime reported success, but nothing changed: without a delay the same would be tried again at once, and again. */
async function recordVain(pass: Pass, { ref }: ServiceRow, vain: readonly Action[]): Promise<void> {
  pass.state.tried = [];
  for (const action of vain) {
    const { component, kind } = action;
    const message = `podman reported success for ${kind}, but the container is as before`;
    const blocked: Blocked = { component, reason: "runtime", message, code: "E_RUNTIME" };
    await record(pass, { action, generation: ref.generation, blocked, hadNoEffect: true });
  }
}

async function execute(pass: Pass, row: ServiceRow): Promise<void> {
  const { state } = pass;
  state.isActing = true;
  try {
    const spec = isTombstone(row.document) ? undefined : row.document.spec;
    await apply(contextOf(pass, row), state.plan.actions, spec);
  } finally {
    state.isActing = false;
    state.currentSteps = new Map();
  }
}

function contextOf(pass: Pass, row: ServiceRow): ApplyContext {
  const { ports, state, signal, agentSignal, releaseWhile } = pass;
  const { service } = state;
  const { runtime, expectedExits, clock, died, check, node } = ports;
  const { generation } = row.ref;
  const memory = () => ports.services.get(service)?.memory;
  return {
    ...{ runtime, clock, died, check, node, service, generation, signal, releaseWhile },
    ...createNaming({
      ...{ runtime, signal: agentSignal, onChange: ports.forgetSettings },
      namesOf: ({ name, network }) => networkNames(service, name, ports.isShared(service, network)),
    }),
    start: (id) => runtime.start(id, agentSignal).then(() => signal.throwIfAborted()),
    stop: async (id, timeoutMs) => {
      await releaseWhile(() => expectedExits.during(id, () => runtime.stop(id, timeoutMs, signal)));
      recordStop(state, id);
    },
    remove: async (id) => {
      await expectedExits.during(id, () => runtime.remove(id, signal));
      recordChange(state, id, undefined);
    },
    observed: (container, health) => observed(pass, { ...container, ...present({ health }) }),
    record: (outcome) => record(pass, outcome),
    servingSpec: (component) => memory()?.serving[component],
    attemptOf: (component) => memory()?.attempts[component],
    beginAttempt: (component, attempt) =>
      ports.services.update(service, ({ memory: m }) => ({
        memory: { ...m, attempts: { ...m.attempts, [component]: attempt } },
      })),
    promote: (component, spec) =>
      ports.services.update(service, ({ memory: m }) => ({ memory: cameUp(m, component, spec) })),
    meet: (member) => releaseWhile(() => ports.meetings.join(member)),
    callOff: ports.meetings.callOff,
    untilAgentStops: () => contextOf({ ...pass, signal: agentSignal }, row),
    step: (component, step, detail) => {
      beginStep(state, { generation, component, step, detail, at: isoNow(ports.clock) });
      ports.onChange(state);
    },
  };
}

function observed({ ports, state }: Pass, container: ObservedContainer): void {
  recordChange(state, container.id, container);
  ports.onChange(state);
}

async function record({ ports, state }: Pass, outcome: Outcome): Promise<void> {
  const { action, failure, blocked } = outcome;
  if (failure === undefined && blocked === undefined) state.tried = [...state.tried, action];
  endStep(state, outcome.action.component);
  if (blocked?.reason === "name-taken") {
    state.conflicts = new Map([...state.conflicts, [outcome.action.component, blocked]]);
  }
  if (blocked !== undefined && isWaiting(blocked)) {
    state.waiting = new Map([...state.waiting, [outcome.action.component, blocked]]);
  }
  const moment = { nowMs: ports.clock.now(), random: ports.clock.random() };
  await ports.services.update(state.service, (row) => ({
    memory: recordOutcome(row.memory, outcome, { ...moment, accepted: row.ref.generation }),
    events: failureEvents(ports, row, outcome),
  }));
}

function failureEvents(ports: PassPorts, row: ServiceRow, { failure }: Outcome) {
  if (failure === undefined) return [];
  const { component, generation } = failure;
  const { author } = row.document;
  const facts = { service: row.service, component, generation, author, data: { ...failure } };
  const serving = failure.previousServing ? "; the previous version is still running" : "";
  const message = `${row.service}/${component} did not come up: ${failure.message}${serving}`;
  return [ports.makeEvent("deploy-failed", message, facts)];
}

/** False when the generation has just failed finally: differences are drift from now on, so a new plan is needed. */
async function isFinished({ ports, state }: Pass, row: ServiceRow): Promise<boolean> {
  await update(ports, row, (now) => markApplied(now, state.plan, ports.makeEvent));
  if (state.plan.asDesired) state.tried = [];
  const { settledGeneration } = ports.services.get(state.service)?.memory ?? row.memory;
  return settledGeneration === row.memory.settledGeneration || state.plan.asDesired;
}
