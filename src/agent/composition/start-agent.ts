/**
 * The whole agent: its parts (create-parts.ts), the loops that use them, and its end: it
 * stops taking work, leaves the step under way resumable, delivers its events, and leaves every container running.
 */
import { openFiles } from "../files/open-files.ts";
import { createRequestHandler } from "../requests/serve-requests.ts";
import { compareIdentity, ownIdentity } from "../state/identity.ts";
import { onRuntimeEvent, onServiceEvent, type RuntimeEventPorts } from "../watch/on-runtime-event.ts";
import { createOrphanWatch } from "../watch/orphans.ts";
import { waitForRuntime } from "../watch/recover.ts";
import { probeRuntime } from "../watch/runtime-probe.ts";
import { watchRuntime } from "../watch/runtime-watch.ts";
import { compareAll, type SweepPorts, sweepForever } from "../watch/sweep.ts";
import { type AgentParts, type AgentPorts, type Core, createParts } from "./create-parts.ts";

export interface Agent {
  /** Resolves after the first comparison of all services with the runtime. */
  readonly ready: Promise<void>;
  stop(): Promise<void>;
}

/** How long a stopping agent tries to deliver its events. */
const FLUSH_MS = 3_000;

/** @throws McpError E_STORE when the store cannot be read. A later fatal error goes to `onFatal`; the agent then waits for `stop`. */
export async function startAgent(ports: AgentPorts): Promise<Agent> {
  const work = new AbortController();
  const delivery = new AbortController();
  const parts = await createParts(ports, { work: work.signal, delivery: delivery.signal });
  const loops = (await isSameNode(ports)) ? startLoops(parts, work.signal) : NO_LOOPS;
  return {
    ready: loops.ready,
    stop: async () => {
      work.abort();
      await Promise.all([parts.reconciling.reconciler.idle(), loops.done, parts.core.alerter.done]);
      await sayGoodbye(parts.core);
      delivery.abort();
      await parts.presence.leave();
    },
  };
}

async function sayGoodbye({ ports: { node, bus, log }, makeEvent, recordEvents, heldEvents, outbox }: Core) {
  const message = `the agent of ${node} stopped; its containers keep running`;
  await recordEvents(makeEvent("agent-stopped", message)).catch((err: unknown) =>
    log.warn({ err }, "storing an event"),
  );
  if (heldEvents() > 0) log.error(`${heldEvents()} events are lost: the store cannot be written`);
  await outbox.flush(bus.isConnected() ? FLUSH_MS : 0);
}

/** Checked before anything is read from the bus: documents accepted with another node's store would corrupt this one's. */
async function isSameNode({ node, env, store, acceptIdentity, onFatal }: AgentPorts): Promise<boolean> {
  if (acceptIdentity) return true;
  try {
    await compareIdentity(store, ownIdentity(node, env));
    return true;
  } catch (error) {
    onFatal(error);
    return false;
  }
}

interface Loops {
  /** The first comparison of everything is done. */
  readonly ready: Promise<void>;
  /** All loops have ended. */
  readonly done: Promise<unknown>;
}

const NO_LOOPS: Loops = { ready: Promise.resolve(), done: Promise.resolve() };

function startLoops(parts: AgentParts, signal: AbortSignal): Loops {
  const { ports, makeEvent, recordEvents, warn } = parts.core;
  // A full disk must not stop the agent from managing the containers.
  const started = makeEvent("agent-started", `the agent of ${ports.node} started`);
  void recordEvents(started).catch(warn("storing an event"));
  followBus(parts, signal);
  followStore(parts);
  return followRuntime(parts, signal);
}

/** The presence shows that the store cannot be written. When it can be again, all that was not done for it is done now. */
function followStore({ core, sync, reconciling, presence }: AgentParts): void {
  const { ports, services, storeWatch, recordEvents, onEvents, warn } = core;
  storeWatch.onChange(() => {
    presence.wake();
    if (storeWatch.problem() !== undefined) return;
    ports.log.info("the store can be written again");
    void recordEvents().then(onEvents).catch(warn("storing an event"));
    void sync.readAll();
    for (const { service } of services.all()) reconciling.reconciler.wake(service);
  });
}

