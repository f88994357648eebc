/**
 * Rows 3 and 4: `mcp sync` of three services on each of so many simulated nodes. When every spec changed, from typing
 * until every agent has accepted, beside a bare client that puts as many values of the same size; when nothing changed,
 * from typing to exit 0, beside a bare client that reads the bucket once. All of them are programs, started for each round.
 */
import { DESIRED_BUCKET, NODES_BUCKET, OBSERVED_BUCKET, PRESENCE_BUCKET } from "../../src/schemas/wire/buckets.ts";
import { desiredCodec } from "../../src/schemas/wire/codec.ts";
import { alternate, type PairTimes, ratioOf, timed } from "../alternate.ts";
import { type BenchScope, benchScope } from "../bench-scope.ts";
import { type BareProgram, bareProgram } from "../fleet/bare-program.ts";
import { type FleetSite, startFleetSite } from "../fleet/fleet-site.ts";
import { atEachSize, growthOf, headlineSize, type Sized } from "../fleet/growth.ts";
import { makeFloorBucket } from "../fleet/streams.ts";
import { cpuSeconds } from "../process-facts.ts";
import type { BenchContext, Row, RowResult } from "../row.ts";
import { mean, median, rounded } from "../statistics.ts";

const ROUNDS = 5;
const GOAL = 2;
/** What a sync has to read to tell the truth: also what nodes accepted, who is there, and who is enrolled. */
const READ = [DESIRED_BUCKET, OBSERVED_BUCKET, PRESENCE_BUCKET, NODES_BUCKET];

export const fleetSyncRow: Row = {
  id: "3",
  alsoFills: ["4"],
  title: "mcp sync to a fleet beside bare writes, and bare reads (4)",
  run,
};

interface Measured {
  readonly changed: PairTimes;
  readonly unchanged: PairTimes;
  /** The same with --no-ask. */
  readonly unasked: PairTimes;
  /** Milliseconds in which a bare client reads all of READ. */
  readonly reading: readonly number[];
  /** Milliseconds of the same change where bare clients read in place of agents, and do nothing else. */
  readonly barelyFollowed: readonly number[];
  /** Seconds of processor time of all agents, and of the server, in one change of everything. */
  readonly agentsCpu: readonly number[];
  readonly serverCpu: readonly number[];
}

async function run(context: BenchContext): Promise<RowResult[]> {
  const measured = await atEachSize(context, (agents, scope) => measure(context, { agents, scope }));
  const size = headlineSize(measured.map(({ agents }) => agents));
  const at = measured.find(({ agents }) => agents === size)?.value;
  if (at === undefined) throw new Error(`${size} agents were not measured`);
  const of = (pick: (value: Measured) => readonly number[]) => measured.map(sized(pick));
  const changed = ratioOf(at.changed);
  const unchanged = ratioOf(at.unchanged);
  const unasked = ratioOf(at.unasked);
  const cpu = { agentsCpu: `${rounded(median(at.agentsCpu))} s`, serverCpu: `${rounded(median(at.serverCpu))} s` };
  return [
    {
      id: "3",
      name: `mcp sync, ${size} agents × 3 services, all changed, until all have accepted`,
      floor: `${size * 3} bare puts, pipelined`,
      goal: { atMost: GOAL },
      ...changed,
      details: { ...changed.details, ...cpu, ...growthOf(of((value) => value.changed.ours)) },
      ...boundOf(changed.figure.ratio, at),
    },
    {
      id: "4a",
      name: "the same, nothing changed",
      floor: "reading the bucket once, bare",
      goal: { atMost: GOAL },
      ...unchanged,
      details: { ...unchanged.details, ...growthOf(of((value) => value.unchanged.ours)) },
      ...(unchanged.figure.ratio <= GOAL ? {} : { bound: readingBound(at) }),
    },
    {
      id: "4b",
      name: "the same, --no-ask",
      floor: "reading the bucket once, bare",
      goal: { atMost: GOAL },
      ...unasked,
      ...(unasked.figure.ratio <= GOAL ? {} : { bound: readingBound(at) }),
    },
  ];
}

const sized =
  <T>(pick: (value: T) => readonly number[]) =>
  ({ agents, value }: Sized<T>): Sized<readonly number[]> => ({ agents, value: pick(value) });

