/**
 * Row 10: one pass over everything that a node has, when there is nothing to do: 500 running containers listed, compared
 * with what is wanted, and nothing done. Beside it the one list call to podman that any such pass needs. The agent's own
 * sweep, in this process, over real podman and the real store.
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type AgentParts, type AgentPorts, createParts } from "../../src/agent/composition/create-parts.ts";
import { Podman } from "../../src/agent/runtime/podman/podman.ts";
import { systemClock } from "../../src/agent/state/clock.ts";
import { openStore } from "../../src/agent/store/open-store.ts";
import { compareAll, type SweepPorts } from "../../src/agent/watch/sweep.ts";
import type { DesiredPresent } from "../../src/schemas/service/desired.ts";
import { LABEL } from "../../src/schemas/service/labels.ts";
import { documentHash } from "../../src/schemas/service/spec-hash.ts";
import { silentLog } from "../../src/service/logger.ts";
import { componentSpec } from "../../test/helpers/component-spec.ts";
import { eventually } from "../../test/helpers/eventually.ts";
import { pushTestImages } from "../../test/helpers/images.ts";
import { podmanRest } from "../../test/helpers/podman-rest.ts";
import { startRegistry } from "../../test/helpers/registry.ts";
import { type PodmanNode, startPodmanNode } from "../../test/helpers/rootless.ts";
import type { Scope } from "../../test/helpers/scope.ts";
import { tempDir } from "../../test/helpers/temp-dir.ts";
import { MemoryBus } from "../../test/twin/memory-bus.ts";
import { alternate, ratioOf, timed } from "../alternate.ts";
import { firstDocument } from "../bench-bus.ts";
import { NODE } from "../bench-node.ts";
import type { BenchContext, Row, RowResult } from "../row.ts";

const SERVICES = 100;
const COMPONENTS = 5;
const CONTAINERS = SERVICES * COMPONENTS;
const ROUNDS = 15;
/** Containers made at the same time while the row is set up. */
const PARALLEL = 8;
const SETUP_TIMEOUT_MS = 1_200_000;

export const reconcilePassRow: Row = {
  id: "10",
  title: `a pass over ${CONTAINERS} containers beside one podman list`,
  run,
};

async function run({ scope, effort, note }: BenchContext): Promise<RowResult[]> {
  const { sweep, socketPath } = await convergedNode(scope, note);
  const filters = encodeURIComponent(JSON.stringify({ label: [`${LABEL.node}=${NODE}`] }));
  const list = async () => {
    const { body } = await podmanRest(socketPath, "GET", `/containers/json?all=true&filters=${filters}`);
    if (!Array.isArray(body) || body.length !== CONTAINERS) throw new Error("podman lists something else");
  };
  const over = new AbortController();
  const ours = () => timed(() => compareAll(sweep, over.signal));
  const times = await alternate({ ours, floor: () => timed(list) }, Math.ceil(ROUNDS * effort));
  return [
    {
      id: "10",
      name: `a pass over ${CONTAINERS} converged containers`,
      floor: "one podman list",
      goal: { atMost: 1.3 },
      ...ratioOf(times),
    },
  ];
}

interface ConvergedNode {
  readonly sweep: SweepPorts;
  readonly socketPath: string;
}

async function convergedNode(scope: Scope, note: BenchContext["note"]): Promise<ConvergedNode> {
  const registry = await startRegistry(scope);
  const image = (await pushTestImages(registry.address))["hello:v1"].reference;
  const podman = await startPodmanNode(scope, { plainHttpRegistries: [registry.address], service: false });
  await withoutKeyrings(podman);
  await podman.startService();
  await podman.podman("pull", "--quiet", image);
  const parts = await agentParts(scope, podman.socketPath);
  const { services } = parts.core;
  parts.reconciling.begin({ memory: true, cpus: true });
  const documents = Array.from({ length: SERVICES }, (_, index) => serviceDocument(index, image));
  for (const document of documents) {
    await services.accept(document, { generation: 1, hash: documentHash(document) }, []);
    parts.reconciling.accepted(document.service);
  }
  const memories = () => documents.map(({ service }) => services.get(service)?.memory);
  const failure = () => memories().find((memory) => memory?.failure !== undefined)?.failure;
  const isDone = () => memories().every((memory) => memory?.appliedGeneration === 1);
  const what = `${CONTAINERS} containers run`;
  await eventually(() => failure() ?? isDone(), { what, timeoutMs: SETUP_TIMEOUT_MS, intervalMs: 500 });
  const failed = failure();
  if (failed !== undefined) throw new Error(`${failed.component} did not come up: ${failed.message}`);
  note(`${CONTAINERS} containers run`);
  return { sweep: sweepPorts(parts), socketPath: podman.socketPath };
}

/** The kernel allows a user 200 keys, and podman takes one for each container that runs unless it is told not to. */
async function withoutKeyrings({ env }: PodmanNode): Promise<void> {
  const path = env["CONTAINERS_CONF"];
  if (path === undefined) throw new Error("the node has no containers.conf of its own");
  const text = await readFile(path, "utf8");
  await writeFile(path, text.replace("[containers]\n", "[containers]\nkeyring = false\n"));
}

/** Without the agent's loops: nothing sweeps but the row. */
async function agentParts(scope: Scope, socketPath: string): Promise<AgentParts> {
  const work = new AbortController();
  const runtime = new Podman({ socketPath });
  const store = await openStore(join(await tempDir(scope), "mcp.db"), { onRebuilt: () => undefined });
  scope.after(async () => {
    work.abort();
    await runtime.close();
    await store.close();
  });
  const ports: AgentPorts = {
    node: NODE,
    bus: new MemoryBus().nodeBus(NODE),
    store,
    runtime,
    clock: systemClock,
    log: silentLog(),
    env: {},
    sweepMs: 60_000,
    parallel: PARALLEL,
    filesRoot: "/",
    disk: async () => ({}),
    acceptIdentity: true,
    onFatal: fail,
  };
  return await createParts(ports, { work: work.signal, delivery: work.signal });
}

function sweepPorts({ core, sync, reconciling }: AgentParts): SweepPorts {
  return {
    node: core.ports.node,
    runtime: core.runtime,
    clock: core.ports.clock,
    services: core.services,
    sync,
    makeEvent: core.makeEvent,
    reconciler: reconciling.reconciler,
    isBusConnected: () => false,
    onOrphans: async () => undefined,
    checkSettings: reconciling.settings.check,
    checkImages: async () => undefined,
    onContainers: () => undefined,
    onEvents: async () => undefined,
    onError: fail,
  };
}

function fail(error: unknown): never {
  throw error;
}

function serviceDocument(index: number, image: string): DesiredPresent {
  const name = `web-${index}`;
  const components = Array.from({ length: COMPONENTS }, (_, n) =>
    componentSpec({ name: `c${n}`, image, network: "none" }),
  );
  const [first] = components;
  if (first === undefined) throw new Error("a service without components");
  const document = firstDocument(NODE, first);
  return { ...document, service: name, spec: { ...document.spec, name, components } };
}
