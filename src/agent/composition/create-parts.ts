/**
 * Makes every part of the agent once, and connects them: the core that all others use (time, events, accepted services),
 * then reports, the reconciler, presence, trust and the reader of desired state. Nothing acts on containers yet.
 */
import type { NodeBus } from "../../bus/ports/node-bus.ts";
import type { RuntimeHealth } from "../../schemas/wire/presence.ts";
import type { ProgramLog } from "../../service/logger.ts";
import { type WarnAbout, warnAboutIn } from "../../service/warn-about.ts";
import type { NodeName, ServiceName } from "../../values/names.ts";
import { present } from "../../values/present.ts";
import { callAlertCommand } from "../alerts/alert-command.ts";
import { Alerter, type AlertSettings, NO_ALERTS } from "../alerts/alerter.ts";
import { openDrifts } from "../alerts/open-drifts.ts";
import { adoptions } from "../desired/adoptions.ts";
import { createRejectedDesired, type RejectedDesired } from "../desired/rejected-desired.ts";
import { createDesiredSync, type DesiredSync } from "../desired/sync-desired.ts";
import type { FileSettings } from "../files/open-files.ts";
import { type ContainerCounts, createContainerCounts } from "../reporting/container-counts.ts";
import { createEventRecorder, type EventRecorder } from "../reporting/event-recorder.ts";
import { Outbox } from "../reporting/outbox.ts";
import { type DiskFacts, type PresenceLoop, startPresence } from "../reporting/presence.ts";
import { newBoot, Reporter } from "../reporting/reporter.ts";
import { withAdoptedLabels } from "../runtime/adopted-labels.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { type Clock, isoNow } from "../state/clock.ts";
import { eventMaker, type MakeEvent } from "../state/events.ts";
import { openServiceCache, type ServiceCache } from "../state/service-cache.ts";
import type { TrustSettings } from "../state/settings.ts";
import { type StoreWatch, watchStore } from "../state/store-watch.ts";
import type { Store } from "../store/store.ts";
import { asksForProofs, openTrust, type Trust } from "../trust/trust.ts";
import { createReconciling, type Reconciling } from "./create-reconciling.ts";

export interface AgentPorts {
  readonly node: NodeName;
  readonly bus: NodeBus;
  readonly store: Store;
  readonly runtime: Runtime;
  readonly clock: Clock;
  readonly log: ProgramLog;
  readonly env: NodeJS.ProcessEnv;
  /** Whose signatures the node accepts; absent, or without keys: everyone who can write to the bus is trusted. */
  readonly trust?: TrustSettings;
  readonly sweepMs: number;
  readonly parallel: number;
  readonly filesRoot: string;
  /** What the presence shows of the file system of `filesRoot`. */
  readonly disk: () => Promise<DiskFacts>;
  /** The file system of the store, shown while the store cannot be written. Absent: it is not on a disk. */
  readonly storeDisk?: () => Promise<DiskFacts>;
  /** Absent: this agent transfers no files. */
  readonly fileSettings?: FileSettings;
  /** Absent: no alerts. */
  readonly alerts?: AlertSettings;
  /** The operator confirms that a changed identity of this node is intended. */
  readonly acceptIdentity: boolean;
  /** Called with an error after which the agent cannot continue; no container was touched. */
  onFatal(error: unknown): void;
}

export interface Lifetimes {
  /** Ends when the agent stops taking work. */
  readonly work: AbortSignal;
  /** Ends when its last events have been delivered. */
  readonly delivery: AbortSignal;
}

/** What every other part uses. */
export interface Core {
  readonly ports: AgentPorts;
  /** The runtime; adopted containers appear with our labels. */
  readonly runtime: Runtime;
  readonly services: ServiceCache;
  readonly makeEvent: MakeEvent;
  readonly outbox: Outbox;
  readonly alerter: Alerter;
  /** Call it after events were stored: the outbox and the alerter then read them. */
  onEvents(): void;
  /** Stores and delivers events that do not belong to a change of a service. */
  readonly recordEvents: EventRecorder["record"];
  /** Events that are not stored, since the store cannot be written. */
  readonly heldEvents: EventRecorder["held"];
  readonly storeWatch: StoreWatch;
  readonly warn: WarnAbout;
}

export interface AgentParts {
  readonly core: Core;
  /** `health` is undefined until the first probe. */
  readonly runtimeState: { health: RuntimeHealth | undefined; version: string | undefined };
  readonly reporter: Reporter;
  readonly reconciling: Reconciling;
  readonly counts: ContainerCounts;
  readonly presence: PresenceLoop;
  /** Undefined: this agent requires no signatures. */
  readonly trust: Trust | undefined;
  readonly sync: DesiredSync;
}

