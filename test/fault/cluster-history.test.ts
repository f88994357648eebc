/**
 * A cluster of three servers under partitions, a killed and a paused leader, while two operators write: what they were told is
 * compared with what is stored in the end.
 */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { before, describe, it } from "node:test";
import { setTimeout } from "node:timers/promises";
import pLimit from "p-limit";
import { provision } from "../../src/bus/admin/provision.ts";
import { connectOperatorBus } from "../../src/bus/bus.ts";
import { Connection } from "../../src/bus/connection/connection.ts";
import type { OperatorBus } from "../../src/bus/ports/operator-bus.ts";
import type { DesiredPresent } from "../../src/schemas/service/desired.ts";
import { documentHash } from "../../src/schemas/service/spec-hash.ts";
import { DESIRED_BUCKET } from "../../src/schemas/wire/buckets.ts";
import { McpError } from "../../src/values/error.ts";
import { SKIP } from "../helpers/e2e-fleet.ts";
import { eventually } from "../helpers/eventually.ts";
import { type ClusterServer, type NatsCluster, startNatsCluster } from "../helpers/nats-cluster.ts";
import { suiteScope } from "../helpers/scope.ts";
import { type Attempt, problemsOf } from "../helpers/write-history.ts";
import { desired } from "../integration/bus-fixtures.ts";

/** Both operators write to these at a time; then to others, so that the history of a key holds all of its generations. */
const AT_ONCE = 4;
const ATTEMPTS_EACH = 12;
const SLOW_MS = 60_000;
const UNREADABLE_PAUSE_MS = 20;
const STREAM = `KV_${DESIRED_BUCKET}`;

