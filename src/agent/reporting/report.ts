/** Makes a node's report of a service from the service cache and the last pass. Pure. */
import { isTombstone } from "../../schemas/service/desired.ts";
import { LABEL } from "../../schemas/service/labels.ts";
import type {
  ObservedComponent,
  ObservedRejection,
  ObservedService,
  ServiceState,
} from "../../schemas/service/observed.ts";
import { rejectionFields, rejectionOf } from "../../schemas/service/rejection.ts";
import type { ComponentSpec } from "../../schemas/service/spec.ts";
import { specHash } from "../../schemas/service/spec-hash.ts";
import { containerName, type NodeName, type ServiceName } from "../../values/names.ts";
import { present } from "../../values/present.ts";
import { type ComponentContainers, classify, type ObservedContainer } from "../reconcile/model/classify.ts";
import { serviceState } from "../reconcile/plan/service-state.ts";
import { currentContainers, type ReconcileState } from "../reconcile/reconcile-state.ts";
import type { ServiceMemory, ServiceRow } from "../store/store.ts";

export interface ReportFacts {
  readonly node: NodeName;
  readonly boot: string;
  readonly report: number;
  readonly at: string;
}

export function makeReport(row: ServiceRow, state: ReconcileState, facts: ReportFacts): ObservedService {
  const { memory, ref } = row;
  const runtime = state.passError === undefined ? [] : [{ reason: "runtime" as const, ...state.passError }];
  return {
    version: 1,
    ...facts,
    service: row.service,
    accepted: ref,
    appliedGeneration: memory.appliedGeneration,
    state: state.passError === undefined ? stateOf(row, state) : "blocked",
    components: isTombstone(row.document) ? [] : row.document.spec.components.map((c) => observe(row, c, state)),
    drift: memory.drift,
    blocked: [...(isPlanOutdated(row, state) ? [] : state.plan.blocked), ...runtime],
    ...(memory.failure === undefined ? {} : { failure: memory.failure }),
    steps: state.steps.filter((step) => step.generation === ref.generation),
    ...rejectionFields(rejectionIn(memory)),
  };
}

function stateOf(row: ServiceRow, state: ReconcileState): ServiceState {
  return isPlanOutdated(row, state) ? "progressing" : serviceState(row.document, row.memory, state.plan);
}

/** True between accepting a state and the first plan for it: what blocked the state before says nothing of the new one. */
function isPlanOutdated({ ref }: ServiceRow, { plannedFor }: ReconcileState): boolean {
  return plannedFor !== undefined && plannedFor !== ref.hash;
}

/** Version 0.1 stored no kind: then the rule for old reports applies. */
function rejectionIn({ regressed, refused, rejectedAs }: ServiceMemory): ObservedRejection | undefined {
  const old = rejectionOf(present({ regressed, refused }));
  return old === undefined || rejectedAs === undefined ? old : { ...old, kind: rejectedAs };
}

/** The report of a service that was never accepted here. @param rejection undefined when the reason has gone */
export function makeRefusal(
  service: ServiceName,
  rejection: ObservedRejection | undefined,
  facts: ReportFacts,
): ObservedService {
  return {
    version: 1,
    ...facts,
    service,
    accepted: null,
    appliedGeneration: 0,
    state: rejection === undefined ? "removed" : "blocked",
    components: [],
    drift: [],
    blocked: [],
    steps: [],
    ...rejectionFields(rejection),
  };
}

function observe(row: ServiceRow, spec: ComponentSpec, state: ReconcileState): ObservedComponent {
  const containers = currentContainers(state).filter((c) => c.labels[LABEL.component] === spec.name);
  const { service, memory } = row;
  const known = { attempt: memory.attempts[spec.name], promoted: memory.promoted?.[spec.name] };
  const found = classify({ service, component: spec.name, containers, ...known, desiredHash: specHash(spec) });
  const container = shownContainer(found);
  const step = present({ step: state.currentSteps.get(spec.name) });
  if (container === undefined) {
    const shown = state.isListed ? "missing" : "unknown";
    return {
      name: spec.name,
      state: shown,
      containerName: containerName(service, spec.name),
      image: spec.image,
      ...step,
    };
  }
  const generation = Number(container.labels[LABEL.generation]);
  return {
    name: spec.name,
    state: container.isLost === true ? "unknown" : container.state,
    containerId: container.id,
    containerName: container.name,
    image: container.image,
    ...(container.startedAtMs > 0 ? { startedAt: new Date(container.startedAtMs).toISOString() } : {}),
    ...(container.exitCode === undefined || container.state === "running" ? {} : { exitCode: container.exitCode }),
    ...(container.restarts === undefined ? {} : { restarts: container.restarts }),
    ...(container.health === undefined ? {} : { health: container.health }),
    ...(Number.isSafeInteger(generation) ? { generation } : {}),
    ...step,
  };
}

/** The serving container; if there is none, the one that is coming up. */
function shownContainer({ current, candidate }: ComponentContainers): ObservedContainer | undefined {
  return current?.state !== "running" && candidate?.state === "running" ? candidate : (current ?? candidate);
}
