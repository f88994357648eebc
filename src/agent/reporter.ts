/**
 * Puts reports of services on the bus: the newest of each, one in flight per service, unchanged ones left out. A
 * report that cannot be put is not queued: the next one, or the next connect, carries the truth.
 */
import { randomBytes } from "node:crypto";
import type { NodeBus } from "../bus/node-bus.ts";
import type { NodeName, ServiceName } from "../schemas/names.ts";
import type { ObservedService } from "../schemas/observed.ts";
import { hashOf } from "../schemas/spec-hash.ts";
import { type Clock, isoNow } from "./clock.ts";
import type { Lane } from "./reconcile/lane.ts";
import { makeReport, type ReportFacts } from "./report.ts";
import type { ServiceRow } from "./store/store.ts";

export interface ReporterPorts {
  readonly node: NodeName;
  readonly bus: NodeBus;
  readonly clock: Clock;
  readonly boot: string;
  row(service: ServiceName): ServiceRow | undefined;
  lane(service: ServiceName): Lane | undefined;
  onError(error: unknown): void;
}

export interface Reporter {
  /** The service may have changed. */
  report(service: ServiceName): void;
  /** After a connect: forget what was put, and put all of these again. */
  reportAll(services: readonly ServiceName[]): void;
  /** The report as it would be put now. */
  current(service: ServiceName): ObservedService | undefined;
}

export const newBoot = (): string => randomBytes(8).toString("hex");

export function createReporter(ports: ReporterPorts): Reporter {
  const put = new Map<ServiceName, string>();
  const inFlight = new Set<ServiceName>();
  const again = new Set<ServiceName>();
  const counter = { report: 0 };

  const make = (service: ServiceName): ObservedService | undefined => {
    const row = ports.row(service);
    const lane = ports.lane(service);
    if (row === undefined || lane === undefined) return undefined;
    const facts: ReportFacts = { node: ports.node, boot: ports.boot, report: counter.report, at: isoNow(ports.clock) };
    return makeReport(row, lane, facts);
  };

  const send = async (service: ServiceName): Promise<void> => {
    const report = make(service);
    if (report === undefined || !ports.bus.isConnected()) return;
    const content = hashOf({ ...report, at: "", report: 0 });
    if (put.get(service) === content) return;
    counter.report += 1;
    await ports.bus.putObserved({ ...report, report: counter.report });
    put.set(service, content);
  };

  const run = async (service: ServiceName): Promise<void> => {
    inFlight.add(service);
    do {
      again.delete(service);
      await send(service).catch(ports.onError);
    } while (again.has(service));
    inFlight.delete(service);
  };

  const report = (service: ServiceName) => {
    again.add(service);
    if (!inFlight.has(service)) void run(service);
  };

  return {
    report,
    current: make,
    reportAll: (services) => {
      put.clear();
      for (const service of services) report(service);
    },
  };
}
