/**
 * One node's world for tests of behavior: a clock, a machine, a store and a bus that outlive its agents, and an
 * operator who writes properly chained documents.
 */
import { randomUUID } from "node:crypto";
import type { TrustSettings } from "../../src/agent/state/settings.ts";
import { MemoryStore } from "../../src/agent/store/memory-store.ts";
import type { ServiceRow, Store } from "../../src/agent/store/store.ts";
import type { DesiredService } from "../../src/schemas/service/desired.ts";
import { namedAncestors } from "../../src/schemas/service/lineage.ts";
import type { ObservedService, ServiceState } from "../../src/schemas/service/observed.ts";
import type { ServiceSpec } from "../../src/schemas/service/spec.ts";
import { documentHash } from "../../src/schemas/service/spec-hash.ts";
import type { EventKind, McpEvent } from "../../src/schemas/wire/event.ts";
import type { AgentReply, AgentRequest, RequestBody } from "../../src/schemas/wire/request.ts";
import { signDocument, signRequest } from "../../src/trust/proof.ts";
import { containerName } from "../../src/values/names.ts";
import { present } from "../../src/values/present.ts";
import { component, desired, NODE, tombstone } from "../helpers/builders.ts";
import { issuerKey, operatorOf, type TestOperator } from "../helpers/operator-keys.ts";
import type { Scope } from "../helpers/scope.ts";
import type { Conduct } from "./conduct.ts";
import { FakeClock } from "./fake-clock.ts";
import type { FakeContainer } from "./fake-containers.ts";
import type { Verb } from "./fake-faults.ts";
import { FakeRuntime } from "./fake-runtime.ts";
import type { Sleep } from "./fake-service.ts";
import { MemoryBus } from "./memory-bus.ts";
import { type SimulatedAgent, simulatedAgent } from "./simulated-agent.ts";

export interface WorldOptions {
  /** How the calls to the runtime go; by default at once and without faults. */
  readonly conduct?: Conduct<Verb>;
  /** After this a call to the runtime without an answer is E_RUNTIME_TIMEOUT; 0 (the default): never. */
  readonly deadlineMs?: number;
  /** The agents obey the world's issuer only, and what the world writes is signed by its operator. */
  readonly signed?: boolean | Partial<TrustSettings>;
}

export class AgentWorld {
  readonly clock = new FakeClock();
  readonly runtime: FakeRuntime;
  readonly store = new MemoryStore();
  readonly bus = new MemoryBus();
  readonly #written = new Map<string, DesiredService>();
  /** Those that run. */
  readonly agents: SimulatedAgent[] = [];
  readonly issuer = issuerKey();
  /** Who writes and asks here: alice. */
  readonly operator = operatorOf(this.issuer);
  readonly trust: TrustSettings | undefined;

  constructor(scope?: Scope, { signed = false, conduct, deadlineMs = 0 }: WorldOptions = {}) {
    const { now } = this.clock;
    const sleep: Sleep = (ms, signal) => this.clock.sleep(ms, signal);
    this.runtime = new FakeRuntime({ now, sleep, deadlineMs, ...present({ conduct }) });
    if (signed !== false) {
      const keys = { signers: [this.issuer.publicKey], exchange: [] };
      this.trust = { ...keys, exchangeRole: "operator", exchangeLifeMs: 7_200_000, ...(signed === true ? {} : signed) };
      this.bus.serverNow = this.clock.now;
    }
    for (const version of ["v1", "v2", "v3"]) this.runtime.provide(`example.net/web:${version}`);
    scope?.after(() => this.end());
  }

  /** Starts an agent; its ports may be changed on the way. */
  async start(own: Partial<Parameters<typeof simulatedAgent>[0]> & { isUp?: boolean } = {}): Promise<SimulatedAgent> {
    const { isUp = true, bus = this.bus.nodeBus(NODE, isUp), ...ports } = own;
    const { clock, runtime, store } = this;
    const agent = await simulatedAgent({
      node: NODE,
      bus,
      clock,
      runtime,
      store,
      ...present({ trust: this.trust }),
      ...ports,
    });
    this.agents.push(agent);
    return agent;
  }

