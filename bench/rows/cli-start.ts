/** Row 8: how long the CLI takes to say its version, and to list 30 services of three nodes from a real bus. */
import { spawn } from "node:child_process";
import { componentSpec } from "../../test/helpers/component-spec.ts";
import { alternate, ratioOf, timed } from "../alternate.ts";
import { firstDocument, startBenchBus } from "../bench-bus.ts";
import { MCP } from "../bench-node.ts";
import type { BenchContext, Row, RowResult } from "../row.ts";
import { ended } from "../run-program.ts";

const ROUNDS = 25;
const SERVICES_PER_NODE = 10;

export const cliStartRow: Row = {
  id: "8",
  title: "start of the CLI against an empty node program",
  run: async (context) => [await version(context), await list(context)],
};

const bareNode = () => timed(() => ended(spawn(process.execPath, ["-e", "0"])));

async function version({ effort }: BenchContext): Promise<RowResult> {
  const ours = () => timed(() => ended(spawn(MCP, ["--version"])));
  const times = await alternate({ ours, floor: bareNode }, Math.ceil(ROUNDS * effort));
  return { id: "8a", name: "mcp --version", floor: "node -e 0", goal: { atMost: 1.5 }, ...ratioOf(times) };
}

async function list({ scope, effort }: BenchContext): Promise<RowResult> {
  const { server, bus } = await startBenchBus(scope);
  for (const node of ["rift", "orion", "vega"]) {
    for (let i = 0; i < SERVICES_PER_NODE; i++) {
      const component = componentSpec({ name: `web-${i}`, image: "registry.example.net/web:v1" });
      await bus.writeDesired(firstDocument(node, component), 0);
    }
  }
  const env = { PATH: process.env["PATH"], HOME: "/nonexistent", MCP_BUS_SERVERS: server.url };
  const ours = () => timed(async () => void (await ended(spawn(MCP, ["list"], { env }))));
  const times = await alternate({ ours, floor: bareNode }, Math.ceil(ROUNDS * effort));
  return { id: "8b", name: "mcp list, 30 services", floor: "node -e 0", goal: { atMost: 3 }, ...ratioOf(times) };
}
