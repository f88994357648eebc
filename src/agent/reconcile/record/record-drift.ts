/**
 * Turns the result of a pass into memory and events: drift that opened or closed, repairs stopped after a fight, old
 * repairs removed. Pure; the caller stores both in one transaction.
 */
import { isDeepStrictEqual } from "node:util";
import { isTombstone } from "../../../schemas/service/desired.ts";
import { type DriftKind, isReportedOnly, type OpenDrift } from "../../../schemas/service/drift.ts";
import type { ComponentName } from "../../../values/names.ts";
import { present } from "../../../values/present.ts";
import type { MakeEvent } from "../../state/events.ts";
import type { MemoryChange } from "../../state/service-cache.ts";
import type { EventDraft, RepairRecord, ServiceRow } from "../../store/store.ts";
import { describeDrift } from "../drift/describe-drift.ts";
import { REPAIR_WINDOW_MS } from "../model/backoff.ts";
import type { Plan } from "../plan/plan.ts";
import { compareDrift } from "./compare-drift.ts";
import { suppressFlapping } from "./suppress-flapping.ts";

export interface PassResult {
  readonly row: ServiceRow;
  readonly plan: Plan;
  readonly nowMs: number;
  readonly makeEvent: MakeEvent;
}

export function recordDrift(findings: PassResult): MemoryChange {
  const { row, plan, nowMs } = findings;
  const { memory } = row;
  const change = compareDrift(memory.drift, plan.drift, {
    now: new Date(nowMs).toISOString(),
    repairs: (component) => (component === undefined ? 0 : (memory.repairs[component]?.count ?? 0)),
  });
  const fights = plan.blocked.filter((b) => b.reason === "fight" && !memory.repairs[b.component ?? ""]?.fought);
  const repairs = currentRepairs(findings, new Set(fights.map((b) => b.component)));
  const reported = suppressFlapping(memory.flapping, change, { nowMs, generation: row.ref.generation });
  const same = repairs === memory.repairs && reported.flapping === memory.flapping;
  if (same && isDeepStrictEqual(change.open, memory.drift)) return { memory };
  const fightEvents = fights.map((b) =>
    findings.makeEvent("drift-fight", b.message, { ...facts(row), ...(b.component && { component: b.component }) }),
  );
  const { flapping: _, ...rest } = memory;
  return {
    memory: { ...rest, drift: change.open, repairs, ...present({ flapping: reported.flapping }) },
    events: [...driftEvents(findings, reported.opened, reported.closed), ...fightEvents],
  };
}

function driftEvents(f: PassResult, opened: readonly OpenDrift[], closed: readonly OpenDrift[]): EventDraft[] {
  const about = (drift: OpenDrift, data: object) => ({
    ...facts(f.row),
    ...(drift.component === undefined ? {} : { component: drift.component }),
    data: { drift: drift.kind, container: drift.containerName, since: drift.since, ...data },
  });
  return [
    ...opened.map((drift) =>
      f.makeEvent("drift-opened", describeDrift(drift), about(drift, { differences: drift.differences })),
    ),
    ...closed.map((drift) =>
      f.makeEvent("drift-closed", closedText(f, drift), {
        ...about(drift, { repairs: drift.repairs, lastedMs: f.nowMs - Date.parse(drift.since) }),
      }),
    ),
  ];
}

/**
 * Drift also closes when the desired state no longer asks for what is missing, and when a container that does not run is gone
 * altogether: then it says so.
 */
function closedText({ row, plan }: PassResult, { kind, component, containerName }: OpenDrift): string {
  const why = LACKS.has(kind) ? unwantedBecause(row, component) : undefined;
  const name = containerName ?? component;
  const other = DOWN.has(kind) && plan.drift.find((found) => found.component === component && DOWN.has(found.kind));
  if (other) return `${name}: ${kind} has become ${other.kind}`;
  return why === undefined ? `${name}: no longer ${kind}` : `${name}: ${kind} is no longer drift: ${why}`;
}

/** Drift that is the lack of something desired. */
const LACKS: ReadonlySet<DriftKind> = new Set(["missing", "not-running", "unhealthy", "outdated", "renamed"]);

const DOWN: ReadonlySet<DriftKind> = new Set(["missing", "not-running"]);

function unwantedBecause({ document }: ServiceRow, component: ComponentName | undefined): string | undefined {
  if (isTombstone(document)) return "the service is removed";
  const { spec } = document;
  if (!spec.components.some(({ name }) => name === component)) return "the service has no such component now";
  if (!spec.active) return "the service is stopped";
  return spec.drift === "ignore" ? "the service ignores drift" : undefined;
}

function facts(row: ServiceRow) {
  return { service: row.service, generation: row.ref.generation, author: row.document.author };
}

/** Marks fights as reported, and removes repairs of components without drift for the whole window. */
function currentRepairs({ row, plan, nowMs }: PassResult, fought: ReadonlySet<string | undefined>) {
  const { repairs } = row.memory;
  const drift = plan.drift.filter((found) => !isReportedOnly(found));
  const restless = new Set([...drift, ...plan.actions, ...plan.blocked].map((found) => found.component));
  const entries = Object.entries(repairs);
  const kept = entries.filter(([name, r]) => restless.has(name) || nowMs - r.lastMs < REPAIR_WINDOW_MS);
  if (kept.length === entries.length && fought.size === 0) return repairs;
  const marked = kept.map(([name, r]): [string, RepairRecord] => [name, fought.has(name) ? { ...r, fought: true } : r]);
  return Object.fromEntries(marked);
}