  /** Stops an agent as SIGTERM does, the clock going on meanwhile. */
  async stop(agent: SimulatedAgent): Promise<void> {
    this.agents.splice(this.agents.indexOf(agent), 1);
    const done = { stopped: false };
    void agent.stop().then(() => {
      done.stopped = true;
    });
    await this.clock.until(() => done.stopped, { what: "the agent stops" });
  }

  /** Ends whatever agents are left; those over ports that never answer end by themselves, unseen. */
  async end(): Promise<void> {
    for (const agent of this.agents.splice(0)) void agent.stop();
    await this.clock.advance(60_000);
  }

  /** Writes the next generation of a service upon the last one. */
  deploy(spec: Partial<ServiceSpec> = {}, own: Partial<DesiredService> = {}): DesiredService {
    const name = spec.name ?? "web";
    const full: ServiceSpec = { name, active: true, drift: "repair", components: [component()], ...spec };
    return this.#write(desired({ spec: full, ...this.#next(name), ...own } as Partial<ReturnType<typeof desired>>));
  }

  undeploy(name = "web", own: Pick<DesiredService, "adopted"> = {}): DesiredService {
    return this.#write(tombstone({ service: name, ...this.#next(name), ...own }));
  }

  /** Deploys and waits until it stands as wanted. */
  async deployed(spec: Partial<ServiceSpec> = {}, state: ServiceState = "converged"): Promise<ObservedService> {
    const { service, generation } = this.deploy(spec);
    return await this.reported(service, (r) => r.state === state && r.accepted?.generation === generation);
  }

  /** Waits for the newest report to be so. */
  async reported(service: string, is: (report: ObservedService) => boolean): Promise<ObservedService> {
    const latest = () => this.bus.report(service);
    try {
      return await this.clock.until(() => {
        const report = latest();
        return report !== undefined && is(report) ? report : undefined;
      });
    } catch (cause) {
      throw new Error(`${service} was last reported so: ${JSON.stringify(latest(), undefined, 1)}`, { cause });
    }
  }

  container(name = "web-api"): FakeContainer | undefined {
    return this.runtime.byName(name);
  }

  /** The container of a component of `web` that must be there. */
  serving(name = "api", service = "web"): FakeContainer {
    const found = this.container(containerName(service, name));
    if (found === undefined) throw new Error(`${containerName(service, name)} is not there`);
    return found;
  }

  /** Names and states of all containers, sorted. */
  containers(): string[] {
    return [...this.runtime.containers.values()].map(({ name, state }) => `${name} ${state}`).sort();
  }

  events(...kinds: EventKind[]): McpEvent[] {
    return this.bus.events.filter(({ kind }) => kinds.length === 0 || kinds.includes(kind));
  }

  async row(service = "web", store: Store = this.store): Promise<ServiceRow | undefined> {
    return (await store.services()).find((row) => row.service === service);
  }

  /** Asks as this operator, and once more when the agent wants to hear its boot nonce. */
  async ask(
    body: RequestBody,
    own: Partial<AgentRequest> = {},
    by: TestOperator = this.operator,
  ): Promise<AgentReply[]> {
    const at = new Date(this.clock.now()).toISOString();
    const request = { version: 1, id: randomUUID(), node: NODE, author: by.author, at, body, ...own } as const;
    const replies = await this.bus.send(NODE, signRequest(request, by));
    const boot = replies[0]?.error?.boot;
    return boot === undefined ? replies : await this.bus.send(NODE, signRequest({ ...request, boot }, by));
  }

  #next(name: string) {
    const last = this.#written.get(name);
    const generation = (last?.generation ?? 0) + 1;
    const base = last === undefined ? null : { generation: last.generation, hash: documentHash(last) };
    const ancestry = last === undefined ? [] : namedAncestors(last);
    return { generation, base, ancestry, writeId: `write-${generation}` };
  }

  #write<T extends DesiredService>(unsigned: T): T {
    const isSigned = this.trust === undefined || unsigned.proof !== undefined;
    const document = isSigned ? unsigned : signDocument(unsigned, this.operator);
    this.#written.set(document.service, document);
    this.bus.put(document);
    return document;
  }
}
