/** One node as an operator has it: rootless podman with the test images, the built agent beside it, a bus. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Daemon, startDaemon } from "../test/helpers/daemon.ts";
import { eventually } from "../test/helpers/eventually.ts";
import { pushTestImages } from "../test/helpers/images.ts";
import { startRegistry } from "../test/helpers/registry.ts";
import { type PodmanNode, startPodmanNode } from "../test/helpers/rootless.ts";
import type { Scope } from "../test/helpers/scope.ts";
import { type BenchBus, startBenchBus } from "./bench-bus.ts";

/** The project whose programs are measured; another build can be named to compare it. */
const ROOT = process.env["MCP_BENCH_ROOT"] ?? fileURLToPath(new URL("..", import.meta.url));
export const MCP = join(ROOT, "bin/mcp");
export const MCP_AGENT = join(ROOT, "bin/mcp-agent");

/** The node's name. */
export const NODE = "bench";

export interface BenchNode extends BenchBus {
  readonly podman: PodmanNode;
  readonly agent: Daemon;
  /** Of a small server, in two versions; both are on the node. */
  readonly images: readonly [first: string, second: string];
}

export interface BenchNodeOptions {
  /** More variables for the agent. */
  readonly env?: Readonly<Record<string, string>>;
  /** What the agent gets in place of podman's socket. */
  socketFor?(podmanSocketPath: string): Promise<string>;
}

export async function startBenchNode(scope: Scope, options: BenchNodeOptions = {}): Promise<BenchNode> {
  const [bus, registry] = await Promise.all([startBenchBus(scope), startRegistry(scope)]);
  const pushed = await pushTestImages(registry.address);
  const images = [pushed["hello:v1"].reference, pushed["hello:v2"].reference] as const;
  const podman = await startPodmanNode(scope, { plainHttpRegistries: [registry.address] });
  for (const image of images) await podman.podman("pull", "--quiet", image);
  const socketPath = (await options.socketFor?.(podman.socketPath)) ?? podman.socketPath;
  const agent = await startAgent(scope, { podman, bus, socketPath, env: options.env ?? {} });
  await eventually(() => bus.bus.readPresence(NODE), { what: "the agent's presence" });
  return { ...bus, podman, agent, images };
}

interface AgentPlace {
  readonly podman: PodmanNode;
  readonly bus: BenchBus;
  readonly socketPath: string;
  readonly env: Readonly<Record<string, string>>;
}

async function startAgent(scope: Scope, { podman, bus, socketPath, env }: AgentPlace): Promise<Daemon> {
  const agent = await startDaemon({
    command: MCP_AGENT,
    args: ["server"],
    ready: /compared with podman/,
    cwd: podman.dir,
    ...podman.ids,
    env: {
      ...podman.env,
      MCP_AGENT_NODE: NODE,
      MCP_AGENT_BUS_SERVERS: bus.server.url,
      MCP_AGENT_STORE_PATH: `${podman.dir}/store/mcp.db`,
      MCP_AGENT_PODMAN_SOCKET: socketPath,
      MCP_AGENT_FILES_ROOT: podman.dir,
      ...env,
    },
  });
  scope.after(async () => {
    agent.signal("SIGTERM");
    await agent.ended;
  });
  return agent;
}

/** Waits until the node reports this service as its desired state has it, at `generation` or later. */
export async function converged({ bus }: BenchBus, service: string, generation = 1): Promise<void> {
  const over = new AbortController();
  const late = AbortSignal.timeout(60_000);
  for await (const report of bus.followObserved(NODE, service, AbortSignal.any([over.signal, late]))) {
    if (report.appliedGeneration >= generation && ["converged", "stopped", "removed"].includes(report.state)) return;
  }
  throw new Error(`${service} did not converge`);
}
