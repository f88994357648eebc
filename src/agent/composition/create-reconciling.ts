/** Makes the reconciler with everything that watches containers for it, and connects them. */
import { isTombstone } from "../../schemas/service/desired.ts";
import { usesNetwork } from "../../schemas/service/shared-networks.ts";
import { deferred } from "../../values/deferred.ts";
import type { NodeName, ServiceName } from "../../values/names.ts";
import { createExpectedExits, type ExpectedExits } from "../reconcile/execute/expected-exits.ts";
import { createMeetings } from "../reconcile/execute/meetings.ts";
import type { PassPorts } from "../reconcile/pass.ts";
import { type ClaimCache, createClaimCache } from "../reconcile/plan/claim-cache.ts";
import { portMoves } from "../reconcile/plan/port-moves.ts";
import { type PortUser, portUsers } from "../reconcile/plan/port-users.ts";
import { currentContainers, type ReconcileState } from "../reconcile/reconcile-state.ts";
import { Reconciler } from "../reconcile/reconciler.ts";
import type { Runtime, RuntimeInfo } from "../runtime/runtime.ts";
import type { Clock } from "../state/clock.ts";
import type { MakeEvent } from "../state/events.ts";
import type { ServiceCache } from "../state/service-cache.ts";
import type { ServiceRow } from "../store/store.ts";
import { type CrashCounter, createCrashCounter } from "../watch/crash-counter.ts";
import { createExitWaiters, type ExitWaiters } from "../watch/exit-waiters.ts";
import {
  checkedContainers,
  createHealthChecks,
  type HealthChecks,
  rolloutHealth,
  runCheck,
} from "../watch/health-checks.ts";
import { createImageWatch, type ImageWatch } from "../watch/image-watch.ts";
import { createSettingsWatch, type SettingsWatch } from "../watch/settings-watch.ts";

export interface ReconcilingPorts {
  readonly node: NodeName;
  readonly services: ServiceCache;
  readonly runtime: Runtime;
  readonly clock: Clock;
  readonly makeEvent: MakeEvent;
  /** Services reconciled at the same time. */
  readonly parallel: number;
  /** The service's report may have changed. */
  report(service: ServiceName): void;
  /** A pass failed; it will be retried. */
  onPassError(service: ServiceName, error: unknown): void;
}

export interface Reconciling {
  readonly reconciler: Reconciler;
  readonly exits: ExitWaiters;
  readonly expectedExits: ExpectedExits;
  readonly crashes: CrashCounter;
  readonly health: HealthChecks;
  readonly images: ImageWatch;
  readonly settings: SettingsWatch;
  /** Call it after a newer state of the service was accepted. */
  accepted(service: ServiceName): void;
  /** Lets passes begin. Called once the node's identity is confirmed. @param enforced the limits that this node can enforce */
  begin(enforced: RuntimeInfo["limits"]): void;
}

/** @param signal stops the passes under way; each step can be resumed */
export function createReconciling(ports: ReconcilingPorts, signal: AbortSignal): Reconciling {
  const { node, services, runtime, clock, makeEvent, parallel, onPassError } = ports;
  const start = createStart();
  const claims = createClaimCache(services.all);
  const exits = createExitWaiters();
  const expectedExits = createExpectedExits(clock);
  const wakeOwner = (containerId: string) => wakeOwnerOf(reconciler, services, containerId);
  const health = createHealthChecks({ runtime, clock, onChange: wakeOwner }, signal);
  const onChange = (service: ServiceName) => reconciler.wake(service);
  const images = createImageWatch({ runtime, services, onChange });
  const settings = createSettingsWatch({ runtime, onChange });
  const neighborsOf = (service: ServiceName) => neighborsIn(reconciler, services, service);
  const onState = (state: ReconcileState) => {
    health.set(state.service, checkedContainers(services, state), rolloutHealth(state));
    ports.report(state.service);
    if (!state.isActing) wakeFreed(reconciler, { services, claims, neighborsOf }, state.service);
  };
  const reconciler: Reconciler = new Reconciler(
    {
      ...{ node, services, runtime, clock, makeEvent, parallel, expectedExits, neighborsOf },
      ready: start.ready,
      died: exits.died,
      check: checkIn(runtime),
      healthOf: (id) => health.of(id),
      imageNow: images.imageNow,
      settingsOf: settings.of,
      forgetSettings: settings.forget,
      enforced: start.enforced,
      claimsOf: claims.of,
      isShared: isSharedAmong(services),
      meetings: createMeetings({ clock, wake: onChange }),
      onChange: onState,
      onPassError,
    },
    signal,
  );
  const accepted = (service: ServiceName) => onAccepted(reconciler, claims, service);
  const crashes = createCrashCounter(clock);
  return { reconciler, exits, expectedExits, crashes, health, images, settings, accepted, begin: start.begin };
}

