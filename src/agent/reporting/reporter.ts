/**
 * Puts reports of services on the bus: only the newest, one in flight per service, unchanged ones are left out. Steps of
 * work under way are collected for a moment (a report has all of them); the end is sent at once. A report that cannot be
 * written is made again and retried while the bus is connected; the next connect sends all reports.
 */
import { randomBytes } from "node:crypto";
import type { NodeBus } from "../../bus/ports/node-bus.ts";
import type { ObservedRejection, ObservedService } from "../../schemas/service/observed.ts";
import type { NodeName, ServiceName } from "../../values/names.ts";
import type { ReconcileState } from "../reconcile/reconcile-state.ts";
import { type Clock, isoNow } from "../state/clock.ts";
import type { ServiceRow } from "../store/store.ts";
import { makeRefusal, makeReport } from "./report.ts";

export interface ReporterPorts {
  readonly node: NodeName;
  readonly bus: NodeBus;
  readonly clock: Clock;
  readonly boot: string;
  row(service: ServiceName): ServiceRow | undefined;
  stateOf(service: ServiceName): ReconcileState | undefined;
  /** What the bus holds of a service that was never accepted here. */
  rejection(service: ServiceName): ObservedRejection | undefined;
  onError(error: unknown): void;
}

/** Random at each start of the agent. */
export const newBoot = (): string => randomBytes(8).toString("hex");

/** A change of leader on the bus takes a few seconds. */
const RETRY_MS = 2_000;

/**
 * Delay from a step to its report. Without it a thousand nodes would report every step: seven times as many messages.
 * A report must not delay the step, and a step that is over by then needs none.
 */
const PROGRESS_GAP_MS = 250;

export class Reporter {
  readonly #ports: ReporterPorts;
  readonly #signal: AbortSignal;
  /** What was put last, by service. */
  readonly #put = new Map<ServiceName, string>();
  readonly #inFlight = new Set<ServiceName>();
  readonly #again = new Set<ServiceName>();
  /** Services whose progress is being collected. */
  readonly #gathering = new Set<ServiceName>();
  /** Services whose progress is due: it has been collected long enough. */
  readonly #due = new Set<ServiceName>();
  #reports = 0;

  /** @param signal ends the retries */
  constructor(ports: ReporterPorts, signal: AbortSignal) {
    this.#ports = ports;
    this.#signal = signal;
  }

  /** The service may have changed. */
  readonly report = (service: ServiceName): void => {
    this.#again.add(service);
    if (!this.#inFlight.has(service)) void this.#run(service);
  };

  /** After a connect: puts the reports of all these services again. */
  reportAll(services: readonly ServiceName[]): void {
    this.#put.clear();
    for (const service of services) this.report(service);
  }

  async #run(service: ServiceName): Promise<void> {
    this.#inFlight.add(service);
    do {
      this.#again.delete(service);
      await this.#send(service).catch((error: unknown) => this.#retry(service, error));
    } while (this.#again.has(service));
    this.#inFlight.delete(service);
  }

  async #retry(service: ServiceName, error: unknown): Promise<void> {
    const { bus, clock, onError } = this.#ports;
    onError(error);
    if (!bus.isConnected()) return;
    this.#again.add(service);
    await clock.sleep(RETRY_MS, this.#signal).catch(() => this.#again.delete(service));
  }

  async #send(service: ServiceName): Promise<void> {
    if (this.#isGathered(service)) return;
    const report = this.#make(service);
    if (report === undefined || !this.#ports.bus.isConnected()) return;
    const content = JSON.stringify({ ...report, at: "", report: 0 });
    if (this.#put.get(service) === content) return;
    if (report.state === "progressing" && this.#waits(service)) return;
    this.#due.delete(service);
    await this.#ports.bus.putObserved(report);
    this.#put.set(service, content);
  }

  /** Work is under way, and will be reported with all its steps in a moment. */
  #isGathered(service: ServiceName): boolean {
    return this.#gathering.has(service) && this.#ports.stateOf(service)?.isActing === true;
  }

  /** True when progress is not reported now: it is reported after PROGRESS_GAP_MS, which has begun or begins now. */
  #waits(service: ServiceName): boolean {
    const { clock } = this.#ports;
    if (this.#gathering.has(service)) return true;
    if (this.#due.has(service)) return false;
    this.#gathering.add(service);
    const reportNow = () => {
      this.#gathering.delete(service);
      this.#due.add(service);
      this.report(service);
    };
    clock.sleep(PROGRESS_GAP_MS, this.#signal).then(reportNow, () => undefined);
    return true;
  }

  #make(service: ServiceName): ObservedService | undefined {
    const { node, clock, boot } = this.#ports;
    const row = this.#ports.row(service);
    const state = this.#ports.stateOf(service);
    if (row === undefined) return this.#makeRefusal(service);
    if (state === undefined) return undefined;
    if (!state.isListed && state.passError === undefined) return undefined; // nothing is known yet
    return makeReport(row, state, { node, boot, report: ++this.#reports, at: isoNow(clock) });
  }

  #makeRefusal(service: ServiceName): ObservedService | undefined {
    const { node, clock, boot } = this.#ports;
    const rejection = this.#ports.rejection(service);
    if (rejection === undefined && !this.#put.has(service)) return undefined;
    return makeRefusal(service, rejection, { node, boot, report: ++this.#reports, at: isoNow(clock) });
  }
}
