/**
 * Reports at once that a container which should be running has ended: a `died` event opens the drift without
 * waiting for the next pass, since by then the runtime's own restart policy may have hidden it.
 */
import { isTombstone } from "../../schemas/service/desired.ts";
import type { OpenDrift } from "../../schemas/service/drift.ts";
import { LABEL } from "../../schemas/service/labels.ts";
import type { ComponentName } from "../../values/names.ts";
import { isCompleted } from "../reconcile/drift/completion.ts";
import { describeDrift } from "../reconcile/drift/describe-drift.ts";
import type { ReconcileState } from "../reconcile/reconcile-state.ts";
import { isEndOf, isFlapping, QUIET_MS } from "../reconcile/record/suppress-flapping.ts";
import type { RuntimeEvent } from "../runtime/runtime.ts";
import type { Clock } from "../state/clock.ts";
import type { MakeEvent } from "../state/events.ts";
import type { MemoryChange, ServiceCache } from "../state/service-cache.ts";
import type { Flap, ServiceRow } from "../store/store.ts";
import { type CrashCounter, FLAP_DEATHS } from "./crash-counter.ts";

export interface ContainerExitPorts {
  readonly services: ServiceCache;
  readonly clock: Pick<Clock, "now">;
  readonly crashes: CrashCounter;
  readonly makeEvent: MakeEvent;
}

interface Death {
  readonly event: RuntimeEvent;
  readonly component: ComponentName;
  /** Deaths within the flapping window, including this one. */
  readonly deaths: number;
}

/**
 * Opens the drift unless the death is an old one, or the container was not seen running. Reports it unless its
 * component flaps: flapping is reported once, not each crash.
 */
export async function onContainerExit(
  ports: ContainerExitPorts,
  state: ReconcileState,
  event: RuntimeEvent,
): Promise<void> {
  const component = event.labels[LABEL.component];
  const known = state.containers.find((c) => c.id === event.containerId);
  // Unknown: a new container that a rollout is bringing up, and that reports its own failure.
  if (component === undefined || known === undefined) return;
  state.deaths += 1;
  const death = { event, component, deaths: ports.crashes.died(`${state.service}/${component}`) };
  const isNews = known.state === "running" && known.startedAtMs < event.atMs;
  await ports.services.update(state.service, (row) => {
    const flap = noteFlapping(ports, row, death);
    const opened = isNews ? openNotRunning(ports, { ...row, memory: flap.memory }, death) : { memory: flap.memory };
    const isSuppressed = flap.memory.flapping?.[component] !== undefined;
    return { memory: opened.memory, events: [...(flap.events ?? []), ...(isSuppressed ? [] : (opened.events ?? []))] };
  });
}

/** The end of the quiet time is stored at most this often: a container may crash each second. */
const QUIET_STEP_MS = 30_000;

function noteFlapping({ clock, makeEvent }: ContainerExitPorts, row: ServiceRow, death: Death): MemoryChange {
  const { memory, service, ref } = row;
  const { component, deaths, event } = death;
  const now = { nowMs: clock.now(), generation: ref.generation };
  const flap = memory.flapping?.[component];
  const quietAtMs = now.nowMs + QUIET_MS;
  const withFlap = (next: Flap) => ({ ...memory, flapping: { ...memory.flapping, [component]: next } });
  if (flap !== undefined && isFlapping(flap, now)) {
    return quietAtMs - flap.quietAtMs < QUIET_STEP_MS ? { memory } : { memory: withFlap({ ...flap, quietAtMs }) };
  }
  if (deaths < FLAP_DEATHS) return { memory };
  const reported = flap === undefined ? memory.drift.find((drift) => isEndOf(component, drift)) : flap.told;
  const message = `${event.containerName} ended ${deaths} times within five minutes`;
  return {
    memory: withFlap({ generation: ref.generation, quietAtMs, ...(reported === undefined ? {} : { told: reported }) }),
    events: [makeEvent("flapping", message, { service, component, data: { deaths } })],
  };
}

function openNotRunning(ports: ContainerExitPorts, row: ServiceRow, { event, component }: Death): MemoryChange {
  const { memory, document, service } = row;
  const unchanged = { memory };
  if (isTombstone(document) || !document.spec.active || document.spec.drift === "ignore") return unchanged;
  if (row.ref.generation > memory.settledGeneration) return unchanged;
  const spec = document.spec.components.find((c) => c.name === component);
  const ended = { state: "exited" as const, ...(event.exitCode === undefined ? {} : { exitCode: event.exitCode }) };
  if (spec === undefined || isCompleted(spec.restart, ended)) return unchanged;
  if (memory.drift.some((drift) => isEndOf(component, drift))) return unchanged;
  const have = event.exitCode === undefined ? "exited" : `exited (exit code ${event.exitCode})`;
  const drift: OpenDrift = {
    kind: "not-running",
    component,
    containerName: event.containerName,
    differences: [{ field: "state", want: "running", have }],
    since: new Date(event.atMs).toISOString(),
    repairs: memory.repairs[component]?.count ?? 0,
  };
  const facts = { service, component, generation: row.ref.generation, author: document.author };
  const data = {
    drift: drift.kind,
    container: drift.containerName,
    since: drift.since,
    differences: drift.differences,
  };
  return {
    memory: { ...memory, drift: [...memory.drift, drift] },
    events: [ports.makeEvent("drift-opened", describeDrift(drift), { ...facts, data })],
  };
}