/** Passes wait until it is known that this is the right node, and which limits it can enforce. */
function createStart() {
  const gate = deferred<void>();
  const known: { enforced?: RuntimeInfo["limits"] } = {};
  const begin = (enforced: RuntimeInfo["limits"]) => {
    known.enforced = enforced;
    gate.resolve();
  };
  return { ready: gate.promise, begin, enforced: () => known.enforced };
}

function isSharedAmong(services: ServiceCache): PassPorts["isShared"] {
  const uses = ({ document }: ServiceRow, network: string) =>
    !isTombstone(document) && usesNetwork(document.spec, network);
  return (service, network) =>
    network !== undefined && services.all().some((row) => row.service !== service && uses(row, network));
}

/** Runs a component's own health check once; true where it has none. */
function checkIn(runtime: Runtime): PassPorts["check"] {
  return async (id, { health }, during) =>
    health === undefined || (await runCheck(runtime, { id, health }, during)) === true;
}

function neighborsIn(reconciler: Reconciler, services: ServiceCache, service: ServiceName): PortUser[] {
  return services
    .all()
    .filter((row) => row.service !== service)
    .flatMap((row) => {
      const state = reconciler.stateOf(row.service);
      return portUsers(row, state?.isListed === true ? currentContainers(state) : undefined);
    });
}

interface PortView {
  readonly services: ServiceCache;
  readonly claims: ClaimCache;
  neighborsOf(service: ServiceName): readonly PortUser[];
}

/** Services that waited for a host port of this one and need not wait any longer. Those that exchange ports wake each other. */
function wakeFreed(reconciler: Reconciler, { services, claims, neighborsOf }: PortView, changed: ServiceName): void {
  for (const row of services.all()) {
    const { service } = row;
    const state = service === changed ? undefined : reconciler.stateOf(service);
    if (state === undefined || !state.plan.blocked.some(({ reason }) => reason === "port-taken")) continue;
    const moves = portMoves(service, [...portUsers(row, currentContainers(state)), ...neighborsOf(service)]);
    const isFree = [...moves.values()].every(
      ({ blocked, exchange }) => blocked === undefined && exchange === undefined,
    );
    if (isFree && claims.of(service).size === 0) reconciler.wake(service);
  }
}

/** Services that wait for a name or a port get a pass after this one, which may have released it. */
function onAccepted(reconciler: Reconciler, claims: ClaimCache, service: ServiceName): void {
  const waiting = claims.waiting();
  claims.forget();
  reconciler.supersede(service);
  if (waiting.length === 0) return;
  void reconciler.passNow(service).then(() => {
    for (const other of waiting) reconciler.wake(other);
  });
}

function wakeOwnerOf(reconciler: Reconciler, services: ServiceCache, containerId: string): void {
  for (const { service } of services.all()) {
    if (reconciler.stateOf(service)?.containers.some((c) => c.id === containerId)) reconciler.wake(service);
  }
}
