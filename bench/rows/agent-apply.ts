/**
 * Row 2: desired state written to the bus until the container runs, beside the same container created and started over
 * podman's socket with nothing around it. Both end with podman's own `start` event at the same subscriber of its socket,
 * since that is when the container runs; the node's report follows.
 */
import { createBody } from "../../src/agent/runtime/podman-translate.ts";
import { LABEL } from "../../src/schemas/labels.ts";
import { specHash } from "../../src/schemas/spec-hash.ts";
import { componentSpec } from "../../test/helpers/component-spec.ts";
import { podmanRest } from "../../test/helpers/podman-rest.ts";
import { alternate, ratioOf } from "../alternate.ts";
import { firstDocument, tombstoneOf } from "../bench-bus.ts";
import { converged, NODE, startBenchNode } from "../bench-node.ts";
import { watchPodmanEvents } from "../podman-event-watch.ts";
import type { BenchContext, Row, RowResult } from "../row.ts";

const ROUNDS = 30;

export const agentApplyRow: Row = { id: "2", title: "desired state to running container beside create + start", run };

async function run({ scope, effort }: BenchContext): Promise<RowResult[]> {
  const node = await startBenchNode(scope);
  const { socketPath } = node.podman;
  const podman = await watchPodmanEvents(scope, socketPath);
  const counter = { n: 0 };
  const nextSpec = () => {
    counter.n += 1;
    return componentSpec({ name: `web-${counter.n}`, image: node.images[0] });
  };
  const ours = async () => {
    const spec = nextSpec();
    const document = firstDocument(NODE, spec);
    const running = podman.next(`start ${spec.name}`);
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
    const { name } = spec;
    const body = createBody({ name, spec, aliases: [name], labels: labelsLikeOurs(spec) });
    const running = podman.next(`start ${name}`);
    const startedMs = performance.now();
    await rest(socketPath, "POST", "/containers/create", body);
    await rest(socketPath, "POST", `/containers/${name}/start`);
    const ms = (await running) - startedMs;
    await rest(socketPath, "DELETE", `/containers/${name}?force=true&timeout=0`);
    return ms;
  };
  const times = await alternate({ ours, floor }, Math.ceil(ROUNDS * effort));
  const words = { id: "2", name: "agent: desired state written to container running", floor: "create + start, bare" };
  return [{ ...words, goal: { atMost: 1.15 }, ...ratioOf(times) }];
}

/** As many labels as the agent sets, with values of the same length, but none that would make the container the agent's. */
function labelsLikeOurs(spec: Parameters<typeof specHash>[0]): Record<string, string> {
  return Object.fromEntries(Object.values(LABEL).map((key) => [key.replace("mcp.", "own."), specHash(spec)]));
}

async function rest(socketPath: string, method: string, path: string, body?: unknown): Promise<void> {
  const answer = await podmanRest(socketPath, method, path, body);
  if (answer.status >= 300)
    throw new Error(`podman ${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
}
