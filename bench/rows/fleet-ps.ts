/**
 * Row 5: `mcp ps` over a fleet of which a tenth hangs (its processes stopped in their tracks a moment ago, so that it
 * still looks alive), from typing to exit 0. Beside it a bare client that asks once and gathers as many answers of the
 * same size from as many bare connections, or the deadline after which silent nodes are given up where that is longer.
 */
import type { PsOutput } from "../../src/schemas/output/ps-output.ts";
import { alternate, ratioOf, timed } from "../alternate.ts";
import type { BenchScope } from "../bench-scope.ts";
import { bareProgram } from "../fleet/bare-program.ts";
import { type FleetSite, SERVICES, startFleetSite } from "../fleet/fleet-site.ts";
import { ASK_SUBJECT } from "../fleet/floor-names.ts";
import { atEachSize, growthOf, headlineSize } from "../fleet/growth.ts";
import type { BenchContext, Row, RowResult } from "../row.ts";
import { median, rounded } from "../statistics.ts";

const ROUNDS = 7;
/** `mcp ps --help` states it. */
const DEADLINE_MS = 1_500;
const MAX_SECONDS = 2;

export const fleetPsRow: Row = {
  id: "5",
  title: "mcp ps over a fleet, a tenth of it silent, beside a bare gather",
  run,
};

async function run(context: BenchContext): Promise<RowResult[]> {
  const measured = await atEachSize(context, (agents, scope) => measure(context, { agents, scope }));
  const size = headlineSize(measured.map(({ agents }) => agents));
  const times = measured.find(({ agents }) => agents === size)?.value;
  if (times === undefined) throw new Error(`${size} agents were not measured`);
  const result = ratioOf(times);
  const growth = growthOf(measured.map(({ agents, value }) => ({ agents, value: value.ours })));
  const name = `mcp ps, ${size} agents, ${silentOf(size)} of them silent`;
  return [
    {
      id: "5a",
      name,
      floor: `bare gather, ${DEADLINE_MS} ms deadline at least`,
      goal: { atMost: 1.5 },
      ...result,
      details: { ...result.details, ...growth },
    },
    {
      id: "5b",
      name: `${name}: time`,
      figure: { amount: median(times.ours) / 1000, unit: "s" },
      goal: { atMost: MAX_SECONDS },
      samples: times.ours.length,
    },
  ];
}

const silentOf = (agents: number) => Math.max(1, Math.floor(agents / 10));

async function measure(
  { effort, note }: BenchContext,
  { agents, scope }: { readonly agents: number; readonly scope: BenchScope },
) {
  const silent = silentOf(agents);
  const site = await startFleetSite(scope, { agents, hanging: silent });
  await site.change();
  await site.mcp("sync", "--json");
  await site.settled();
  const bare = await bareProgram(scope, site);
  const { server, creds } = site;
  const bytes = await answerBytes(site);
  const answer = { servers: [server.url], subject: ASK_SUBJECT, bytes, ...(creds === undefined ? {} : { creds }) };
  await site.fleet.answerBarely(agents - silent, answer);
  const floor = async () => Math.max(DEADLINE_MS, await timed(() => bare("gather", String(agents - silent))));
  const times = await alternate({ ours: () => psWithSilent(site, silent), floor }, Math.ceil(ROUNDS * effort));
  const { figure, medianMs, floorMs } = ratioOf(times);
  note(`${agents} agents, ${bytes} bytes each: ${rounded(figure.ratio)}× (${medianMs} ms against ${floorMs} ms)`);
  return times;
}

async function psWithSilent({ mcp, hanging, nodes }: FleetSite, silent: number): Promise<number> {
  hanging?.freeze();
  try {
    const printed: string[] = [];
    const ms = await timed(async () => void printed.push(await mcp("ps", "--json")));
    const { answered } = JSON.parse(printed[0] ?? "") as PsOutput;
    if (answered.length !== nodes.length - silent) throw new Error(`${answered.length} nodes answered`);
    return ms;
  } finally {
    hanging?.thaw();
  }
}

/** Of the containers that a node answers with. */
async function answerBytes({ mcp, nodes }: FleetSite): Promise<number> {
  const { containers } = JSON.parse(await mcp("ps", "--json", "--node", nodes.at(-1) ?? "")) as PsOutput;
  if (containers.length !== SERVICES.length) throw new Error(`a node has ${containers.length} containers`);
  return Buffer.byteLength(JSON.stringify(containers));
}
