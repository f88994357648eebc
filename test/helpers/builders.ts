/** Input of the planner with defaults, so that a test sets only the fields that matter to it. */
import type { ObservedContainer } from "../../src/agent/reconcile/model/classify.ts";
import type { PlanInput } from "../../src/agent/reconcile/plan/plan.ts";
import { EMPTY_MEMORY, type ServiceMemory, type ServiceRow } from "../../src/agent/store/store.ts";
import type { DesiredPresent, DesiredService, Tombstone } from "../../src/schemas/service/desired.ts";
import { LABEL } from "../../src/schemas/service/labels.ts";
import type { ComponentSpec, ServiceSpec } from "../../src/schemas/service/spec.ts";
import { documentHash, specHash } from "../../src/schemas/service/spec-hash.ts";
import { containerName } from "../../src/values/names.ts";

export const NODE = "rift";
/** The tests' now: 2026-01-02 03:04:05 UTC. */
export const NOW_MS = Date.UTC(2026, 0, 2, 3, 4, 5);

/** Component `api` of `example.net/web:v1`, up at once. */
export function component(own: Partial<ComponentSpec> = {}): ComponentSpec {
  return {
    name: "api",
    image: "example.net/web:v1",
    restart: { policy: "unless-stopped" },
    ports: [],
    volumes: [],
    cmd: [],
    env: {},
    dependsOn: [],
    readOnly: false,
    capDrop: [],
    labels: {},
    stopTimeoutMs: 10_000,
    minUpMs: 0,
    overlap: false,
    pull: "missing",
    ...own,
  };
}

/** Active service `web` with one component. */
export function service(own: Partial<ServiceSpec> = {}): ServiceSpec {
  return { name: "web", active: true, drift: "repair", components: [component()], ...own };
}

const header = {
  version: 1,
  node: NODE,
  generation: 1,
  base: null,
  writeId: "w",
  author: "alice@laptop",
  at: new Date(NOW_MS).toISOString(),
  command: "deploy",
} as const;

/** Generation 1 of a service; its name is the spec's. */
export function desired(own: Partial<DesiredPresent> = {}): DesiredPresent {
  const spec = own.spec ?? service();
  return { ...header, service: spec.name, spec, ...own };
}

export function tombstone(own: Partial<Tombstone> = {}): Tombstone {
  return { ...header, service: own.retired?.name ?? "web", command: "undeploy", absent: true, ...own };
}

interface OwnContainer extends Partial<ObservedContainer> {
  readonly service?: string;
  readonly generation?: number;
  readonly attempt?: string;
}

/** A running container made from this component of service `web`, under its own name. */
export function container(spec: ComponentSpec = component(), own: OwnContainer = {}): ObservedContainer {
  const { service: serviceName = "web", generation = 1, attempt = "first", labels, ...rest } = own;
  return {
    id: `id-${spec.name}-${attempt}`,
    name: containerName(serviceName, spec.name),
    image: spec.image,
    imageId: "image",
    state: "running",
    createdAtMs: NOW_MS - 60_000,
    startedAtMs: NOW_MS - 60_000,
    labels: labels ?? {
      [LABEL.service]: serviceName,
      [LABEL.component]: spec.name,
      [LABEL.node]: NODE,
      [LABEL.generation]: String(generation),
      [LABEL.spec]: specHash(spec),
      [LABEL.attempt]: attempt,
    },
    ...rest,
  };
}

export function memory(own: Partial<ServiceMemory> = {}): ServiceMemory {
  return { ...EMPTY_MEMORY, ...own };
}

/** Memory of a service whose generation was carried out: from now on differences are drift. */
export function settled(document: DesiredService, own: Partial<ServiceMemory> = {}): ServiceMemory {
  const { generation } = document;
  const components = "spec" in document ? document.spec.components : [];
  const serving = Object.fromEntries(components.map((c) => [c.name, c]));
  return memory({ appliedGeneration: generation, settledGeneration: generation, serving, ...own });
}

export function row(document: DesiredService, own: ServiceMemory = memory()): ServiceRow {
  const ref = { generation: document.generation, hash: documentHash(document) };
  return { service: document.service, document, ref, memory: own };
}

/** Input of the planner: one document, its containers, and what is remembered. */
export function planInput(document: DesiredService, own: Partial<PlanInput> = {}): PlanInput {
  return { document, memory: memory(), containers: [], nowMs: NOW_MS, claimed: new Map(), neighbors: () => [], ...own };
}
