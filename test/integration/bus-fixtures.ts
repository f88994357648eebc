/**
 * What the tests of the bus share: a provisioned server, connected buses that close with the test, and documents.
 */
import { randomUUID } from "node:crypto";
import { connect } from "@nats-io/transport-node";
import { provision } from "../../src/bus/admin/provision.ts";
import { connectNodeBus, connectOperatorBus } from "../../src/bus/bus.ts";
import type { BusSettings } from "../../src/bus/connection/settings.ts";
import type { NodeBus, RequestHandler } from "../../src/bus/ports/node-bus.ts";
import type { OperatorBus } from "../../src/bus/ports/operator-bus.ts";
import type { DesiredPresent } from "../../src/schemas/service/desired.ts";
import type { ObservedService } from "../../src/schemas/service/observed.ts";
import type { McpEvent } from "../../src/schemas/wire/event.ts";
import type { Presence } from "../../src/schemas/wire/presence.ts";
import type { McpError } from "../../src/values/error.ts";
import { eventually } from "../helpers/eventually.ts";
import { type NatsServer, type NatsServerOptions, startNatsServer } from "../helpers/nats-server.ts";
import type { Scope } from "../helpers/scope.ts";

const AT = "2026-01-02T03:04:05.000Z";

export function settingsFor(server: { readonly url: string }, own: Partial<BusSettings> = {}): BusSettings {
  return { servers: [server.url], name: "test", inboxPrefix: "_INBOX_test", ...own };
}

/** A server with every stream in place. */
export async function provisionedServer(scope: Scope, options?: NatsServerOptions): Promise<NatsServer> {
  const server = await startNatsServer(scope, options);
  await provision(settingsFor(server), { replicas: 1, create: true });
  return server;
}

export async function operatorBus(scope: Scope, server: NatsServer, problems: McpError[] = []): Promise<OperatorBus> {
  const onProblem = (problem: McpError) => void problems.push(problem);
  const bus = await connectOperatorBus(settingsFor(server), { author: "kyle@desk", onProblem });
  scope.after(() => bus.close());
  return bus;
}

/** A node's bus, waited for until it is connected. */
export async function nodeBus(
  scope: Scope,
  server: { readonly url: string },
  node = "rift",
  own: Partial<BusSettings> = {},
  problems: McpError[] = [],
): Promise<NodeBus> {
  const onProblem = (problem: McpError) => void problems.push(problem);
  const bus = await connectNodeBus(settingsFor(server, own), node, { onProblem });
  scope.after(() => bus.close());
  await eventually(() => bus.isConnected(), { what: `${node} is connected` });
  return bus;
}

export function desired(own: Partial<DesiredPresent> = {}): DesiredPresent {
  return {
    version: 1,
    node: "rift",
    service: "web",
    generation: 1,
    base: null,
    writeId: randomUUID(),
    author: "kyle@desk",
    at: AT,
    command: "deploy",
    spec: { name: own.service ?? "web", active: true, drift: "repair", components: [] },
    ...own,
  };
}

export function observed(own: Partial<ObservedService> = {}): ObservedService {
  return {
    version: 1,
    node: "rift",
    service: "web",
    boot: "boot-1",
    report: 1,
    at: AT,
    accepted: { generation: 1, hash: "h" },
    appliedGeneration: 1,
    state: "converged",
    components: [],
    drift: [],
    blocked: [],
    steps: [],
    ...own,
  };
}

export function presence(own: Partial<Presence> = {}): Presence {
  return {
    version: 1,
    node: "rift",
    boot: "boot-1",
    at: AT,
    startedAt: AT,
    agentVersion: "0.1.0",
    runtime: { name: "podman", health: "ok" },
    host: {
      os: "linux",
      arch: "x64",
      kernel: "6.1",
      cpus: 2,
      load1: 0,
      memoryBytes: 1,
      memoryFreeBytes: 1,
      uptimeSeconds: 1,
    },
    services: 0,
    containers: 0,
    outbox: 0,
    ...own,
  };
}

export function event(own: Partial<McpEvent> = {}): McpEvent {
  return {
    version: 1,
    id: randomUUID(),
    node: "rift",
    sequence: 1,
    kind: "drift-opened",
    severity: "warning",
    at: AT,
    message: "something happened",
    ...own,
  };
}

/** Everything of an iterable that ends. */
export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

/** Collects what an endless iterable yields, in the background; a failure is kept. */
export function collect<T>(items: AsyncIterable<T>): { readonly items: T[]; readonly ended: Promise<unknown> } {
  const list: T[] = [];
  const run = async () => {
    for await (const item of items) list.push(item);
  };
  return { items: list, ended: run().catch((error: unknown) => error) };
}

/** Makes a node serve, and waits until it does. */
export async function serving(
  scope: Scope & { signal: AbortSignal },
  server: NatsServer,
  node: string,
  handler: RequestHandler,
) {
  const bus = await nodeBus(scope, server, node);
  bus.serve(handler, scope.signal);
  const listening = { yes: false };
  const nc = await connect({ servers: server.url });
  nc.subscribe(`mcp.v1.reply.${node}.probe`, {
    callback: () => {
      listening.yes = true;
    },
  });
  await eventually(async () => {
    nc.publish(`mcp.v1.agent.${node}.ping.probe`, "probe"); // broken on purpose: answered, and never handled
    await nc.flush();
    return listening.yes;
  });
  await nc.close();
}
