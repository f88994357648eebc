/**
 * Row 9: the agent over 50 containers: memory and processor time while nothing happens, and whether memory grows over
 * some hundreds of replacements and restarts. Growth is measured after forced collections, so it is what is kept.
 */

import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { DesiredPresent } from "../../src/schemas/service/desired.ts";
import { componentSpec } from "../../test/helpers/component-spec.ts";
import { eventually } from "../../test/helpers/eventually.ts";
import { firstDocument } from "../bench-bus.ts";
import { type BenchNode, converged, NODE, startBenchNode } from "../bench-node.ts";
import { churn } from "../churn.ts";
import { cpuSeconds, podmanServicePids, rssMegabytes } from "../process-facts.ts";
import type { BenchContext, Row, RowResult } from "../row.ts";
import { rounded, slope } from "../statistics.ts";

const CONTAINERS = 50;
const IDLE_MS = 60_000;
const ROUNDS = 10;
const CHANGES_A_ROUND = 50;
/** What a busy node of 50 containers may see in an hour: each replaced or restarted twice. */
const CHANGES_AN_HOUR = 100;

export const idleAgentRow: Row = { id: "9", title: "an idle agent over 50 containers, and after churn", run };

async function run(context: BenchContext): Promise<RowResult[]> {
  const preload = fileURLToPath(new URL("../collect-garbage.cjs", import.meta.url));
  const node = await startBenchNode(context.scope, { env: { NODE_OPTIONS: `--require ${preload}` } });
  const documents = await deployAll(node);
  context.note(`${CONTAINERS} containers run; looking on for ${IDLE_MS / 1000} s`);
  await sleep(5_000);
  const idle = await watchIdle(node);
  const growth = await measureGrowth(context, node, documents);
  return [...idle, growth];
}

async function deployAll(node: BenchNode): Promise<DesiredPresent[]> {
  const documents = Array.from({ length: CONTAINERS }, (_, i) =>
    firstDocument(NODE, componentSpec({ name: `web-${i}`, image: node.images[0], network: "none" })),
  );
  for (const document of documents) await node.bus.writeDesired(document, 0);
  for (const { service } of documents) await converged(node, service);
  return documents;
}

async function watchIdle({ agent, podman }: BenchNode): Promise<RowResult[]> {
  const service = podmanServicePids(podman.socketPath);
  const before = { agent: cpuSeconds(agent.pid), podman: sum(service.map(cpuSeconds)), atMs: performance.now() };
  const highest = { rss: 0 };
  while (performance.now() - before.atMs < IDLE_MS) {
    await sleep(1_000);
    highest.rss = Math.max(highest.rss, rssMegabytes(agent.pid));
  }
  const seconds = (performance.now() - before.atMs) / 1000;
  const share = (cpu: number) => (cpu / seconds) * 100;
  const podmans = {
    podmanServicePercent: rounded(share(sum(service.map(cpuSeconds)) - before.podman)),
    podmanServiceMB: rounded(sum(service.map(rssMegabytes))),
  };
  const of = { samples: Math.round(seconds) };
  return [
    {
      id: "9a",
      name: "agent, 50 containers, idle: memory",
      figure: { amount: highest.rss, unit: "MB" },
      goal: { atMost: 100 },
      ...of,
    },
    {
      id: "9b",
      name: "agent, 50 containers, idle: processor",
      figure: { amount: share(cpuSeconds(agent.pid) - before.agent), unit: "% of a core" },
      goal: { atMost: 1 },
      details: podmans,
      ...of,
    },
  ];
}

async function measureGrowth({ note, effort }: BenchContext, node: BenchNode, documents: readonly DesiredPresent[]) {
  const points = [await collected(node, 0)];
  const replace = churn(node, documents);
  const startedMs = performance.now();
  const rounds = Math.ceil(ROUNDS * Math.max(1, effort)); // fewer would show nothing but the start
  for (let round = 1; round <= rounds; round++) {
    await replace(CHANGES_A_ROUND);
    const point = await collected(node, round * CHANGES_A_ROUND);
    note(`after ${point.changes} changes: ${rounded(point.rss)} MB, heap ${rounded(point.heap)} MB`);
    points.push(point);
  }
  const warm = points.slice(points.length / 2); // before, code is still being compiled and caches fill up
  const per = (of: "rss" | "heap") => slope(warm.map((point) => ({ x: point.changes, y: point[of] }))) * 1000;
  return {
    id: "9c",
    name: `agent, growth at ${CHANGES_AN_HOUR} changes an hour`,
    figure: { amount: (per("rss") / 1000) * CHANGES_AN_HOUR, unit: "MB/h" },
    goal: { atMost: 1 },
    samples: rounds * CHANGES_A_ROUND,
    details: {
      rssMBPer1000Changes: rounded(per("rss")),
      heapMBPer1000Changes: rounded(per("heap")),
      lastRssMB: rounded(points.at(-1)?.rss ?? 0),
      changesPerSecond: rounded((rounds * CHANGES_A_ROUND * 1000) / (performance.now() - startedMs)),
    },
  } satisfies RowResult;
}

const LEFT = /memory after collection: rss (\d+) heap (\d+)/g;

/** Memory in MB after the agent has collected its garbage. */
async function collected({ agent }: BenchNode, changes: number) {
  await sleep(1_500); // the last reports and events are on their way
  const before = agent.output();
  agent.signal("SIGUSR2");
  const said = () => [...agent.output().matchAll(LEFT)].at(-1);
  const earlier = [...before.matchAll(LEFT)].at(-1)?.[0];
  const last = await eventually(() => (said()?.[0] === earlier ? undefined : said()), { what: "a collection" });
  return { changes, rss: Number(last?.[1]) / 1e6, heap: Number(last?.[2]) / 1e6 };
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
