/** What the agent does with each runtime event: events are hints, so each only wakes the parts that should check again. */
import type { ServiceName } from "../../values/names.ts";
import type { ExpectedExits } from "../reconcile/execute/expected-exits.ts";
import type { Reconciler } from "../reconcile/reconciler.ts";
import type { RuntimeEvent } from "../runtime/runtime.ts";
import type { ExitWaiters } from "./exit-waiters.ts";
import { type ContainerExitPorts, onContainerExit } from "./on-container-exit.ts";

export interface RuntimeEventPorts extends ContainerExitPorts {
  readonly reconciler: Reconciler;
  readonly expectedExits: ExpectedExits;
  readonly exits: ExitWaiters;
  onError(error: unknown): void;
}

/** Handles any container's event. A service may wait for a name that becomes free. */
export function onRuntimeEvent({ services, reconciler, exits }: RuntimeEventPorts, event: RuntimeEvent): void {
  exits.publish(event);
  if (event.kind !== "removed" && event.kind !== "renamed") return;
  for (const { service } of services.all()) {
    if ((reconciler.stateOf(service)?.conflicts.size ?? 0) > 0) reconciler.wake(service);
  }
}

/** Handles an event of one of our containers: an unexpected exit is reported first, then the service gets a pass. */
export async function onServiceEvent(
  ports: RuntimeEventPorts,
  service: ServiceName,
  event: RuntimeEvent,
): Promise<void> {
  const { reconciler, expectedExits, onError } = ports;
  const state = reconciler.stateOf(service);
  const isUnexpectedExit = event.kind === "died" && !expectedExits.isExpected(event);
  if (state?.isActing && !isUnexpectedExit) return;
  if (isUnexpectedExit && state !== undefined) await onContainerExit(ports, state, event).catch(onError);
  reconciler.wake(service);
}