describe("a cluster that loses servers", { skip: SKIP }, () => {
  const scope = suiteScope();
  const site = {} as { cluster: NatsCluster; link: Connection };
  const attempts: Attempt[] = [];

  before(async () => {
    site.cluster = await startNatsCluster(scope);
    const settings = settingsOf(site.cluster.servers);
    const report = () => provision(settings, { replicas: 3, create: true }).catch(() => false);
    await eventually(report, { what: "the cluster takes streams", timeoutMs: SLOW_MS, intervalMs: 250 });
    site.link = await Connection.connected(settings, () => undefined);
    scope.after(() => site.link.close());
  });

  async function operator(author: string, servers = site.cluster.servers): Promise<OperatorBus> {
    const bus = await connectOperatorBus(settingsOf(servers), { author });
    scope.after(() => bus.close());
    return bus;
  }

  async function leader(): Promise<ClusterServer> {
    const found = async () => {
      const info = await site.link.call("find the leader", ({ jsm }) => jsm.streams.info(STREAM));
      return site.cluster.servers.find(({ name }) => name === info.cluster?.leader);
    };
    const server = await eventually(found, { what: "a leader", timeoutMs: SLOW_MS, intervalMs: 100 });
    if (server === undefined) throw new Error("unreachable: eventually gives what is truthy");
    return server;
  }

  /**
   * Writes one generation of a service on top of what it reads, and notes the answer. Reading may fail: no attempt then, but a
   * pause, since a client without a connection fails at once, and endless calls of it would keep it from connecting again.
   */
  async function writeOne(bus: OperatorBus, author: string, service: string): Promise<void> {
    const base = await bus.readDesired("rift", service).catch(() => "unreadable" as const);
    if (base === "unreadable") return setTimeout(UNREADABLE_PAUSE_MS);
    const document = next(base?.document as DesiredPresent | undefined, service, author);
    attempts.push({ document, answer: await answerTo(bus.writeDesired(document, base?.revision ?? 0)) });
  }

  /** Two operators write to the same services until `disturb` has ended, and then until each has written once more. */
  async function whileWriting(buses: readonly [OperatorBus, OperatorBus], disturb: () => Promise<void>): Promise<void> {
    const state = { isOver: false };
    const writing = buses.map(async (bus, index) => {
      const author = index === 0 ? "ann@desk" : "bob@desk";
      const stored = () =>
        attempts.filter(({ document, answer }) => document.author === author && answer.kind === "stored");
      for (let round = 0; !(state.isOver && stored().length > 0); round++) {
        const group = Math.floor(attempts.length / (AT_ONCE * ATTEMPTS_EACH));
        await writeOne(bus, author, `s${group}-${round % AT_ONCE}`);
      }
    });
    try {
      await disturb();
    } finally {
      state.isOver = true;
      await Promise.all(writing);
    }
  }

  /** Until this many more writes were answered: time for both sides of a partition to go on. */
  async function answered(count: number): Promise<void> {
    const target = attempts.length + count;
    await eventually(() => attempts.length >= target, { what: `${count} more answers`, timeoutMs: SLOW_MS });
  }

  it("loses no acknowledged write over a partition, a killed and a paused leader", { timeout: 300_000 }, async () => {
    const { cluster } = site;
    const [one, two, three] = cluster.servers as [ClusterServer, ClusterServer, ClusterServer];
    const buses = [
      await operator("ann@desk", [one, two, three]),
      await operator("bob@desk", [three, one, two]),
    ] as const;
    await whileWriting(buses, async () => {
      await answered(10);
      cluster.isolate(await leader());
      await answered(10);
      cluster.heal();
      await answered(10);
      const killed = await leader();
      await killed.kill9();
      await answered(10);
      await killed.start();
      const paused = await leader();
      paused.pause();
      await answered(10);
      paused.resume();
      cluster.isolate(two);
      await answered(10);
      cluster.heal();
    });
    await checked();
  });

  it("loses no document of a sync whose leader is killed, and reports each one that was not written", {
    timeout: 300_000,
  }, async () => {
    const bus = await operator("ann@desk");
    const bucket = await eventually(() => bus.readDesiredBucket(), { what: "the bucket", timeoutMs: SLOW_MS });
    const documents = Array.from({ length: 300 }, (_, index) => next(undefined, `sync-${index}`, "ann@desk"));
    const killing = { server: undefined as ClusterServer | undefined, settled: 0 };
    const first = await leader();
    const outcomes = await bus.writeManyDesired({
      writes: documents.map((document) => ({ document, revision: 0 })),
      bucket,
      signal: new AbortController().signal,
      onIndexProblem: () => undefined,
      onSettled: () => {
        if (++killing.settled !== 50) return;
        killing.server = first;
        void first.kill9();
      },
    });
    assert.ok(killing.server !== undefined, "the leader was killed in the middle");
    for (const [index, document] of documents.entries()) {
      const outcome = outcomes[index];
      assert.ok(outcome !== undefined, "each document has an outcome");
      const answer = "revision" in outcome ? Promise.resolve(outcome.revision) : Promise.reject(outcome.error);
      attempts.push({ document, answer: await answerTo(answer) });
    }
    await first.start();
    await checked();
  });

  /** Compares all attempts so far with the stream, once all servers agree on it. */
  async function checked(): Promise<void> {
    const isCurrent = async () => {
      const { cluster } = await site.link.call("read the state", ({ jsm }) => jsm.streams.info(STREAM));
      return cluster?.leader !== undefined && (cluster.replicas ?? []).every(({ current }) => current);
    };
    await eventually(isCurrent, { what: "all servers agree", timeoutMs: SLOW_MS, intervalMs: 200 });
    const bus = await operator("reader@desk");
    const services = [...new Set(attempts.map(({ document }) => document.service))];
    const few = pLimit(8);
    const historyOf = (service: string) =>
      eventually(() => bus.historyOf("rift", service), { what: `the history of ${service}`, timeoutMs: SLOW_MS });
    const histories = await Promise.all(services.map((service) => few(() => historyOf(service))));
    assert.deepEqual(problemsOf(attempts, histories.flat()), []);
    const count = (kind: Attempt["answer"]["kind"]) => attempts.filter(({ answer }) => answer.kind === kind).length;
    assert.ok(count("stored") >= 20, `${count("stored")} stored, ${count("lost")} lost, ${count("unknown")} unknown`);
    assert.ok(count("lost") > 0, "the operators never met");
  }
});

const settingsOf = (servers: readonly ClusterServer[]) => ({
  servers: servers.map(({ url }) => url),
  name: "test",
  inboxPrefix: "_INBOX_test",
});

function next(base: DesiredPresent | undefined, service: string, author: string): DesiredPresent {
  const ref = base === undefined ? null : { generation: base.generation, hash: documentHash(base) };
  const spec = { name: service, active: true, drift: "repair", components: [] } as const;
  const generation = (base?.generation ?? 0) + 1;
  return desired({ service, author, generation, base: ref, writeId: randomUUID(), spec });
}

/** @throws what is no answer about this write */
async function answerTo(writing: Promise<number>): Promise<Attempt["answer"]> {
  try {
    return { kind: "stored", revision: await writing };
  } catch (error) {
    // Its own code: the cause of "nobody knows" may be a conflict.
    if (!(error instanceof McpError)) throw error;
    const { code, message } = error;
    // Nobody listens on the stream's subjects while it has no leader: then nothing was stored either.
    if (code === "E_CONFLICT" || code === "E_BUS_UNPROVISIONED") return { kind: "lost", said: `${code}: ${message}` };
    if (code === "E_BUS_UNREACHABLE" || code === "E_BUS") return { kind: "unknown" };
    throw error;
  }
}
