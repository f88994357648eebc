/** Documents of the bus with defaults, so that a test sets only the fields that matter to it. */
import type { Aged } from "../../src/bus/ports/operator-bus.ts";
import type { DesiredPresent, Tombstone } from "../../src/schemas/service/desired.ts";
import type { ObservedService } from "../../src/schemas/service/observed.ts";
import type { ComponentSpec, ServiceSpec } from "../../src/schemas/service/spec.ts";
import { documentHash } from "../../src/schemas/service/spec-hash.ts";
import { EVENT_KINDS, type EventKind, type McpEvent } from "../../src/schemas/wire/event.ts";
import type { LiveContainer } from "../../src/schemas/wire/live-container.ts";
import type { NodeRecord, Presence } from "../../src/schemas/wire/presence.ts";
import { TEST_NOW_MS } from "./run-cli.ts";

/** An ISO time so many milliseconds before the tests' now. */
export function before(ms: number): string {
  return new Date(TEST_NOW_MS - ms).toISOString();
}

export function componentSpec(own: Partial<ComponentSpec> = {}): ComponentSpec {
  return {
    name: "api",
    image: "registry.example.net/web:v1.0.0",
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
    minUpMs: 2_000,
    overlap: false,
    pull: "missing",
    ...own,
  };
}

export function serviceSpec(own: Partial<ServiceSpec> = {}): ServiceSpec {
  return { name: "web", active: true, drift: "repair", components: [componentSpec()], ...own };
}

/** Generation 1 of service `web` on node `rift`, written an hour ago. */
export function desiredService(own: Partial<DesiredPresent> = {}): DesiredPresent {
  const service = own.service ?? own.spec?.name ?? "web";
  return {
    version: 1,
    node: "rift",
    service,
    generation: 1,
    base: null,
    writeId: "w1",
    author: "alice@laptop",
    at: before(3_600_000),
    command: "deploy",
    spec: serviceSpec({ name: service }),
    ...own,
  };
}

export function tombstone(own: Partial<Tombstone> = {}): Tombstone {
  const { spec: _, ...header } = desiredService();
  return { ...header, command: "undeploy", absent: true, ...own };
}

/** A report that the node has brought this document up; change what the test is about. */
export function observedService(
  document: DesiredPresent | Tombstone = desiredService(),
  own: Partial<ObservedService> = {},
): ObservedService {
  const { node, service, generation } = document;
  return {
    version: 1,
    node,
    service,
    boot: "boot-1",
    report: 1,
    at: before(5_000),
    accepted: { generation, hash: documentHash(document) },
    appliedGeneration: generation,
    state: "absent" in document ? "removed" : document.spec.active ? "converged" : "stopped",
    components: [],
    drift: [],
    blocked: [],
    steps: [],
    ...own,
  };
}

export function presenceOf(node = "rift", own: Partial<Presence> = {}): Presence {
  return {
    version: 1,
    node,
    boot: "boot-1",
    at: before(2_000),
    startedAt: before(86_400_000),
    agentVersion: "0.1.0",
    runtime: { name: "podman", health: "ok", version: "4.3.1" },
    host: {
      os: "debian 12",
      arch: "x64",
      kernel: "6.1.0",
      cpus: 4,
      load1: 0.25,
      memoryBytes: 8 * 1024 ** 3,
      memoryFreeBytes: 5 * 1024 ** 3,
      uptimeSeconds: 86_400,
    },
    services: 1,
    containers: 2,
    outbox: 0,
    ...own,
  };
}

export function nodeRecord(node = "rift"): NodeRecord {
  return { version: 1, node, labels: {}, enrolledBy: "alice@laptop", at: before(86_400_000) };
}

export function mcpEvent(kind: EventKind, own: Partial<McpEvent> = {}): McpEvent {
  const base = { version: 1, id: `${kind}-${own.sequence ?? 1}`, node: "rift", sequence: 1, kind } as const;
  return {
    ...base,
    severity: EVENT_KINDS[kind],
    service: "web",
    at: before(60_000),
    message: `${kind} it was`,
    ...own,
  };
}

export function liveContainer(own: Partial<LiveContainer> = {}): LiveContainer {
  return {
    id: "c1",
    name: "web-api",
    service: "web",
    component: "api",
    image: "registry.example.net/web:v1.0.0",
    state: "running",
    startedAt: before(7_200_000),
    ...own,
  };
}

export function aged<T>(value: T, ageMs = 0): Aged<T> {
  return { value, ageMs };
}