/** Wake-ups and requests; on every connect everything is read, reported and delivered. */
function followBus({ core, sync, reconciling, reporter, presence, trust }: AgentParts, signal: AbortSignal): void {
  const { ports, runtime, services, makeEvent, recordEvents, outbox, warn } = core;
  const { node, bus, clock, env, filesRoot, fileSettings } = ports;
  const { reconciler, expectedExits, health } = reconciling;
  const filePorts = { bus, filesRoot, env, makeEvent, emit: recordEvents, warn };
  const files = fileSettings && openFiles({ ...filePorts, fileSettings }, signal);
  const requestPorts = { node, runtime, clock, services, reconciler, expectedExits, health, presence, makeEvent };
  bus.onWake((service) => void sync.read(service), signal);
  if (trust !== undefined) bus.onTrust(() => void trust.refresh(), signal);
  bus.serve(createRequestHandler({ ...requestPorts, recordEvents, files, trust }, signal), signal);
  const onConnect = () => {
    presence.wake();
    outbox.wake();
    reporter.reportAll(services.all().map((row) => row.service));
    void sync.readAll();
  };
  bus.onConnect(onConnect);
  if (bus.isConnected()) onConnect();
}

/** The probe runs at once. Passes, watch and sweep begin when the runtime answers and the node's identity is confirmed. */
function followRuntime(parts: AgentParts, signal: AbortSignal): Loops {
  const { ports, runtime, makeEvent } = parts.core;
  const sweep = sweepPorts(parts);
  const onChange: OnHealth = (health, event) => onHealth(parts, health, event);
  const probing = probeRuntime({ runtime, clock: ports.clock, makeEvent, onChange }, signal);
  const recovered = recover(parts, signal);
  const following = recovered.then(async (goesOn) => {
    if (goesOn) await Promise.all([watch(parts, sweep, signal), sweepForever(sweep, ports.sweepMs, signal)]);
  });
  const ready = recovered.then(async (goesOn) => {
    if (goesOn) await compareAll(sweep, signal);
  });
  return { ready, done: Promise.all([probing, following, ready]) };
}

type OnHealth = Parameters<typeof probeRuntime>[0]["onChange"];

/** @returns false when the agent must not continue */
async function recover({ core, runtimeState, presence, reconciling }: AgentParts, signal: AbortSignal) {
  const { ports, runtime, services, makeEvent, onEvents, warn } = core;
  const { node, store, clock, env, acceptIdentity, onFatal } = ports;
  const recoverPorts = { node, runtime, store, services, makeEvent, env, acceptIdentity, clock };
  const info = await waitForRuntime({ ...recoverPorts, onFatal, onError: warn("waiting for podman") }, signal);
  if (info === undefined) return false;
  onEvents();
  runtimeState.version = info.version;
  presence.wake();
  reconciling.begin(info.limits);
  return true;
}

function watch({ core, reconciling, counts }: AgentParts, sweep: SweepPorts, signal: AbortSignal): Promise<void> {
  const { ports, runtime, services, makeEvent, warn } = core;
  const { node, clock } = ports;
  const { reconciler, expectedExits, exits, crashes } = reconciling;
  const onError = warn("storing an event");
  const eventPorts: RuntimeEventPorts = {
    services,
    clock,
    crashes,
    makeEvent,
    reconciler,
    expectedExits,
    exits,
    onError,
  };
  return watchRuntime(
    {
      node,
      runtime,
      clock,
      onError: warn("following podman's events"),
      onOpen: () => void compareAll(sweep, signal),
      onEvent: (event) => {
        counts.happened(event);
        onRuntimeEvent(eventPorts, event);
      },
      onService: (service, event) => void onServiceEvent(eventPorts, service, event),
    },
    signal,
  );
}

function sweepPorts({ core, sync, reconciling, counts }: AgentParts): SweepPorts {
  const { ports, runtime, services, makeEvent, onEvents, recordEvents, warn } = core;
  const { node, bus, store, clock } = ports;
  return {
    node,
    runtime,
    clock,
    services,
    sync,
    makeEvent,
    reconciler: reconciling.reconciler,
    isBusConnected: () => bus.isConnected(),
    onOrphans: createOrphanWatch({ store, makeEvent, onEvents }),
    checkImages: reconciling.images.check,
    checkSettings: reconciling.settings.check,
    onContainers: counts.listed,
    onEvents: (events) => recordEvents(...events),
    onError: warn("sweeping"),
  };
}

function onHealth({ core, runtimeState, presence, reconciling }: AgentParts, ...[health, event]: Parameters<OnHealth>) {
  runtimeState.health = health;
  presence.wake();
  if (event === undefined) return;
  void core.recordEvents(event).catch(core.warn("storing an event"));
  if (health === "ok") for (const { service } of core.services.all()) reconciling.reconciler.wake(service);
}
