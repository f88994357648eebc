/** Reads what `status` and `list` show of the fleet: three buckets, without asking an agent. */

import type { Aged, OperatorBus } from "../../bus/ports/operator-bus.ts";
import type { NodeLiveness } from "../../schemas/output/liveness-output.ts";
import type { Presence } from "../../schemas/wire/presence.ts";
import { McpError } from "../../values/error.ts";
import type { NodeName } from "../../values/names.ts";
import { didYouMean } from "../../values/nearest.ts";
import { quoted } from "../../values/quoted.ts";
import { readNodeLiveness } from "../status/node-liveness.ts";
import type { FleetView } from "../status/summarize.ts";

export async function readFleet(bus: OperatorBus, nowMs: number): Promise<FleetView> {
  const { reportsOnly = false } = bus;
  const listed = reportsOnly ? NOTHING : bus.listAllDesired();
  const [desired, observed, presence] = await Promise.all([listed, bus.listObserved(), bus.listPresence()]);
  const { documents, junk } = desired;
  return { desired: documents.map(({ document }) => document), junk, reportsOnly, observed, presence, nowMs };
}

const NOTHING = { documents: [], junk: [] };

export interface KnownNodes {
  /** Every node the bus knows: enrolled, or seen. */
  readonly nodes: readonly NodeLiveness[];
  /** Their last presence. */
  readonly presence: readonly Aged<Presence>[];
  /** Of enrolled nodes. */
  readonly incarnations: ReadonlyMap<NodeName, string | undefined>;
}

export async function readKnownNodes(bus: OperatorBus): Promise<KnownNodes> {
  const [presence, records] = await Promise.all([bus.listPresence(), bus.listNodes()]);
  const incarnations = new Map(records.map(({ node, incarnation }) => [node, incarnation]));
  return { nodes: readNodeLiveness(presence, incarnations.keys()), presence, incarnations };
}

/** Every node the bus knows: enrolled, or seen. */
export async function readNodes(bus: OperatorBus): Promise<readonly NodeLiveness[]> {
  return (await readKnownNodes(bus)).nodes;
}

/** @throws McpError E_NOT_FOUND with the nearest name when `node` is not one of these. */
export function requireNode(node: NodeName, known: readonly NodeLiveness[]): NodeLiveness {
  const found = known.find((one) => one.node === node);
  if (found !== undefined) return found;
  const names = known.map((one) => one.node);
  throw new McpError("E_NOT_FOUND", `the bus knows no node ${quoted(node)}${didYouMean(node, names)}`, {
    hint: "`mcp node list` shows the nodes",
  });
}
