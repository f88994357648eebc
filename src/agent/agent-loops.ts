/** Starts the agent's loops over its parts: the bus, the runtime, the sweep. Each runs until `signal` aborts. */
import { hasCode } from "../values/error.ts";
import type { AgentParts } from "./agent-parts.ts";
import { openFiles } from "./files/open-files.ts";
import { repairDelayMs } from "./reconcile/plan/backoff.ts";
import { createRequestHandler } from "./requests/serve-requests.ts";
import type { RuntimeEvent } from "./runtime/runtime.ts";
import { onContainerExit } from "./watch/on-container-exit.ts";
import { createOrphanWatch } from "./watch/orphans.ts";
import { prepareToRecover } from "./watch/recover.ts";
import { probeRuntime } from "./watch/runtime-probe.ts";
import { watchRuntime } from "./watch/runtime-watch.ts";
import { compareAll, type SweepPorts, sweepForever } from "./watch/sweep.ts";

/** Bus: wake-ups and requests; on every connect everything is read, reported and told again. */
export function followBus(parts: AgentParts, signal: AbortSignal): void {
  const { bus, sync, workshop, reporter, presence, outbox, book, trust } = parts;
  const { fileSettings } = parts;
  const files = fileSettings === undefined ? undefined : openFiles({ ...parts, fileSettings }, signal);
  const handler = createRequestHandler({ ...parts, ...workshop, files }, signal);
  bus.onWake((service) => void sync.look(service), signal);
  if (trust !== undefined) bus.onTrust(() => void trust.refresh(), signal);
  bus.serve(handler, signal);
  const onConnect = () => {
    presence.wake();
    outbox.wake();
    reporter.reportAll(book.all().map((row) => row.service));
    void sync.lookAtAll();
  };
  bus.onConnect(onConnect);
  if (bus.isConnected()) onConnect();
}

/**
 * Runtime: first the checks of recover.ts, tried until podman answers, then passes may begin, and the watch, the
 * probe and the sweep run. Nothing but the probe runs when the checks forbid to go on.
 * @returns when the first look at everything is over, and when all loops have ended
 */
export function followRuntime(
  parts: AgentParts,
  signal: AbortSignal,
): { ready: Promise<void>; done: Promise<unknown> } {
  const sweep = sweepPorts(parts);
  const probing = probeRuntime({ ...parts, onChange: (health, event) => onHealth(parts, health, event) }, signal);
  const recovered = recover(parts, signal).then((goesOn) => {
    if (goesOn) parts.workshop.open();
    return goesOn;
  });
  const following = recovered.then(async (goesOn) => {
    if (goesOn) await Promise.all([watch(parts, sweep, signal), sweepForever(sweep, parts.sweepMs, signal)]);
  });
  const ready = recovered.then(async (goesOn) => {
    if (goesOn) await compareAll(sweep, signal);
  });
  return { ready, done: Promise.all([probing, following, ready]) };
}

function watch(parts: AgentParts, sweep: SweepPorts, signal: AbortSignal): Promise<void> {
  return watchRuntime(
    {
      ...parts,
      onEvent: (event) => onRuntimeEvent(parts, event),
      onService: (service, event) => void onServiceEvent(parts, service, event),
      onOpen: () => void compareAll(sweep, signal),
      onError: parts.warn("following podman's events"),
    },
    signal,
  );
}

/** @returns false when the agent must not go on. */
async function recover(parts: AgentParts, signal: AbortSignal): Promise<boolean> {
  for (let tries = 1; !signal.aborted; tries++) {
    try {
      const info = await prepareToRecover(parts, signal);
      parts.onEvents();
      parts.runtimeState.version = info.version;
      parts.presence.wake();
      return true;
    } catch (error) {
      if (hasCode(error, "E_CONFIG")) {
        parts.onFatal(error);
        return false;
      }
      parts.warn("waiting for podman")(error);
      const pause = 500 + repairDelayMs(Math.min(tries, 4), parts.clock.random());
      await parts.clock.sleep(pause, signal).catch(() => undefined);
    }
  }
  return false;
}

function sweepPorts(parts: AgentParts): SweepPorts {
  const { workshop, bus, census, store, makeEvent, onEvents } = parts;
  const onOrphans = createOrphanWatch({ store, makeEvent, onEvents });
  return {
    ...parts,
    reconciler: workshop.reconciler,
    isBusConnected: () => bus.isConnected(),
    onOrphans,
    lookAtImages: workshop.images.look,
    onContainers: census.listed,
    onEvents: (events) => parts.tell(...events),
    onError: parts.warn("sweeping"),
  };
}

function onHealth(
  parts: AgentParts,
  health: AgentParts["runtimeState"]["health"],
  event: Parameters<AgentParts["tell"]>[0],
): void {
  parts.runtimeState.health = health;
  parts.presence.wake();
  void parts.tell(event).catch(parts.warn("storing an event"));
  if (health === "ok") for (const { service } of parts.book.all()) parts.workshop.reconciler.wake(service);
}

/** Any container's event: whoever waits for it is told, and lanes that wait for a name to become free look again. */
function onRuntimeEvent(parts: AgentParts, event: RuntimeEvent): void {
  const { hints, reconciler } = parts.workshop;
  hints.publish(event);
  parts.census.happened(event);
  if (event.kind !== "removed" && event.kind !== "renamed") return;
  for (const { service } of parts.book.all()) {
    if ((reconciler.lane(service)?.conflicts.size ?? 0) > 0) reconciler.wake(service);
  }
}

/** A container of ours: what it means is told first, then the service is looked at. */
async function onServiceEvent(parts: AgentParts, service: string, event: RuntimeEvent): Promise<void> {
  const { reconciler, ownStops } = parts.workshop;
  const lane = reconciler.lane(service);
  const isDeath = event.kind === "died" && !ownStops.isOwn(event);
  if (lane?.acting && !isDeath) return;
  try {
    if (isDeath && lane !== undefined) await onContainerExit({ ...parts, ...parts.workshop }, lane, event);
  } catch (error) {
    parts.warn("storing an event")(error);
  }
  reconciler.wake(service);
}
