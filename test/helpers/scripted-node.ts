/** Nodes on the memory bus that follow a script: each new desired state is answered with reports of success or failure. */
import { setImmediate as turn } from "node:timers/promises";
import type { DesiredService } from "../../src/schemas/service/desired.ts";
import type { Failure, ObservedService, StepName } from "../../src/schemas/service/observed.ts";
import type { MemoryOperatorBus } from "../twin/memory-operator-bus.ts";
import { observedService, presenceOf } from "./fleet-builders.ts";

/** Reports one after the other, each seen by whoever follows. */
export async function report(bus: MemoryOperatorBus, reports: readonly ObservedService[]): Promise<void> {
  for (const one of reports) {
    await turn();
    bus.putObserved(one);
    await turn();
  }
}

/** A report of a generation under way with these steps behind it. */
export function progressing(document: DesiredService, steps: readonly StepName[]): ObservedService {
  const { generation } = document;
  const at = (index: number) => new Date(Date.parse(document.at) + index).toISOString();
  return observedService(document, {
    state: "progressing",
    appliedGeneration: 0,
    report: 10 + steps.length,
    steps: steps.map((step, index) => ({ generation, component: "api", step, at: at(index) })),
  });
}

export function failureOf(document: DesiredService, own: Partial<Failure> = {}): Failure {
  const { generation, at } = document;
  const base = { generation, component: "api", at, code: "E_NODE_FAILED", message: "exited at once" };
  return { ...base, exitCode: 1, lines: ["boom"], previousServing: true, ...own };
}

/** The node could not bring it up and gave up. */
export function failed(document: DesiredService, own: Partial<Failure> = {}): ObservedService {
  const given = { appliedGeneration: document.generation - 1, report: 90 };
  return observedService(document, { state: "degraded", failure: failureOf(document, own), ...given });
}

/** What each node answers to a write. */
export type Script = (document: DesiredService) => readonly ObservedService[];

export const succeeds: Script = (document) => [
  progressing(document, ["pull", "create", "start"]),
  observedService(document, {
    report: 50,
    steps: progressing(document, ["pull", "create", "start", "up"]).steps,
  }),
];

/** Nodes that are online and act on every write by their script. */
export function bringOnline(bus: MemoryOperatorBus, scripts: Readonly<Record<string, Script>>): void {
  for (const node of Object.keys(scripts)) bus.putPresence(presenceOf(node), 2_000);
  bus.afterWrite = (document) => void report(bus, scripts[document.node]?.(document) ?? []);
}
