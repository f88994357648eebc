/**
 * A fleet at rest, and the workstation that commands it: so many simulated agents on a bus, services on each, and `mcp`
 * as a program with definitions of its own.
 */
import { spawn } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { eventually } from "../../test/helpers/eventually.ts";
import type { Scope } from "../../test/helpers/scope.ts";
import { type SimulatedFleet, simulatedFleet } from "../../test/helpers/simulated-fleet.ts";
import { tempDir } from "../../test/helpers/temp-dir.ts";
import { MCP } from "../bench-node.ts";
import { ended } from "../run-program.ts";
import { type FleetBus, startFleetBus } from "./fleet-bus.ts";

/** Services that every node has. */
export const SERVICES = ["gateway", "metrics", "shipper"] as const;
const AGENTS_A_PROCESS = 250;
/** What a call to podman takes in the mean: a list 20 ms, a create 60, a start 170. */
const PODMAN_MS = 50;
const VERSIONS = 64;
const imageOf = (version: number) => `registry.example.net/app:v${version}`;

export interface FleetSite extends FleetBus {
  readonly nodes: readonly string[];
  /** All agents but those that can be made to hang. */
  readonly fleet: SimulatedFleet;
  readonly hanging: SimulatedFleet | undefined;
  /** How many documents stand on the bus. */
  readonly documents: number;
  /** Writes the next version of every definition: after it, every spec differs from what stands on the bus. */
  change(): Promise<void>;
  /** For `mcp`. */
  readonly env: NodeJS.ProcessEnv;
  /** Runs `mcp` to its end; gives what it printed. */
  mcp(...args: readonly string[]): Promise<string>;
  /** Resolves when every service has converged at its newest generation and nothing is left to tell. */
  settled(): Promise<void>;
}

export interface SiteOptions {
  readonly agents: number;
  /** One definition a service that names all nodes, or (true) one definition for each service of each node. */
  readonly apart?: boolean;
  /** So many of them live in processes of their own. */
  readonly hanging?: number;
  /** Bare clients in place of agents, which only read what they are woken for. */
  readonly bare?: boolean;
}

export async function startFleetSite(scope: Scope, options: SiteOptions): Promise<FleetSite> {
  const { agents, apart = false, hanging: hangingCount = 0, bare = false } = options;
  const nodes = Array.from({ length: agents }, (_, index) => `n${String(index).padStart(4, "0")}`);
  const bus = await startFleetBus(scope, nodes);
  const [most, rest] = [bus.members.slice(hangingCount), bus.members.slice(0, hangingCount)];
  const fleet = await startAgents(scope, bus, most, bare);
  const hanging = rest.length === 0 ? undefined : await startAgents(scope, bus, rest);
  const home = await tempDir(scope);
  const services = join(home, "services");
  await mkdir(services);
  const env = {
    PATH: process.env["PATH"],
    HOME: home,
    MCP_SERVICES_DIR: services,
    MCP_BUS_SERVERS: bus.server.url,
    ...(bus.operator === undefined ? {} : { MCP_BUS_CREDS: bus.operator.creds }),
  };
  const state = { version: 0 };
  const documents = agents * SERVICES.length;
  return {
    ...bus,
    nodes,
    fleet,
    hanging,
    documents,
    change: async () => {
      state.version = (state.version + 1) % VERSIONS;
      const texts = definitions(nodes, { apart, image: imageOf(state.version) });
      await Promise.all([...texts].map(([name, text]) => writeFile(join(services, `${name}.toml`), text)));
    },
    env,
    mcp: (...args) => ended(spawn(MCP, args, { env })),
    settled: async () => {
      await settled(bus, documents);
      await fleet.drained(most.map(({ node }) => node));
    },
  };
}

async function startAgents(
  scope: Scope,
  { server, operator }: FleetBus,
  members: FleetBus["members"],
  bare = false,
): Promise<SimulatedFleet> {
  const images = Array.from({ length: VERSIONS }, (_, version) => imageOf(version));
  const processes = Math.ceil(members.length / AGENTS_A_PROCESS);
  const trust = operator === undefined ? {} : { trust: operator.trust };
  const fleet = simulatedFleet(scope, { servers: [server.url], processes, images, latencyMs: PODMAN_MS, ...trust });
  await (bare ? fleet.followBarely(members) : fleet.start(members));
  return fleet;
}

function definitions(
  nodes: readonly string[],
  { apart, image }: { readonly apart: boolean; readonly image: string },
): Map<string, string> {
  const places = SERVICES.flatMap((service): [string, readonly string[]][] =>
    apart ? nodes.map((node) => [`${service}-${node}`, [node]]) : [[service, nodes]],
  );
  return new Map(places.map(([name, on]) => [name, definition(name, on, image)]));
}

/** As long as definitions are: a port, two volumes, some environment. */
const definition = (name: string, nodes: readonly string[], image: string) => `name = "${name}"
nodes = ${JSON.stringify(nodes)}

[[components]]
name = "main"
image = "${image}"
restart = "unless-stopped"
user = "1000:1000"
volumes = ["${name}-data:/var/lib/${name}", "${name}-cache:/var/cache/${name}"]
env = ["LOG_LEVEL=info", "LISTEN=0.0.0.0:8080", "DATA_DIR=/var/lib/${name}"]
cmd = ["serve", "--config", "/etc/${name}/config.yaml"]
labels = { team = "platform", tier = "base" }
memory = "256m"
min_up = "0s"
`;

async function settled({ bus }: FleetBus, documents: number): Promise<void> {
  const isSettled = async () => {
    const [desired, observed] = await Promise.all([bus.listDesired(), bus.listObserved()]);
    const newest = new Map(desired.map(({ document: d }) => [`${d.node} ${d.service}`, d.generation]));
    const done = observed.filter(
      ({ value: o }) => o.state === "converged" && o.appliedGeneration === newest.get(`${o.node} ${o.service}`),
    );
    return done.length === documents;
  };
  await eventually(isSettled, { what: "the fleet has settled", timeoutMs: 180_000, intervalMs: 250 });
}
