/**
 * Reports at once what the runtime says of a container that should be running: a `died` event opens the drift without
 * waiting for the look that follows, since by then the runtime's own restart policy may have hidden it.
 */
import { isTombstone } from "../schemas/desired.ts";
import type { OpenDrift } from "../schemas/drift.ts";
import { LABEL } from "../schemas/labels.ts";
import type { Book, MemoryChange } from "./book.ts";
import type { MakeEvent } from "./events.ts";
import { isCompleted } from "./reconcile/completion.ts";
import type { Lane } from "./reconcile/lane.ts";
import { describeDrift } from "./reconcile/record-drift.ts";
import type { RuntimeEvent } from "./runtime/runtime.ts";
import type { ServiceRow } from "./store/store.ts";

export interface DeathPorts {
  readonly book: Book;
  readonly makeEvent: MakeEvent;
}

/** Does nothing when the death is an old one, or concerns a container that was not seen running. */
export async function noteDeath(ports: DeathPorts, lane: Lane, event: RuntimeEvent): Promise<void> {
  const container = lane.containers.find((c) => c.id === event.containerId && c.state === "running");
  if (container === undefined || container.startedAtMs >= event.atMs) return;
  await ports.book.update(lane.service, (row) => openNotRunning(ports, row, event));
}

function openNotRunning(ports: DeathPorts, row: ServiceRow, event: RuntimeEvent): MemoryChange {
  const { memory, document, service } = row;
  const unchanged = { memory };
  if (isTombstone(document) || !document.spec.active || document.spec.drift === "ignore") return unchanged;
  if (row.ref.generation > memory.settledGeneration) return unchanged;
  const component = event.labels[LABEL.component];
  const spec = document.spec.components.find((c) => c.name === component);
  const ended = { state: "exited" as const, ...(event.exitCode === undefined ? {} : { exitCode: event.exitCode }) };
  if (component === undefined || spec === undefined || isCompleted(spec.restart, ended)) return unchanged;
  if (memory.drift.some((d) => d.component === component && d.kind === "not-running")) return unchanged;
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