async function measure(
  context: BenchContext,
  { agents, scope }: { readonly agents: number; readonly scope: BenchScope },
): Promise<Measured> {
  const { effort, note } = context;
  const barelyFollowed = await measureBareFollowers(context, agents);
  const site = await startFleetSite(scope, { agents });
  const bare = await bareProgram(scope, site);
  await makeFloorBucket(site);
  await site.change();
  await site.mcp("sync", "--json");
  await site.settled();
  const rounds = Math.ceil(ROUNDS * effort);
  const spent = { agentsCpu: [] as number[], serverCpu: [] as number[] };
  const changed = await alternate({ ours: () => changeAll(site, spent), floor: await barePuts(site, bare) }, rounds);
  const floor = () => timed(() => bare("read", DESIRED_BUCKET));
  const again = (...args: string[]) => timed(() => site.mcp("sync", "--json", ...args));
  const unchanged = await alternate({ ours: () => again(), floor }, rounds);
  const unasked = await alternate({ ours: () => again("--no-ask"), floor }, rounds);
  const reading: number[] = [];
  for (let round = 0; round < rounds; round++) reading.push(await timed(() => bare("read", ...READ)));
  const parts = [summary("all changed", changed), summary("nothing changed", unchanged), summary("unasked", unasked)];
  note(`${agents} agents: ${parts.join("; ")}; barely followed ${rounded(median(barelyFollowed))} ms`);
  return { changed, unchanged, unasked, reading, barelyFollowed, ...spent };
}

/** The same change of everything by `mcp sync`, until bare clients in place of the agents have read every document. */
async function measureBareFollowers({ effort }: BenchContext, agents: number): Promise<readonly number[]> {
  const scope = benchScope();
  try {
    const site = await startFleetSite(scope, { agents, bare: true });
    const times: number[] = [];
    for (let round = 0; round <= Math.ceil(ROUNDS * effort); round++) times.push(await changeBarely(site));
    return times.slice(1); // the first one makes everything
  } finally {
    await scope.end();
  }
}

async function changeBarely(site: FleetSite): Promise<number> {
  const { fleet, documents } = site;
  await site.change();
  const startedMs = performance.now();
  const read = fleet.whenAccepted(fleet.accepted() + documents);
  const [readMs] = await Promise.all([read, site.mcp("sync", "--json", "--force", "--no-ask")]); // forced: no node is known
  return readMs - startedMs;
}

/** Milliseconds from typing until the last agent has accepted; then waits until everything is at rest again. */
async function changeAll(site: FleetSite, spent: { agentsCpu: number[]; serverCpu: number[] }): Promise<number> {
  const { fleet, server, documents } = site;
  const seconds = () => ({
    agents: fleet.pids.reduce((sum, pid) => sum + cpuSeconds(pid), 0),
    server: cpuSeconds(server.pid),
  });
  await site.change();
  const before = seconds();
  const startedMs = performance.now();
  const [acceptedMs] = await Promise.all([
    fleet.whenAccepted(fleet.accepted() + documents),
    site.mcp("sync", "--json"),
  ]);
  const after = seconds();
  spent.agentsCpu.push(after.agents - before.agents);
  spent.serverCpu.push(after.server - before.server);
  await site.settled();
  return acceptedMs - startedMs;
}

/** As many values as there are documents, of their mean size. */
async function barePuts({ bus, documents }: FleetSite, bare: BareProgram): Promise<() => Promise<number>> {
  const sizes = (await bus.listDesired()).map(({ document }) => desiredCodec.encode(document).length);
  const bytes = Math.round(mean(sizes));
  return () => timed(() => bare("puts", String(documents), String(bytes)));
}

function summary(what: string, times: PairTimes): string {
  const { figure, medianMs, floorMs } = ratioOf(times);
  return `${what} ${rounded(figure.ratio)}× (${medianMs} ms against ${floorMs} ms)`;
}

function readingBound({ unasked, reading }: Measured): string {
  const ratio = rounded(median(reading) / median(unasked.floor));
  return `reading the four buckets that a sync needs, bare: ${ratio}× by itself; then definitions are read, and each document is checked, hashed and compared`;
}

/** The agents share the processors with the command here, as they never do in earnest. */
function boundOf(
  ratio: number,
  { agentsCpu, serverCpu, barelyFollowed, changed }: Measured,
): { bound: string } | object {
  if (ratio <= GOAL) return {};
  const [agents, server] = [rounded(median(agentsCpu)), rounded(median(serverCpu))];
  const bare = rounded(median(barelyFollowed) / median(changed.floor));
  return {
    bound: `this one machine: with bare clients that only read in place of agents ${bare}×; the agents spend ${agents} s of its processors meanwhile, the server ${server} s`,
  };
}
