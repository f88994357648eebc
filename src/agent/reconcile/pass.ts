/**
 * One pass over one service: observe → plan → apply and record → observe again, until the plan is empty. The caller
 * sees to it that a service has one pass at a time.
 */
import { isTombstone } from "../../schemas/desired.ts";
import { LABEL } from "../../schemas/labels.ts";
import { type ComponentName, containerName, type NodeName, type ServiceName } from "../../schemas/names.ts";
import type { Blocked, HealthState } from "../../schemas/observed.ts";
import type { Book } from "../book.ts";
import { isoNow } from "../clock.ts";
import type { MakeEvent } from "../events.ts";
import type { RuntimeContainer } from "../runtime/runtime.ts";
import type { ServiceRow } from "../store/store.ts";
import { apply, type Outcome } from "./apply.ts";
import type { ObservedContainer } from "./classify.ts";
import { type Lane, withStep } from "./lane.ts";
import { noteFindings } from "./note-findings.ts";
import { plan } from "./plan.ts";
import { recordOutcome } from "./record-outcome.ts";
import type { RolloutContext } from "./rollout.ts";
import { settle } from "./settle.ts";
import type { WaitUpPorts } from "./wait-up.ts";

export interface PassPorts extends WaitUpPorts {
  readonly node: NodeName;
  readonly book: Book;
  readonly makeEvent: MakeEvent;
  /** What the health checks say of a container; undefined when it has none. */
  healthOf(containerId: string): HealthState | undefined;
  claimsOf(service: ServiceName): ReadonlyMap<ComponentName, Blocked>;
  /** Called whenever the lane has changed. */
  onChange(lane: Lane): void;
}

/** Rounds after which a pass gives way: a plan that never empties is tried again later, not for ever. */
const MAX_ROUNDS = 8;

/** @param seen this service's containers when the caller has just listed them */
export async function runPass(
  ports: PassPorts,
  lane: Lane,
  signal: AbortSignal,
  seen?: readonly RuntimeContainer[],
): Promise<void> {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const row = await look(ports, lane, signal, round === 0 ? seen : undefined);
    if (row === undefined) return;
    await ports.book.update(lane.service, (now) =>
      noteFindings({ row: now, plan: lane.plan, nowMs: ports.clock.now(), makeEvent: ports.makeEvent }),
    );
    if (lane.plan.actions.length === 0) return await finish(ports, lane, row);
    ports.onChange(lane);
    await act(ports, lane, row, signal);
  }
}

/** Observes and plans; undefined when nothing of this service was ever accepted. */
async function look(
  ports: PassPorts,
  lane: Lane,
  signal: AbortSignal,
  seen: readonly RuntimeContainer[] | undefined,
): Promise<ServiceRow | undefined> {
  const labels = { [LABEL.service]: lane.service, [LABEL.node]: ports.node };
  const containers = seen ?? (await ports.runtime.list(labels, signal));
  const row = ports.book.get(lane.service);
  if (row === undefined) return undefined;
  lane.conflicts = await stillInTheWay(ports, lane, signal);
  lane.containers = await Promise.all(containers.map((c) => enrich(ports, row, c, signal)));
  lane.plan = plan({
    document: row.document,
    memory: row.memory,
    containers: lane.containers,
    nowMs: ports.clock.now(),
    claimed: new Map([...ports.claimsOf(lane.service), ...lane.conflicts]),
  });
  return row;
}

/** Foreign containers that were found under our names and are there still. */
async function stillInTheWay(ports: PassPorts, lane: Lane, signal: AbortSignal): Promise<Lane["conflicts"]> {
  const kept: [ComponentName, Blocked][] = [];
  for (const [component, blocked] of lane.conflicts) {
    const container = await ports.runtime.inspect(containerName(lane.service, component), signal);
    if (container !== undefined && container.labels[LABEL.service] !== lane.service) kept.push([component, blocked]);
  }
  return new Map(kept);
}

/** Adds the health, and the number of restarts where the restart policy counts them. */
async function enrich(
  ports: PassPorts,
  row: ServiceRow,
  container: RuntimeContainer,
  signal: AbortSignal,
): Promise<ObservedContainer> {
  const health = ports.healthOf(container.id);
  const spec = isTombstone(row.document)
    ? undefined
    : row.document.spec.components.find((c) => c.name === container.labels[LABEL.component]);
  const counts = container.state === "exited" && spec?.restart.retries !== undefined;
  const restarts = counts ? (await ports.runtime.inspect(container.id, signal))?.restarts : undefined;
  return { ...container, ...(health && { health }), ...(restarts === undefined ? {} : { restarts }) };
}

async function act(ports: PassPorts, lane: Lane, row: ServiceRow, signal: AbortSignal): Promise<void> {
  lane.acting = true;
  try {
    const spec = isTombstone(row.document) ? undefined : row.document.spec;
    const outcomes = await apply(contextOf(ports, lane, row, signal), lane.plan.actions, spec);
    await record(ports, lane, outcomes);
  } finally {
    lane.acting = false;
  }
}

function contextOf(ports: PassPorts, lane: Lane, row: ServiceRow, signal: AbortSignal): RolloutContext {
  const { service } = lane;
  const { generation } = row.ref;
  const memory = () => ports.book.get(service)?.memory;
  return {
    runtime: ports.runtime,
    clock: ports.clock,
    died: ports.died,
    check: ports.check,
    node: ports.node,
    service,
    generation,
    signal,
    servingSpec: (component) => memory()?.serving[component],
    attemptOf: (component) => memory()?.attempts[component],
    beginAttempt: (component, attempt) =>
      ports.book.update(service, ({ memory: m }) => ({
        memory: { ...m, attempts: { ...m.attempts, [component]: attempt } },
      })),
    step: (component, step, detail) => {
      lane.steps = withStep(lane.steps, { generation, component, step, detail, at: isoNow(ports.clock) });
      ports.onChange(lane);
    },
  };
}

async function record(ports: PassPorts, lane: Lane, outcomes: readonly Outcome[]): Promise<void> {
  const taken = outcomes.flatMap(({ blocked }) => (blocked?.reason === "name-taken" ? [blocked] : []));
  lane.conflicts = new Map(taken.map((blocked) => [blocked.component ?? "", blocked]));
  const moment = { nowMs: ports.clock.now(), random: ports.clock.random() };
  await ports.book.update(lane.service, (row) => ({
    memory: outcomes.reduce((memory, outcome) => recordOutcome(memory, outcome, moment), row.memory),
    events: outcomes.flatMap((outcome) => failureEvents(ports, row, outcome)),
  }));
}

function failureEvents(ports: PassPorts, row: ServiceRow, { failure }: Outcome) {
  if (failure === undefined) return [];
  const { component, generation } = failure;
  const { author } = row.document;
  const facts = { service: row.service, component, generation, author, data: { ...failure } };
  const serving = failure.previousServing ? "; the previous one serves on" : "";
  const message = `${row.service}/${component} did not come up: ${failure.message}${serving}`;
  return [ports.makeEvent("deploy-failed", message, facts)];
}

async function finish(ports: PassPorts, lane: Lane, row: ServiceRow): Promise<void> {
  await ports.book.update(lane.service, (now) =>
    now.ref.hash === row.ref.hash ? settle(now, lane.plan, ports.makeEvent) : { memory: now.memory },
  );
  ports.onChange(lane);
}
