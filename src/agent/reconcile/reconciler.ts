/**
 * Decides when each service gets a pass. Level-triggered: a wake-up only means "reconcile again", wake-ups coalesce, and
 * losing one costs time, never correctness. A service has one pass at a time, several services run in parallel up to a
 * limit, and a service whose pass fails backs off alone.
 */
import pLimit, { type LimitFunction } from "p-limit";
import { McpError, messageOf } from "../../values/error.ts";
import type { ServiceName } from "../../values/names.ts";
import type { RuntimeContainer } from "../runtime/runtime.ts";
import { ChildController } from "../state/child-controller.ts";
import { repairDelayMs } from "./model/backoff.ts";
import { ConcurrencySlots, type Slot } from "./model/concurrency-slots.ts";
import { type PassPorts, runPass } from "./pass.ts";
import { listService, Prefetch } from "./prefetch.ts";
import { createReconcileState, type PassError, type ReconcileState } from "./reconcile-state.ts";

export interface ReconcilerPorts extends PassPorts {
  /** How many services may have a pass at the same time. */
  readonly parallel: number;
  /** No pass begins before this resolves. */
  readonly ready: Promise<void>;
  /** Called with the error of a failed pass. The reconciler retries by itself. */
  onPassError(service: ServiceName, error: unknown): void;
}

/** What the reconciler keeps to give one service its passes. */
interface ServiceQueue {
  readonly state: ReconcileState;
  readonly exclusive: LimitFunction;
  queued: boolean;
  /** Passes begun so far: shows whether a list is older than a pass. */
  passes: number;
  failures: number;
  /** Ends the wait for the next pass. */
  timer: AbortController;
}

/** Starts a pass with a service's part of a list of all containers. */
export type PassWithList = (service: ServiceName, containers: readonly RuntimeContainer[]) => Promise<void>;

/** The shortest wait for a delay to end, so that a clock that does not advance cannot cause a busy loop. */
const SHORTEST_WAIT_MS = 50;

export class Reconciler {
  readonly #ports: ReconcilerPorts;
  readonly #signal: AbortSignal;
  readonly #slots: ConcurrencySlots;
  /** Resolves when passes may begin or never will. Made once: a promise that stays open keeps every race with it. */
  readonly #begin: Promise<void>;
  readonly #queues = new Map<ServiceName, ServiceQueue>();
  readonly #ahead: Prefetch;

