/** A provisioned bus on a server of the row's own, an operator's connection to it, and documents to write. */
import { randomUUID } from "node:crypto";
import { provision } from "../src/bus/admin/provision.ts";
import { connectOperatorBus } from "../src/bus/bus.ts";
import type { OperatorBus } from "../src/bus/ports/operator-bus.ts";
import type { DesiredPresent, Tombstone } from "../src/schemas/service/desired.ts";
import type { ComponentSpec, ServiceSpec } from "../src/schemas/service/spec.ts";
import { documentHash } from "../src/schemas/service/spec-hash.ts";
import { type NatsServer, startNatsServer } from "../test/helpers/nats-server.ts";
import type { Scope } from "../test/helpers/scope.ts";

export interface BenchBus {
  readonly server: NatsServer;
  readonly bus: OperatorBus;
}

export async function startBenchBus(scope: Scope): Promise<BenchBus> {
  const server = await startNatsServer(scope);
  const settings = { servers: [server.url], name: "bench", inboxPrefix: "_INBOX_bench" };
  await provision(settings, { replicas: 1, create: true });
  const bus = await connectOperatorBus(settings, { author: "bench@here" });
  scope.after(() => bus.close());
  return { server, bus };
}

const header = (node: string, service: string) => ({
  version: 1 as const,
  node,
  service,
  writeId: randomUUID(),
  author: "bench@here",
  at: new Date().toISOString(),
});

/** The first state of a service with one component of the same name. */
export function firstDocument(node: string, component: ComponentSpec, own: Partial<ServiceSpec> = {}): DesiredPresent {
  const { name } = component;
  const spec: ServiceSpec = { name, active: true, drift: "repair", components: [component], ...own };
  return { ...header(node, name), generation: 1, base: null, command: "deploy", spec };
}

/** The next state after `before`: another component. */
export function nextDocument(before: DesiredPresent, component: ComponentSpec): DesiredPresent {
  const spec = { ...before.spec, components: [component] };
  return { ...before, ...header(before.node, before.service), ...following(before), spec };
}

/** Retires the service. */
export function tombstoneOf(before: DesiredPresent): Tombstone {
  const { node, service, spec } = before;
  return { ...header(node, service), ...following(before), command: "undeploy", absent: true, retired: spec };
}

function following(before: DesiredPresent) {
  return {
    generation: before.generation + 1,
    base: { generation: before.generation, hash: documentHash(before) },
  };
}
