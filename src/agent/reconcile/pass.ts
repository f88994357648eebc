/**
 * One pass over one service: observe → plan → apply and record → observe again, until the plan is empty. The caller
 * sees to it that a service has one pass at a time.
 */
import { isTombstone } from "../../schemas/service/desired.ts";
import { LABEL } from "../../schemas/service/labels.ts";
import type { Blocked, HealthState } from "../../schemas/service/observed.ts";
import { McpError } from "../../values/error.ts";
import { type ComponentName, containerName, type NodeName, type ServiceName } from "../../values/names.ts";
import { present } from "../../values/present.ts";
import type { RuntimeContainer } from "../runtime/runtime.ts";
import { isoNow } from "../state/clock.ts";
import type { MakeEvent } from "../state/events.ts";
import type { MemoryChange, ServiceCache } from "../state/service-cache.ts";
import type { ServiceRow } from "../store/store.ts";
import { type ApplyContext, apply, type Outcome } from "./execute/apply.ts";
import type { OwnStops } from "./execute/expected-exits.ts";
import type { WaitUpContext } from "./execute/wait-up.ts";
import type { ObservedContainer } from "./model/classify.ts";
import type { Slot } from "./model/concurrency-slots.ts";
import { plan } from "./plan/plan.ts";
import { listOwn } from "./prefetch.ts";
import { beginStep, endStep, noteChange, noteStop, type ReconcileState } from "./reconcile-state.ts";
import { markApplied } from "./record/mark-applied.ts";
import { noteFindings } from "./record/record-findings.ts";
import { recordOutcome } from "./record/record-outcome.ts";

export interface PassPorts extends Omit<WaitUpContext, "signal" | "observed"> {
  readonly node: NodeName;
  readonly book: ServiceCache;
  readonly makeEvent: MakeEvent;
  readonly ownStops: OwnStops;
  /** What the health checks say of a container; undefined when it has none. */
  healthOf(containerId: string): HealthState | undefined;
  /** Id of the image that a container's reference names now; undefined when nobody has looked. */
  imageNow(containerId: string): string | undefined;
  claimsOf(service: ServiceName): ReadonlyMap<ComponentName, Blocked>;
  /** Called whenever the lane has changed. */
  onChange(lane: ReconcileState): void;
}

/** Rounds after which a pass gives way: a plan that never empties is tried again later, not for ever. */
const MAX_ROUNDS = 8;

export interface Pass extends Slot {
  readonly ports: PassPorts;
  readonly lane: ReconcileState;
  readonly signal: AbortSignal;
}

/**
 * @param seen this service's containers when the caller has just listed them
 * @throws what is wrong with the runtime or the store; McpError E_RUNTIME when the plan does not get empty
 */
export async function runPass(pass: Pass, seen?: readonly RuntimeContainer[]): Promise<void> {
  const { ports, lane } = pass;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const row = await look(pass, round === 0 ? seen : undefined);
    if (row === undefined) return;
    await update(ports, row, (now) =>
      noteFindings({ row: now, plan: lane.plan, nowMs: ports.clock.now(), makeEvent: ports.makeEvent }),
    );
    if (ports.book.get(lane.service)?.ref.hash !== row.ref.hash) continue;
    if (lane.plan.actions.length > 0) {
      ports.onChange(lane);
      await act(pass, row);
    } else if (await isFinished(pass, row)) return ports.onChange(lane);
  }
  const left = lane.plan.actions.map(({ kind, component }) => `${kind} ${component}`).join(", ");
  throw new McpError("E_RUNTIME", `after ${MAX_ROUNDS} rounds there is still to do: ${left}`);
}

/** Changes the memory of a row that was looked at; left alone when a newer state was accepted meanwhile. */
async function update(ports: PassPorts, row: ServiceRow, change: (now: ServiceRow) => MemoryChange): Promise<void> {
  await ports.book.update(row.service, (now) => (now.ref.hash === row.ref.hash ? change(now) : { memory: now.memory }));
}

