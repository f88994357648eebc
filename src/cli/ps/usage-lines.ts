/** What `mcp top` shows: a line for each node, then the containers in the order asked for. Pure. */
import type { TopContainer, TopNode, TopOutput } from "../../schemas/output/top-output.ts";
import { type Cell, styled } from "../../terminal/cell.ts";
import { ageText, sizeText } from "../output/age.ts";
import { type Columns, tableLines } from "../output/table.ts";
import { containerCell } from "../output/words.ts";
import { byNodeAndName, isManaged } from "./gather-containers.ts";

const COLUMNS: Columns = [
  "NODE",
  "SERVICE",
  "COMPONENT",
  "CPU",
  "MEMORY",
  { name: "PROCESSES", rank: 3 },
  { name: "STATE", rank: 1 },
  { name: "UPTIME", rank: 2 },
];

export const ORDERS = ["cpu", "memory", "name"] as const;
export type Order = (typeof ORDERS)[number];

const KEYS: Readonly<Record<Order, (container: TopContainer) => number>> = {
  cpu: ({ cpuPercent }) => cpuPercent ?? -1,
  memory: ({ usage }) => usage?.memoryBytes ?? -1,
  name: () => 0,
};

/** A line for each node, then the containers, those that use most first. @param width of the terminal; undefined: unlimited */
export function usageLines({ nodes, containers }: TopOutput, order: Order, width?: number): Cell[][] {
  const sorted = containers.toSorted((a, b) => KEYS[order](b) - KEYS[order](a) || byNodeAndName(a, b));
  return [...nodes.map(nodeLine), ...(sorted.length === 0 ? [] : tableLines(COLUMNS, sorted.map(row), width))];
}

function nodeLine({ node, load1, cpus, memoryBytes, memoryFreeBytes }: TopNode): Cell[] {
  const memory = `${sizeText(memoryBytes - memoryFreeBytes)} of ${sizeText(memoryBytes)}`;
  return [
    styled("bold", node),
    `: load ${load1.toFixed(2)} on ${cpus} ${cpus === 1 ? "core" : "cores"}, memory ${memory}`,
  ];
}

function row(container: TopContainer): Cell[] {
  const { node, service, component, name, cpuPercent, usage, state, uptimeMs } = container;
  return [
    node,
    isManaged(container) ? (service ?? "") : styled("dim", "(unmanaged)"),
    component ?? name,
    cpuPercent === undefined ? "-" : `${cpuPercent.toFixed(1)}%`,
    usage === undefined ? "-" : sizeText(usage.memoryBytes),
    usage === undefined ? "-" : usage.processes,
    containerCell(state),
    uptimeMs === undefined ? "-" : ageText(uptimeMs),
  ];
}