  /** @param signal stops the passes under way; each step can be resumed */
  constructor(ports: ReconcilerPorts, signal: AbortSignal) {
    this.#ports = ports;
    this.#signal = signal;
    this.#slots = new ConcurrencySlots(ports.parallel);
    const aborted = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
    this.#begin = Promise.race([ports.ready, aborted]);
    this.#ahead = new Prefetch(
      (service) => this.#begin.then(() => listService(ports, service, signal)),
      ports.parallel,
    );
  }

  /** Requests a pass over this service: something may have happened to its containers. */
  wake(service: ServiceName): void {
    this.#ahead.forget(service);
    this.#enqueue(service);
  }

  #enqueue(service: ServiceName): void {
    const queue = this.#queueOf(service);
    if (queue.queued || this.#signal.aborted) return;
    queue.queued = true;
    void queue.exclusive(() =>
      this.#slots.run((slot) => {
        queue.queued = false;
        return this.#pass(queue, slot);
      }),
    );
  }

  /** Requests a pass now; resolves when it is done. */
  passNow(service: ServiceName): Promise<void> {
    const queue = this.#queueOf(service);
    return queue.exclusive(() => this.#slots.run((slot) => this.#pass(queue, slot)));
  }

  /** Requests a pass and stops the current one: there is something newer to do. */
  supersede(service: ServiceName): void {
    this.#queueOf(service).state.superseded.abort();
    this.#enqueue(service);
  }

  /** A `supersede` will probably follow: lists the containers in advance, unless a pass is running. */
  prefetch(service: ServiceName): void {
    if (!this.#isBusy(this.#queueOf(service))) this.#ahead.begin(service);
  }

  /** No `supersede` follows: drops that list. */
  dropPrefetched(service: ServiceName): void {
    this.#ahead.forget(service);
  }

  /**
   * Call it before listing the containers of all services; the returned function then starts a pass with a
   * service's part of the list. If another pass ran or a container died in between, the list is stale and a new pass is
   * requested instead.
   */
  beforeListing(): PassWithList {
    const versionOf = ({ passes, state }: ServiceQueue) => passes + state.deaths;
    const before = new Map([...this.#queues.values()].map((queue) => [queue, versionOf(queue)]));
    return async (service, containers) => {
      const queue = this.#queueOf(service);
      if (this.#isBusy(queue) || versionOf(queue) !== (before.get(queue) ?? 0)) return this.wake(service);
      await queue.exclusive(() => this.#slots.run((slot) => this.#pass(queue, slot, containers)));
    };
  }

  /** Runs `work` while no pass over this service runs, and requests a pass afterwards. */
  async exclusively<T>(service: ServiceName, work: (state: ReconcileState) => Promise<T>): Promise<T> {
    const queue = this.#queueOf(service);
    try {
      return await queue.exclusive(async () => {
        await this.#begin;
        this.#signal.throwIfAborted();
        return await work(queue.state);
      });
    } finally {
      this.wake(service);
    }
  }

  stateOf(service: ServiceName): ReconcileState | undefined {
    return this.#queues.get(service)?.state;
  }

  /** Resolves when no pass is running; call it after the signal has aborted. */
  async idle(): Promise<void> {
    for (const queue of this.#queues.values()) queue.timer.abort();
    await Promise.all([...this.#queues.values()].map((queue) => queue.exclusive(() => undefined)));
  }

  #isBusy({ exclusive }: ServiceQueue): boolean {
    return exclusive.activeCount + exclusive.pendingCount > 0;
  }

  #queueOf(service: ServiceName): ServiceQueue {
    const known = this.#queues.get(service);
    if (known !== undefined) return known;
    const state = createReconcileState(service);
    const queue: ServiceQueue = {
      state,
      exclusive: pLimit(1),
      queued: false,
      passes: 0,
      failures: 0,
      timer: new AbortController(),
    };
    this.#queues.set(service, queue);
    return queue;
  }

  async #pass(queue: ServiceQueue, { releaseWhile }: Slot, seen?: readonly RuntimeContainer[]): Promise<void> {
    await this.#begin;
    if (this.#signal.aborted) return;
    const { state } = queue;
    queue.passes += 1;
    const ahead = this.#ahead.take(state.service);
    const superseded = new ChildController(this.#signal);
    state.superseded = superseded;
    try {
      const signals = { signal: superseded.signal, agentSignal: this.#signal };
      await runPass({ ports: this.#ports, state, ...signals, releaseWhile }, seen ?? (await ahead));
      queue.failures = 0;
      state.passError = undefined;
      this.#wakeAt(queue, state.plan.wakeAtMs);
    } catch (error) {
      if (!superseded.signal.aborted) this.#onTrouble(queue, error);
    } finally {
      superseded.detach();
    }
  }

  #onTrouble(queue: ServiceQueue, error: unknown): void {
    const { clock } = this.#ports;
    queue.failures += 1;
    queue.state.passError = passErrorOf(error);
    this.#ports.onPassError(queue.state.service, error);
    this.#ports.onChange(queue.state);
    this.#wakeAt(queue, clock.now() + repairDelayMs(queue.failures, clock.random()));
  }

  #wakeAt(queue: ServiceQueue, atMs: number | undefined): void {
    queue.timer.abort();
    if (atMs === undefined || this.#signal.aborted) return;
    queue.timer = new ChildController(this.#signal);
    const waitMs = Math.max(SHORTEST_WAIT_MS, atMs - this.#ports.clock.now());
    this.#ports.clock.sleep(waitMs, queue.timer.signal).then(
      () => this.wake(queue.state.service),
      () => undefined, // replaced by another wait, or not needed any more
    );
  }
}

function passErrorOf(error: unknown): PassError {
  const message = messageOf(error);
  if (error instanceof McpError) return { message, code: error.code, hint: error.hint };
  return { message: `defect of the agent, please report it: ${message}`, code: "E_BUG" };
}
