/**
 * Row 2: desired state written to the bus until the container runs, beside the same container created and started over
 * podman's socket with nothing around it. It runs when podman answers `start`: both go through a socket that notes when
 * that answer passes. (Podman's `start` event would come up to 250 ms later, podman-socket-tap.ts says why.)
 */
import { componentSpec } from "../../test/helpers/component-spec.ts";
import { alternate, ratioOf, series } from "../alternate.ts";
import { createAndStart, removeContainer } from "../bare-container.ts";
import { bareTold } from "../bare-told.ts";
import { firstDocument, tombstoneOf } from "../bench-bus.ts";
import { converged, NODE } from "../bench-node.ts";
import { STARTED } from "../podman-socket-tap.ts";
import type { BenchContext, Row, RowResult } from "../row.ts";
import { median, rounded } from "../statistics.ts";
import { startTappedNode } from "../tapped-node.ts";

const ROUNDS = 30;

export const agentApplyRow: Row = { id: "2", title: "desired state to running container beside create + start", run };

async function run({ scope, effort }: BenchContext): Promise<RowResult[]> {
  const { node, tap } = await startTappedNode(scope);
  const counter = { n: 0 };
  const nextSpec = () => {
    counter.n += 1;
    return componentSpec({ name: `web-${counter.n}`, image: node.images[0] });
  };
  const ours = async () => {
    const spec = nextSpec();
    const document = firstDocument(NODE, spec);
    const running = tap.arrivals.next(STARTED);
    const startedMs = performance.now();
    const revision = await node.bus.writeDesired(document, 0);
    const ms = (await running) - startedMs;
    await converged(node, spec.name);
    await node.bus.writeDesired(tombstoneOf(document), revision);
    await converged(node, spec.name, 2);
    return ms;
  };
  const floor = async () => {
    const spec = nextSpec();
    const running = tap.arrivals.next(STARTED);
    const startedMs = performance.now();
    await createAndStart(tap.socketPath, spec);
    const ms = (await running) - startedMs;
    await removeContainer(tap.socketPath, spec.name);
    return ms;
  };
  const times = await alternate({ ours, floor }, Math.ceil(ROUNDS * effort));
  const told = await series(await bareTold(scope, node), Math.ceil(ROUNDS * effort));
  const words = { id: "2", name: "agent: desired state written to container running", floor: "create + start, bare" };
  const result = { ...words, goal: { atMost: 1.15 }, ...ratioOf(times) };
  return [{ ...result, bound: boundOf(result.floorMs, median(told)) }];
}

function boundOf(floorMs: number, toldMs: number): string {
  const ratio = rounded((toldMs + floorMs) / floorMs);
  return `${rounded(toldMs)} ms of bus (write, wake-up, read), commit and list beside it: ${ratio}× by themselves`;
}