/** Makes every part once and connects them. Nothing acts on containers yet. */
export async function createParts(ports: AgentPorts, { work, delivery }: Lifetimes): Promise<AgentParts> {
  const core = await openCore(ports, { work, delivery });
  const { node, bus, store, clock, parallel } = core.ports;
  const { services, runtime, makeEvent, onEvents, warn } = core;
  const boot = newBoot();
  const reporter: Reporter = new Reporter(
    {
      node,
      bus,
      clock,
      boot,
      onError: warn("reporting"),
      row: (service) => services.get(service),
      stateOf: (service) => reconciling.reconciler.stateOf(service),
      rejection: (service) => rejected.of(service),
    },
    work,
  );
  const { report } = reporter;
  const onPassError = (service: ServiceName, error: unknown) => warn(`reconciling ${service}`)(error);
  const reconciling = createReconciling(
    { node, services, runtime, clock, makeEvent, parallel, report, onPassError },
    work,
  );
  const isAccepted = (service: ServiceName) => services.get(service) !== undefined;
  const counts = createContainerCounts({ node, isAccepted, onUndeclared: () => presence.wake() });
  const runtimeState: AgentParts["runtimeState"] = { health: undefined, version: undefined };
  const presence: PresenceLoop = startAgentPresence(core, { boot, counts, runtimeState }, work);
  const rejected = createRejectedDesired({ services, store, makeEvent, onChange: report, onEvents });
  const { trust, sync } = await openIntake(core, { boot, rejected, reconciling });
  return { core, runtimeState, reporter, reconciling, counts, presence, trust, sync };
}

/** What judges and reads desired state. */
async function openIntake(
  { ports, services, makeEvent, recordEvents, warn }: Core,
  { boot, rejected, reconciling }: { boot: string; rejected: RejectedDesired; reconciling: Reconciling },
): Promise<Pick<AgentParts, "trust" | "sync">> {
  const { node, bus, store, clock } = ports;
  const trustPorts = { node, boot, bus, store, clock, makeEvent, recordEvents, onError: warn("revocation list") };
  const settings = ports.trust !== undefined && asksForProofs(ports.trust) ? ports.trust : undefined;
  const trust = settings && (await openTrust(settings, trustPorts));
  const { reconciler, accepted: onAccepted } = reconciling;
  const listAhead = (service: ServiceName) => reconciler.prefetch(service);
  const dropListAhead = (service: ServiceName) => reconciler.dropPrefetched(service);
  const syncPorts = { node, bus, clock, services, rejected, makeEvent, trust, listAhead, dropListAhead, onAccepted };
  return { trust, sync: createDesiredSync(syncPorts, warn("reading desired state")) };
}

async function openCore(given: AgentPorts, { work, delivery }: Lifetimes): Promise<Core> {
  const { node, bus, clock, log, env, alerts = NO_ALERTS } = given;
  const storeWatch = watchStore(given.store, clock, work);
  const { store } = storeWatch;
  const ports = { ...given, store };
  const warn = warnAboutIn(log, () => clock.now(), work);
  const outbox = new Outbox({ bus, store, clock, onError: warn("delivering events") }, delivery);
  const onEvents = () => {
    outbox.wake();
    alerter.wake();
  };
  const services = await openServiceCache(store, onEvents);
  const runtime = withAdoptedLabels(ports.runtime, () => adoptions(services.all(), node));
  const alerter = new Alerter(
    {
      settings: alerts,
      store,
      clock,
      log,
      call: (call, signal) => callAlertCommand({ command: alerts.command, env }, call, signal),
      openDrifts: () => openDrifts(services, store),
    },
    work,
  );
  const { record: recordEvents, held: heldEvents } = createEventRecorder(store, onEvents);
  const makeEvent = eventMaker(node, clock);
  const events = { makeEvent, outbox, alerter, onEvents, recordEvents, heldEvents };
  return { ports, runtime, services, ...events, storeWatch, warn };
}

function startAgentPresence(
  { ports: { node, bus, store, clock, disk, storeDisk }, services, storeWatch, warn }: Core,
  { boot, counts, runtimeState }: Pick<AgentParts, "counts" | "runtimeState"> & { readonly boot: string },
  work: AbortSignal,
): PresenceLoop {
  return startPresence(
    {
      node,
      boot,
      clock,
      disk,
      storeProblem: async () => {
        const problem = storeWatch.problem();
        const { diskFreeBytes: freeBytes } = (problem && (await storeDisk?.())) ?? {};
        return problem && { ...problem, ...present({ freeBytes }) };
      },
      startedAt: isoNow(clock),
      onError: warn("presence"),
      runtime: () => runtimeState,
      counts: async () => ({
        services: services.all().filter(({ document }) => !("absent" in document)).length,
        ...counts.counts(),
        outbox: await store.undeliveredCount(),
      }),
      put: async (presence) => {
        if (bus.isConnected()) await bus.putPresence(presence);
      },
    },
    work,
  );
}
