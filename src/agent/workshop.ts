/**
 * The reconciler with everything it works with: hints and health checks, claims of names and ports, and what is told
 * when a lane changes.
 */
import { isTombstone } from "../schemas/service/desired.ts";
import { LABEL } from "../schemas/service/labels.ts";
import type { NodeName, ServiceName } from "../values/names.ts";
import { createOwnStops, type OwnStops } from "./reconcile/execute/expected-exits.ts";
import { type Claims, findClaims } from "./reconcile/plan/claims.ts";
import type { ReconcileState } from "./reconcile/reconcile-state.ts";
import { Reconciler } from "./reconcile/reconciler.ts";
import type { Runtime } from "./runtime/runtime.ts";
import type { Clock } from "./state/clock.ts";
import type { MakeEvent } from "./state/events.ts";
import type { ServiceCache } from "./state/service-cache.ts";
import { type CrashCounter, createFlaps } from "./watch/crash-counter.ts";
import { createHints, type ExitWaiters } from "./watch/exit-waiters.ts";
import { type CheckedContainer, createHealthChecks, type HealthChecks, runCheck } from "./watch/health-checks.ts";
import { createImageWatch, type ImageWatch } from "./watch/image-watch.ts";

export interface WorkshopPorts {
  readonly node: NodeName;
  readonly book: ServiceCache;
  readonly runtime: Runtime;
  readonly clock: Clock;
  readonly makeEvent: MakeEvent;
  readonly parallel: number;
  report(service: ServiceName): void;
  onTrouble(service: ServiceName, error: unknown): void;
}

export interface Workshop {
  readonly hints: ExitWaiters;
  readonly ownStops: OwnStops;
  readonly flaps: CrashCounter;
  readonly health: HealthChecks;
  readonly images: ImageWatch;
  readonly reconciler: Reconciler;
  /** A newer state of the service was accepted. */
  accepted(service: ServiceName): void;
  /** Lets passes begin: the node is known to be the one it was. */
  open(): void;
}

export function createWorkshop(ports: WorkshopPorts, signal: AbortSignal): Workshop {
  const ready = createGate();
  const claims = createClaims(ports.book);
  const hints = createHints();
  const ownStops = createOwnStops(ports.clock);
  const onHealth = (containerId: string) => wakeOwner(reconciler, ports.book, containerId);
  const health = createHealthChecks({ ...ports, onChange: onHealth }, signal);
  const images = createImageWatch({ ...ports, onChange: (service) => reconciler.wake(service) });
  const reconciler: Reconciler = new Reconciler(
    {
      ...ports,
      ready: ready.opened,
      ownStops,
      died: hints.died,
      check: (id, spec, during) =>
        spec.health === undefined
          ? Promise.resolve(true)
          : runCheck(ports.runtime, { id, health: spec.health }, during),
      healthOf: (id) => health.of(id),
      imageNow: images.imageNow,
      claimsOf: (service) => claims.of(service),
      onChange: (lane) => {
        health.set(lane.service, checkedContainers(ports.book, lane));
        ports.report(lane.service);
      },
    },
    signal,
  );
  const accepted = (service: ServiceName) => {
    const waiting = claims.waiting();
    claims.forget();
    reconciler.supersede(service);
    if (waiting.length > 0) void wakeAfter(reconciler, service, waiting);
  };
  const flaps = createFlaps(ports.clock);
  return { hints, ownStops, flaps, health, images, reconciler, accepted, open: ready.open };
}

/** What waits for a name or a port of another service looks again when that one has been seen to. */
async function wakeAfter(reconciler: Reconciler, service: ServiceName, waiting: readonly ServiceName[]): Promise<void> {
  await reconciler.passNow(service);
  for (const other of waiting) reconciler.wake(other);
}

function createGate() {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open() };
}

/** Claims are worked out anew after each accepted state, not at each pass. */
function createClaims(book: ServiceCache) {
  const cache: { claims: Claims | undefined } = { claims: undefined };
  return {
    forget: () => {
      cache.claims = undefined;
    },
    /** Services that wait for a name or a port of another one. */
    waiting: () => [...(cache.claims?.keys() ?? [])],
    of: (service: ServiceName) => {
      cache.claims ??= findClaims(book.all());
      return cache.claims.get(service) ?? new Map();
    },
  };
}

/** The serving containers that run and have a health check. While one is being brought up, its rollout checks it. */
function checkedContainers(book: ServiceCache, lane: ReconcileState): CheckedContainer[] {
  const document = book.get(lane.service)?.document;
  if (document === undefined || isTombstone(document) || !document.spec.active) return [];
  return lane.containers.flatMap((container) => {
    const spec = document.spec.components.find((c) => c.name === container.labels[LABEL.component]);
    if (spec?.health === undefined || container.state !== "running") return [];
    return [{ id: container.id, startedAtMs: container.startedAtMs, health: spec.health }];
  });
}

function wakeOwner(reconciler: Reconciler, book: ServiceCache, containerId: string): void {
  for (const { service } of book.all()) {
    if (reconciler.lane(service)?.containers.some((c) => c.id === containerId)) reconciler.wake(service);
  }
}
