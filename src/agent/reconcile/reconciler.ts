/**
 * Decides when each service gets a pass. Level-triggered: a wake-up only says "look again", wake-ups coalesce, and
 * losing one costs delay, never correctness. One pass per service at a time, services side by side up to a bound, a
 * service whose pass could not be made backs off alone.
 */
import pLimit, { type LimitFunction } from "p-limit";
import { messageOf } from "../../schemas/error.ts";
import type { ServiceName } from "../../schemas/names.ts";
import type { RuntimeContainer } from "../runtime/runtime.ts";
import { repairDelayMs } from "./backoff.ts";
import { createLane, type Lane } from "./lane.ts";
import { type PassPorts, runPass } from "./pass.ts";

export interface ReconcilerPorts extends PassPorts {
  /** No pass begins before this resolves. */
  readonly ready: Promise<void>;
  /** Called with what ended a pass that could not be made; the reconciler tries again by itself. */
  onTrouble(service: ServiceName, error: unknown): void;
}

export interface Reconciler {
  /** Asks for a pass over this service, soon. */
  wake(service: ServiceName): void;
  /** A pass now; resolves when it is done. */
  passNow(service: ServiceName): Promise<void>;
  /** As `wake`, and ends the pass under way: there is something newer to do. */
  supersede(service: ServiceName): void;
  /**
   * To be called before listing the containers of all services; the function returned then makes a pass from a
   * service's share of the list. Where a pass ran meanwhile the list is stale, and a fresh look is asked for instead.
   */
  beforeListing(): (service: ServiceName, containers: readonly RuntimeContainer[]) => Promise<void>;
  /** Runs `work` while no pass over this service runs, and asks for a pass afterwards. */
  exclusively<T>(service: ServiceName, work: (lane: Lane) => Promise<T>): Promise<T>;
  lane(service: ServiceName): Lane | undefined;
  /** Resolves when no pass runs any more; call it after `signal` aborted. */
  idle(): Promise<void>;
}

interface Slot {
  readonly lane: Lane;
  readonly turn: LimitFunction;
  queued: boolean;
  /** Passes begun so far: tells whether a list is older than a pass. */
  passes: number;
  troubles: number;
  timer: NodeJS.Timeout | undefined;
}

/** @param parallel passes over different services that may run at the same time */
export function createReconciler(ports: ReconcilerPorts, parallel: number, signal: AbortSignal): Reconciler {
  const slots = new Map<ServiceName, Slot>();
  const bound = pLimit(parallel);
  const aborted = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));

  const slotOf = (service: ServiceName): Slot => {
    const known = slots.get(service);
    if (known !== undefined) return known;
    const slot: Slot = {
      lane: createLane(service),
      turn: pLimit(1),
      queued: false,
      passes: 0,
      troubles: 0,
      timer: undefined,
    };
    slots.set(service, slot);
    return slot;
  };

  const pass = async (slot: Slot, seen?: readonly RuntimeContainer[]): Promise<void> => {
    await Promise.race([ports.ready, aborted]);
    if (signal.aborted) return;
    slot.passes += 1;
    slot.lane.superseded = new AbortController();
    const both = AbortSignal.any([signal, slot.lane.superseded.signal]);
    try {
      await runPass(ports, slot.lane, both, seen);
      slot.troubles = 0;
      slot.lane.trouble = undefined;
      wakeAt(slot, slot.lane.plan.wakeAtMs);
    } catch (error) {
      if (both.aborted) return;
      slot.troubles += 1;
      slot.lane.trouble = messageOf(error);
      ports.onTrouble(slot.lane.service, error);
      ports.onChange(slot.lane);
      wakeAt(slot, ports.clock.now() + repairDelayMs(slot.troubles, ports.clock.random()));
    }
  };

  const wakeAt = (slot: Slot, atMs: number | undefined) => {
    clearTimeout(slot.timer);
    if (atMs === undefined || signal.aborted) return;
    slot.timer = setTimeout(() => wake(slot.lane.service), Math.max(50, atMs - ports.clock.now()));
    slot.timer.unref();
  };

  const wake = (service: ServiceName) => {
    const slot = slotOf(service);
    if (slot.queued || signal.aborted) return;
    slot.queued = true;
    void slot.turn(() =>
      bound(() => {
        slot.queued = false;
        return pass(slot);
      }),
    );
  };

  return {
    wake,
    passNow: (service) => {
      const slot = slotOf(service);
      return slot.turn(() => bound(() => pass(slot)));
    },
    supersede: (service) => {
      slotOf(service).lane.superseded.abort();
      wake(service);
    },
    beforeListing: () => {
      const passes = new Map([...slots.values()].map((slot) => [slot, slot.passes]));
      return async (service, containers) => {
        const slot = slotOf(service);
        const busy = slot.turn.activeCount + slot.turn.pendingCount > 0;
        if (busy || slot.passes !== (passes.get(slot) ?? 0)) return wake(service);
        await slot.turn(() => bound(() => pass(slot, containers)));
      };
    },
    exclusively: async (service, work) => {
      const slot = slotOf(service);
      try {
        return await slot.turn(() => work(slot.lane));
      } finally {
        wake(service);
      }
    },
    lane: (service) => slots.get(service)?.lane,
    idle: async () => {
      for (const slot of slots.values()) clearTimeout(slot.timer);
      await Promise.all([...slots.values()].map((slot) => slot.turn(() => undefined)));
    },
  };
}
