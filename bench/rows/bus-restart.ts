/**
 * Row 11: the bus is killed under a fleet and started again; every spec changes while nobody is connected yet. From the
 * moment the server takes clients until every agent is back and has accepted the change; afterwards, consumers that
 * nobody uses are counted.
 */
import { eventually } from "../../test/helpers/eventually.ts";
import { timed } from "../alternate.ts";
import type { BenchScope } from "../bench-scope.ts";
import { startFleetSite } from "../fleet/fleet-site.ts";
import { atEachSize, growthOf, headlineSize } from "../fleet/growth.ts";
import { countConsumers } from "../fleet/streams.ts";
import type { BenchContext, Row, RowResult } from "../row.ts";
import { median, rounded } from "../statistics.ts";

const ROUNDS = 3;
const MAX_SECONDS = 60;
/** The server removes a consumer that nobody used for 15 s. */
const UNUSED_TIMEOUT_MS = 40_000;

export const busRestartRow: Row = { id: "11", title: "bus restart under a fleet, until all is in sync again", run };

interface Measured {
  readonly times: readonly number[];
  readonly leaked: number;
}

async function run(context: BenchContext): Promise<RowResult[]> {
  const measured = await atEachSize(context, (agents, scope) => measure(context, { agents, scope }));
  const size = headlineSize(measured.map(({ agents }) => agents));
  const at = measured.find(({ agents }) => agents === size)?.value;
  if (at === undefined) throw new Error(`${size} agents were not measured`);
  const growth = growthOf(measured.map(({ agents, value }) => ({ agents, value: value.times })));
  return [
    {
      id: "11a",
      name: `bus killed and started under ${size} agents, until all are in sync`,
      figure: { amount: median(at.times) / 1000, unit: "s" },
      goal: { atMost: MAX_SECONDS },
      samples: at.times.length,
      details: growth,
    },
    {
      id: "11b",
      name: "the same: consumers left on the bus",
      figure: { amount: at.leaked, unit: "consumers" },
      goal: { atMost: 0 },
      samples: 1,
    },
  ];
}

async function measure(
  { effort, note }: BenchContext,
  { agents, scope }: { readonly agents: number; readonly scope: BenchScope },
): Promise<Measured> {
  const site = await startFleetSite(scope, { agents });
  await site.change();
  await site.mcp("sync", "--json");
  await site.settled();
  const times: number[] = [];
  for (let round = 0; round < Math.max(1, Math.round(ROUNDS * effort)); round++) {
    await site.change();
    const inSync = site.fleet.accepted() + site.documents;
    await site.server.kill9();
    await site.server.restart();
    times.push(
      await timed(() =>
        Promise.all([site.fleet.whenAccepted(inSync, 3 * MAX_SECONDS * 1000), site.mcp("sync", "--json", "--no-ask")]),
      ),
    );
    await site.settled();
  }
  const leaked = await unusedConsumers(site);
  note(`${agents} agents: ${times.map((ms) => `${rounded(ms / 1000)} s`).join(", ")}; ${leaked} consumers left`);
  return { times, leaked };
}

async function unusedConsumers(site: Parameters<typeof countConsumers>[0]): Promise<number> {
  const gone = async () => (await countConsumers(site)) === 0;
  await eventually(gone, { what: "no consumer", timeoutMs: UNUSED_TIMEOUT_MS, intervalMs: 500 }).catch(() => undefined);
  return await countConsumers(site);
}
