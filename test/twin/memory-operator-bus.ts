/**
 * The memory twin of the operator's bus: buckets are maps, time is the test's, agents are functions. What a test wants
 * to happen on the bus it does through the same methods, or through `put…` where only nodes write.
 */
import { randomUUID } from "node:crypto";
import { EventEmitter, once } from "node:events";
import type {
  Aged,
  DesiredBatch,
  DesiredBucket,
  EventConsumer,
  EventQuery,
  JunkDesired,
  NewEventConsumer,
  NodeServices,
  OperatorBus,
  OperatorFiles,
  ServerFacts,
  StoredDesired,
  StoredNode,
  StoredRevocations,
  WriteOutcome,
} from "../../src/bus/ports/operator-bus.ts";
import type { DesiredService } from "../../src/schemas/service/desired.ts";
import type { ObservedService } from "../../src/schemas/service/observed.ts";
import type { RevocationList } from "../../src/schemas/service/proof.ts";
import type { McpEvent } from "../../src/schemas/wire/event.ts";
import type { NodeRecord, Presence } from "../../src/schemas/wire/presence.ts";
import type { AgentReply, ReplyBody, ReplyError, RequestBody } from "../../src/schemas/wire/request.ts";
import { McpError } from "../../src/values/error.ts";
import type { NodeName, ServiceName } from "../../src/values/names.ts";

/** One answer of a pretended agent; a list of them, the last one marked, is what it sends. */
export type Answer = { readonly body: ReplyBody } | { readonly error: ReplyError };
export type FakeAgent = (body: RequestBody) => readonly Answer[];

export class MemoryOperatorBus implements OperatorBus {
  readonly #desired = new Map<string, StoredDesired[]>();
  readonly #observed = new Map<string, { value: ObservedService; atMs: number }>();
  readonly #presence = new Map<NodeName, { value: Presence; atMs: number }>();
  readonly #changed = new EventEmitter().setMaxListeners(0);
  readonly #now: () => number;
  #revision = 0;
  /** Agents that answer; a node without one is silent. */
  readonly agents = new Map<NodeName, FakeAgent>();
  readonly nodes: NodeRecord[] = [];
  readonly published: McpEvent[] = [];
  readonly consumers = new Map<string, NewEventConsumer>();
  readonly fileBuckets = new Set<NodeName>();
  readonly asked: RequestBody[] = [];
  /** Called before each write, to let somebody else be quicker. */
  beforeWrite: (document: DesiredService) => void = () => undefined;
  /** Called after each write that counted: what the node makes of it. */
  afterWrite: (document: DesiredService) => void = () => undefined;
  serverFacts: ServerFacts = {
    url: "nats://127.0.0.1:4222",
    version: "2.15.1",
    jetstream: true,
    maxPayload: 1_048_576,
    rttMs: 0.4,
  };
  closed = false;
  /** Who writes; `runCli` says so for each command. */
  readonly author: string = "alice@laptop";
  revocations: StoredRevocations = { revision: 0 };

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** A report as a node puts it, `ageMs` ago. */
  putObserved(value: ObservedService, ageMs = 0): void {
    this.#observed.set(`${value.node}.${value.service}`, { value, atMs: this.#now() - ageMs });
    this.#changed.emit("change");
  }

  putPresence(value: Presence, ageMs = 0): void {
    this.#presence.set(value.node, { value, atMs: this.#now() - ageMs });
  }

  /** The bucket as it is after a restore of an old copy. */
  forgetDesired(node: NodeName, service: ServiceName): void {
    this.#desired.delete(`${node}.${service}`);
  }

