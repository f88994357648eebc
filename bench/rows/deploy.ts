/**
 * Row 1: `mcp deploy` of a service that is new, from typing to exit 0 with its container running, beside `podman run -d`
 * of the same image by the same user in the same (default) network. Cleaning up between two rounds is not counted.
 */
import { spawn } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { componentSpec } from "../../test/helpers/component-spec.ts";
import { eventually } from "../../test/helpers/eventually.ts";
import { tempDir } from "../../test/helpers/temp-dir.ts";
import { alternate, type PairTimes, ratioOf, timed } from "../alternate.ts";
import { createAndStart, removeContainer } from "../bare-container.ts";
import { type BenchNode, MCP, NODE, startBenchNode } from "../bench-node.ts";
import type { BenchContext, Row, RowResult } from "../row.ts";
import { ended } from "../run-program.ts";
import { median, rounded } from "../statistics.ts";

const ROUNDS = 15;

export const deployRow: Row = { id: "1", title: "mcp deploy beside podman run -d", run };

async function run({ scope, effort }: BenchContext): Promise<RowResult[]> {
  const node = await startBenchNode(scope);
  const services = join(await tempDir(scope, 0o755), "services");
  await mkdir(services);
  const env = { MCP_BUS_SERVERS: node.server.url, MCP_SERVICES_DIR: services };
  const counter = { n: 0 };
  const next = () => {
    counter.n += 1;
    return `web-${counter.n}`;
  };
  const ours = async () => {
    const name = next();
    await writeFile(join(services, `${name}.toml`), definition(name, node.images[0]));
    const ms = await timed(() => ended(node.podman.spawn(MCP, ["deploy", name], { env })));
    await demandRunning(node, name);
    await ended(node.podman.spawn(MCP, ["undeploy", name, "--yes"], { env }));
    return ms;
  };
  const floor = async () => {
    const name = next();
    const ms = await timed(() => ended(node.podman.spawn("podman", ["run", "-d", "--name", name, node.images[0]])));
    await demandRunning(node, name);
    await node.podman.podman("rm", "--force", name);
    return ms;
  };
  const rounds = Math.ceil(ROUNDS * effort);
  const times = await alternate({ ours, floor }, rounds);
  const least = await alternate({ ours: bareNode, floor: bareContainer(node) }, rounds);
  const words = { id: "1", name: "mcp deploy, until its container runs", floor: "podman run -d" };
  const result = { ...words, goal: { atMost: 1.3 }, ...ratioOf(times) };
  return [{ ...result, bound: boundOf(result.floorMs, least) }];
}

/** What every client of the bus loads of Node itself, and nothing else. */
const NODE_ALONE = ["node:tls", "node:crypto", "node:fs/promises"].map((name) => `require("${name}")`).join(";");
const bareNode = () => timed(() => ended(spawn(process.execPath, ["-e", NODE_ALONE])));

function bareContainer({ podman, images }: BenchNode) {
  const counter = { n: 0 };
  return async () => {
    counter.n += 1;
    const spec = componentSpec({ name: `bare-${counter.n}`, image: images[0] });
    const ms = await timed(() => createAndStart(podman.socketPath, spec));
    await removeContainer(podman.socketPath, spec.name);
    return ms;
  };
}

/** No program on Node that has podman's service start a container can be faster than both one after the other. */
function boundOf(floorMs: number, { ours, floor }: PairTimes): string {
  const [node, podman] = [median(ours), median(floor)];
  const ratio = rounded((node + podman) / floorMs);
  const program = "a Node program that loads `tls`, `crypto` and `fs`";
  return `${rounded(node)} ms of ${program} and ${rounded(podman)} ms of bare create + start: ${ratio}× by themselves`;
}

const definition = (name: string, image: string) =>
  `name = "${name}"\nnode = "${NODE}"\n[[components]]\nname = "${name}"\nimage = "${image}"\nmin_up = "0s"\n`;

/** Exit 0 must mean a running container. */
async function demandRunning({ podman }: BenchNode, name: string): Promise<void> {
  const state = async () => (await podman.podman("inspect", "--format", "{{.State.Status}}", name)).trim();
  await eventually(async () => (await state()) === "running", { what: `${name} runs`, timeoutMs: 1_000 });
}
