/**
 * Decides when each service gets a pass. Level-triggered: a wake-up only says "look again", wake-ups coalesce, and
 * losing one costs delay, never correctness. One pass per service at a time, services side by side up to a bound, a
 * service whose pass could not be made backs off alone.
 */
import pLimit, { type LimitFunction } from "p-limit";
import { McpError, messageOf } from "../../schemas/error.ts";
import type { ServiceName } from "../../schemas/names.ts";
import { ChildController } from "../child-controller.ts";
import type { RuntimeContainer } from "../runtime/runtime.ts";
import { repairDelayMs } from "./backoff.ts";
import { createLane, type Lane } from "./lane.ts";
import { LookAhead, listOwn } from "./look-ahead.ts";
import { type PassPorts, runPass } from "./pass.ts";
import { type Place, Turns } from "./turns.ts";

export interface ReconcilerPorts extends PassPorts {
  /** Passes over different services that may be at work at the same time. */
  readonly parallel: number;
  /** No pass begins before this resolves. */
  readonly ready: Promise<void>;
  /** Called with what ended a pass that could not be made; the reconciler tries again by itself. */
  onTrouble(service: ServiceName, error: unknown): void;
}

/** What the reconciler keeps to give one service its passes. */
interface Slot {
  readonly lane: Lane;
  readonly turn: LimitFunction;
  queued: boolean;
  /** Passes begun so far: tells whether a list is older than a pass. */
  passes: number;
  troubles: number;
  /** Ends the wait for the next pass. */
  timer: AbortController;
}

/** A pass from a service's share of a list of all containers. */
export type PassWith = (service: ServiceName, containers: readonly RuntimeContainer[]) => Promise<void>;

/** The shortest wait for a delay to run out, so that a clock that stands still cannot make it spin. */
const SHORTEST_WAIT_MS = 50;

export class Reconciler {
  readonly #ports: ReconcilerPorts;
  readonly #signal: AbortSignal;
  readonly #turns: Turns;
  /** Passes may begin, or never will. Raced once: each race with a promise that stays open is kept by it for ever. */
  readonly #begin: Promise<void>;
  readonly #slots = new Map<ServiceName, Slot>();
  readonly #ahead: LookAhead;

  /** @param signal ends the passes under way, each step of them resumable */
  constructor(ports: ReconcilerPorts, signal: AbortSignal) {
    this.#ports = ports;
    this.#signal = signal;
    this.#turns = new Turns(ports.parallel);
    const aborted = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
    this.#begin = Promise.race([ports.ready, aborted]);
    this.#ahead = new LookAhead((service) => this.#begin.then(() => listOwn(ports, service, signal)), ports.parallel);
  }

  /** Asks for a pass over this service, soon: something may have happened to its containers. */
  wake(service: ServiceName): void {
    this.#ahead.forget(service);
    this.#enqueue(service);
  }

  #enqueue(service: ServiceName): void {
    const slot = this.#slotOf(service);
    if (slot.queued || this.#signal.aborted) return;
    slot.queued = true;
    void slot.turn(() =>
      this.#turns.run((place) => {
        slot.queued = false;
        return this.#pass(slot, place);
      }),
    );
  }

  /** A pass now; resolves when it is done. */
  passNow(service: ServiceName): Promise<void> {
    const slot = this.#slotOf(service);
    return slot.turn(() => this.#turns.run((place) => this.#pass(slot, place)));
  }

  /** Asks for a pass, and ends the one under way: there is something newer to do. */
  supersede(service: ServiceName): void {
    this.#slotOf(service).lane.superseded.abort();
    this.#enqueue(service);
  }

  /** A pass is likely to be asked for by `supersede`: looks meanwhile, unless the service is at work. */
  lookAhead(service: ServiceName): void {
    if (!this.#isBusy(this.#slotOf(service))) this.#ahead.begin(service);
  }

  /** None was asked for after all. */
  forgetLook(service: ServiceName): void {
    this.#ahead.forget(service);
  }

  /**
   * To be called before listing the containers of all services; the function returned then makes a pass from a
   * service's share of the list. Where a pass ran meanwhile the list is stale, and a fresh look is asked for instead.
   */
  beforeListing(): PassWith {
    const passes = new Map([...this.#slots.values()].map((slot) => [slot, slot.passes]));
    return async (service, containers) => {
      const slot = this.#slotOf(service);
      if (this.#isBusy(slot) || slot.passes !== (passes.get(slot) ?? 0)) return this.wake(service);
      await slot.turn(() => this.#turns.run((place) => this.#pass(slot, place, containers)));
    };
  }

  /** Runs `work` while no pass over this service runs, and asks for a pass afterwards. */
  async exclusively<T>(service: ServiceName, work: (lane: Lane) => Promise<T>): Promise<T> {
    const slot = this.#slotOf(service);
    try {
      return await slot.turn(async () => {
        await this.#begin;
        this.#signal.throwIfAborted();
        return await work(slot.lane);
      });
    } finally {
      this.wake(service);
    }
  }

  lane(service: ServiceName): Lane | undefined {
    return this.#slots.get(service)?.lane;
  }

  /** Resolves when no pass runs any more; call it after the signal aborted. */
  async idle(): Promise<void> {
    for (const slot of this.#slots.values()) slot.timer.abort();
    await Promise.all([...this.#slots.values()].map((slot) => slot.turn(() => undefined)));
  }

  #isBusy({ turn }: Slot): boolean {
    return turn.activeCount + turn.pendingCount > 0;
  }

  #slotOf(service: ServiceName): Slot {
    const known = this.#slots.get(service);
    if (known !== undefined) return known;
    const lane = createLane(service);
    const slot: Slot = { lane, turn: pLimit(1), queued: false, passes: 0, troubles: 0, timer: new AbortController() };
    this.#slots.set(service, slot);
    return slot;
  }

  async #pass(slot: Slot, { aside }: Place, seen?: readonly RuntimeContainer[]): Promise<void> {
    await this.#begin;
    if (this.#signal.aborted) return;
    const { lane } = slot;
    slot.passes += 1;
    const ahead = this.#ahead.take(lane.service);
    const superseded = new ChildController(this.#signal);
    lane.superseded = superseded;
    try {
      await runPass({ ports: this.#ports, lane, signal: superseded.signal, aside }, seen ?? (await ahead));
      slot.troubles = 0;
      lane.trouble = undefined;
      this.#wakeAt(slot, lane.plan.wakeAtMs);
    } catch (error) {
      if (!superseded.signal.aborted) this.#onTrouble(slot, error);
    } finally {
      superseded.detach();
    }
  }

  #onTrouble(slot: Slot, error: unknown): void {
    const { clock } = this.#ports;
    slot.troubles += 1;
    const told = messageOf(error);
    slot.lane.trouble = error instanceof McpError ? told : `a defect of the agent, please report it: ${told}`;
    this.#ports.onTrouble(slot.lane.service, error);
    this.#ports.onChange(slot.lane);
    this.#wakeAt(slot, clock.now() + repairDelayMs(slot.troubles, clock.random()));
  }

  #wakeAt(slot: Slot, atMs: number | undefined): void {
    slot.timer.abort();
    if (atMs === undefined || this.#signal.aborted) return;
    slot.timer = new ChildController(this.#signal);
    const waitMs = Math.max(SHORTEST_WAIT_MS, atMs - this.#ports.clock.now());
    this.#ports.clock.sleep(waitMs, slot.timer.signal).then(
      () => this.wake(slot.lane.service),
      () => undefined, // there is another time to wait for, or none
    );
  }
}