  /** A document as it lies in the bucket, without any check. */
  putDesired(document: DesiredService): StoredDesired {
    const key = `${document.node}.${document.service}`;
    const stored = { document, revision: ++this.#revision };
    this.#desired.set(key, [...(this.#desired.get(key) ?? []), stored]);
    this.#changed.emit("change");
    return stored;
  }

  async facts(): Promise<ServerFacts> {
    return this.serverFacts;
  }

  async readDesired(node: NodeName, service: ServiceName): Promise<StoredDesired | undefined> {
    return this.#desired.get(`${node}.${service}`)?.at(-1);
  }

  async listDesired(filter: { service?: ServiceName; node?: NodeName } = {}): Promise<StoredDesired[]> {
    const newest = [...this.#desired.values()].flatMap((versions) => versions.slice(-1));
    return newest.filter(
      ({ document }) =>
        (filter.service === undefined || document.service === filter.service) &&
        (filter.node === undefined || document.node === filter.node),
    );
  }

  /** What counts for nothing here. */
  junk: JunkDesired[] = [];

  async listAllDesired() {
    return { documents: await this.listDesired(), junk: this.junk };
  }

  async readJunk(): Promise<undefined> {
    return undefined;
  }

  async historyOf(node: NodeName, service: ServiceName): Promise<StoredDesired[]> {
    return (this.#desired.get(`${node}.${service}`) ?? []).slice(-32);
  }

  async writeDesired(document: DesiredService, revision: number): Promise<number> {
    this.beforeWrite(document);
    const current = await this.readDesired(document.node, document.service);
    if (current?.document.writeId === document.writeId) return current.revision;
    if ((current?.revision ?? 0) === revision) {
      const stored = this.putDesired(document);
      this.afterWrite(document);
      return stored.revision;
    }
    throw new McpError("E_CONFLICT", `${document.service}@${document.node} was changed meanwhile`, {
      details: current,
    });
  }

  /** Indexes are always right here: maps need none. */
  async readDesiredBucket(): Promise<DesiredBucket> {
    const documents = await this.listDesired();
    const indexes = new Map<NodeName, NodeServices>();
    for (const { document, revision } of documents) {
      const services = indexes.get(document.node)?.services ?? [];
      indexes.set(document.node, { services: [...services, document.service], revision });
    }
    return { documents, indexes };
  }

  async writeManyDesired({ writes, signal, onSettled }: DesiredBatch): Promise<WriteOutcome[]> {
    const outcomes: WriteOutcome[] = [];
    for (const { document, revision } of writes) {
      try {
        if (signal.aborted) throw new McpError("E_INTERRUPTED", "not written");
        outcomes.push({ revision: await this.writeDesired(document, revision) });
      } catch (error) {
        if (!(error instanceof McpError)) throw error;
        outcomes.push({ error });
      }
      onSettled?.();
    }
    return outcomes;
  }

  async readObserved(node: NodeName, service: ServiceName): Promise<Aged<ObservedService> | undefined> {
    const report = this.#observed.get(`${node}.${service}`);
    return report && this.#aged(report);
  }

  async listObserved(): Promise<Aged<ObservedService>[]> {
    return [...this.#observed.values()].map((report) => this.#aged(report));
  }

  async *followObserved(node: NodeName, service: ServiceName, signal: AbortSignal): AsyncIterable<ObservedService> {
    const seen = new Set<ObservedService>();
    while (!signal.aborted) {
      const raised = changeOf(this.#changed, signal);
      const report = this.#observed.get(`${node}.${service}`)?.value;
      if (report !== undefined && !seen.has(report)) {
        seen.add(report);
        yield report;
      } else await raised;
    }
  }

  async readPresence(node: NodeName): Promise<Aged<Presence> | undefined> {
    const presence = this.#presence.get(node);
    return presence && this.#aged(presence);
  }

  async listPresence(): Promise<Aged<Presence>[]> {
    return [...this.#presence.values()].map((presence) => this.#aged(presence));
  }

  async listNodes(): Promise<NodeRecord[]> {
    return [...this.nodes];
  }

  async readNode(node: NodeName): Promise<StoredNode> {
    const record = this.nodes.find((one) => one.node === node);
    return record === undefined ? { revision: 0 } : { record, revision: 1 };
  }

  async writeNode(record: NodeRecord): Promise<void> {
    this.nodes.splice(0, this.nodes.length, ...this.nodes.filter(({ node }) => node !== record.node), record);
  }

  async removeNode(node: NodeName): Promise<void> {
    this.nodes.splice(0, this.nodes.length, ...this.nodes.filter((record) => record.node !== node));
    this.#presence.delete(node);
  }

  async readRevocations(): Promise<StoredRevocations> {
    return this.revocations;
  }

  async writeRevocations(list: RevocationList, revision: number): Promise<void> {
    if (revision !== this.revocations.revision) throw new McpError("E_CONFLICT", "the revocation list was changed");
    this.revocations = { list, revision: ++this.#revision };
  }

  async publishEvent(event: McpEvent): Promise<void> {
    this.published.push(event);
    this.#changed.emit("change");
  }

  async *events(query: EventQuery, signal: AbortSignal): AsyncIterable<McpEvent> {
    const matching = () => this.published.filter((event) => matches(query, event));
    const stored = matching();
    const skipped = query.last === undefined ? 0 : Math.max(0, stored.length - query.last);
    yield* stored.slice(skipped);
    for (let next = stored.length; query.follow && !signal.aborted; ) {
      const raised = changeOf(this.#changed, signal);
      const fresh = matching().slice(next);
      next += fresh.length;
      yield* fresh;
      if (fresh.length === 0) await raised;
    }
  }

  async listEventConsumers(): Promise<EventConsumer[]> {
    return [...this.consumers.values()].map(({ name, filters }) => ({ name, filters, waiting: 0, unacknowledged: 0 }));
  }

  async putEventConsumer(consumer: NewEventConsumer): Promise<void> {
    this.consumers.set(consumer.name, consumer);
  }

  async removeEventConsumer(name: string): Promise<void> {
    this.consumers.delete(name);
  }

  /** Silent nodes cost no time here: the twin knows that nobody will answer. */
  async *ask(
    body: RequestBody,
    options: { readonly nodes?: readonly NodeName[]; readonly idleMs: number; readonly signal: AbortSignal },
  ): AsyncIterable<AgentReply> {
    this.asked.push(body);
    const id = randomUUID();
    for (const node of options.nodes ?? [...this.agents.keys()]) {
      const answers = this.agents.get(node)?.(body) ?? [];
      for (const [sequence, answer] of answers.entries()) {
        if (options.signal.aborted) return;
        yield { version: 1, id, node, sequence, last: sequence === answers.length - 1, ...answer };
      }
    }
  }

  /** Buckets are there or not; moving files needs a bus that is real: test/integration/file-*.test.ts. */
  files(node: NodeName): OperatorFiles {
    const unsupported = () => {
      throw new McpError("E_UNSUPPORTED", "the memory twin moves no files");
    };
    return {
      write: unsupported,
      read: unsupported,
      discard: unsupported,
      connected: unsupported,
      ensure: async () => void this.fileBuckets.add(node),
      drop: async () => void this.fileBuckets.delete(node),
    };
  }

  async close(): Promise<void> {
    this.closed = true;
  }

  #aged<T>({ value, atMs }: { value: T; atMs: number }): Aged<T> {
    return { value, ageMs: this.#now() - atMs };
  }
}

function matches(query: EventQuery, event: McpEvent): boolean {
  return (
    (query.node === undefined || event.node === query.node) &&
    (query.service === undefined || event.service === query.service) &&
    (query.kind === undefined || event.kind === query.kind) &&
    (query.severity === undefined || event.severity === query.severity) &&
    (query.sinceMs === undefined || Date.parse(event.at) >= query.sinceMs)
  );
}

/** Resolves at the next change, or when `signal` aborts. */
async function changeOf(changes: EventEmitter, signal: AbortSignal): Promise<void> {
  await once(changes, "change", { signal }).catch(() => undefined); // aborted: the loop sees it by itself
}