/** Observes and plans; undefined when nothing of this service was ever accepted. */
async function look(pass: Pass, seen: readonly RuntimeContainer[] | undefined): Promise<ServiceRow | undefined> {
  const { ports, lane, signal } = pass;
  const containers = seen ?? (await listOwn(ports, lane.service, signal));
  const row = ports.book.get(lane.service);
  if (row === undefined) return undefined;
  lane.conflicts = await stillInTheWay(pass);
  lane.containers = await Promise.all(containers.map((c) => enrich(pass, row, c)));
  lane.changed = new Map();
  lane.looked = true;
  lane.plan = plan({
    document: row.document,
    memory: row.memory,
    containers: lane.containers,
    nowMs: ports.clock.now(),
    claimed: new Map([...ports.claimsOf(lane.service), ...lane.conflicts]),
  });
  return row;
}

/** Containers that were found under our names, are there still and are not the ones that belong there. */
async function stillInTheWay({ ports, lane, signal }: Pass): Promise<ReconcileState["conflicts"]> {
  const kept: [ComponentName, Blocked][] = [];
  for (const [component, blocked] of lane.conflicts) {
    const container = await ports.runtime.inspect(containerName(lane.service, component), signal);
    const ours = { [LABEL.service]: lane.service, [LABEL.node]: ports.node, [LABEL.component]: component };
    const isOurs = Object.entries(ours).every(([key, value]) => container?.labels[key] === value);
    if (container !== undefined && !isOurs) kept.push([component, blocked]);
  }
  return new Map(kept);
}

/** Adds the health, what its image's name means now, and the number of restarts where the restart policy counts them. */
async function enrich(
  { ports, signal }: Pass,
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
  return { ...container, ...present({ health, imageNow, restarts }) };
}

async function act(pass: Pass, row: ServiceRow): Promise<void> {
  const { lane } = pass;
  lane.acting = true;
  try {
    const spec = isTombstone(row.document) ? undefined : row.document.spec;
    await apply(contextOf(pass, row), lane.plan.actions, spec);
  } finally {
    lane.acting = false;
    lane.currentSteps = new Map();
  }
}

function contextOf(pass: Pass, row: ServiceRow): ApplyContext {
  const { ports, lane, signal, releaseWhile } = pass;
  const { service } = lane;
  const { runtime, ownStops } = ports;
  const { generation } = row.ref;
  const memory = () => ports.book.get(service)?.memory;
  return {
    runtime,
    clock: ports.clock,
    died: ports.died,
    check: ports.check,
    node: ports.node,
    service,
    generation,
    signal,
    releaseWhile,
    stop: async (id, timeoutMs) => {
      await releaseWhile(() => ownStops.during(id, () => runtime.stop(id, timeoutMs, signal)));
      noteStop(lane, id);
    },
    remove: async (id) => {
      await ownStops.during(id, () => runtime.remove(id, signal));
      noteChange(lane, id, undefined);
    },
    observed: (container, health) => observed(pass, { ...container, ...present({ health }) }),
    record: (outcome) => record(pass, outcome),
    servingSpec: (component) => memory()?.serving[component],
    attemptOf: (component) => memory()?.attempts[component],
    beginAttempt: (component, attempt) =>
      ports.book.update(service, ({ memory: m }) => ({
        memory: { ...m, attempts: { ...m.attempts, [component]: attempt } },
      })),
    step: (component, step, detail) => {
      beginStep(lane, { generation, component, step, detail, at: isoNow(ports.clock) });
      ports.onChange(lane);
    },
  };
}

function observed({ ports, lane }: Pass, container: ObservedContainer): void {
  noteChange(lane, container.id, container);
  ports.onChange(lane);
}

async function record({ ports, lane }: Pass, outcome: Outcome): Promise<void> {
  const { blocked } = outcome;
  endStep(lane, outcome.action.component);
  if (blocked?.reason === "name-taken") {
    lane.conflicts = new Map([...lane.conflicts, [outcome.action.component, blocked]]);
  }
  const moment = { nowMs: ports.clock.now(), random: ports.clock.random() };
  await ports.book.update(lane.service, (row) => ({
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

/** False when the generation has just been given up: what differs is drift from now on, which is planned for anew. */
async function isFinished({ ports, lane }: Pass, row: ServiceRow): Promise<boolean> {
  await update(ports, row, (now) => markApplied(now, lane.plan, ports.makeEvent));
  const { settledGeneration } = ports.book.get(lane.service)?.memory ?? row.memory;
  return settledGeneration === row.memory.settledGeneration || lane.plan.asDesired;
}
