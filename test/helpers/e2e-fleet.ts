/**
 * A whole fleet of real parts for one test file: nats-server in operator mode, a registry with the test images, two
 * enrolled nodes (`rift` and `orion`) with rootless podman and an agent each, and two operators (`alice` and `bob`) at
 * workstations of their own.
 */
import { connectOperatorBus } from "../../src/bus/bus.ts";
import type { OperatorBus } from "../../src/bus/ports/operator-bus.ts";
import { present } from "../../src/values/present.ts";
import { createFleetNode, type FleetNode } from "./fleet-node.ts";
import { pushTestImages, type TestImage } from "./images.ts";
import { type OperatorServer, startOperatorServer } from "./operator-server.ts";
import { type Registry, startRegistry } from "./registry.ts";
import { type PodmanNode, startPodmanNodes } from "./rootless.ts";
import type { Scope } from "./scope.ts";
import { createWorkstation, type Workstation } from "./workstation.ts";

export interface Fleet {
  readonly bus: OperatorServer;
  readonly registry: Registry;
  /** References by name: `images["hello:v1"]`. */
  readonly images: Readonly<Record<TestImage, string>>;
  readonly rift: FleetNode;
  readonly orion: FleetNode;
  readonly alice: Workstation;
  readonly bob: Workstation;
  /** Our own client, for what no command shows. The caller closes it. */
  operatorBus(): Promise<OperatorBus>;
}

export interface FleetOptions {
  /** Agents started at once; default both. */
  readonly agents?: readonly ("rift" | "orion")[];
  /** More lines of agent.toml. */
  readonly settings?: string;
  /** The stores get file systems of their own of this size. */
  readonly storeBytes?: number;
  /** False leaves the podman services to the agents. */
  readonly podmanServices?: boolean;
}

export const SKIP =
  (process.env["MCP_TEST_SKIP"] ?? "").split(",").some((word) => ["podman", "nats"].includes(word)) &&
  "MCP_TEST_SKIP names podman or nats";

export async function startFleet(scope: Scope, options: FleetOptions = {}): Promise<Fleet> {
  const { agents = ["rift", "orion"], settings = "", podmanServices = true } = options;
  process.setMaxListeners(64); // each part of the fleet ends itself when this process exits
  const [bus, registry] = await Promise.all([startOperatorServer(scope, { provision: false }), startRegistry(scope)]);
  const servers = [bus.url];
  const podmanOptions = { plainHttpRegistries: [registry.address], service: podmanServices };
  const operator = async (name: string) => ({ name, creds: await bus.breakGlass(name) });
  const [pushed, [first, second], alice, bob] = await Promise.all([
    pushTestImages(registry.address),
    startPodmanNodes(scope, 2, podmanOptions),
    createWorkstation(scope, { servers, operator: await operator("alice"), uid: 61_001 }),
    createWorkstation(scope, { servers, operator: await operator("bob"), uid: 61_002 }),
  ]);
  if (first === undefined || second === undefined) throw new Error("two nodes were asked for");
  const provisioned = await alice.mcp("bus", "provision");
  if (provisioned.code !== 0) throw new Error(`provisioning failed: ${provisioned.stderr}`);
  const tester = await bus.breakGlass("tester");
  const enrolled = async (name: string, podman: PodmanNode) => {
    const { creds } = await bus.node(name);
    const lines = `[trust]\nsigners = ["${bus.identity["break-glass"].publicKey}"]\n${settings}`;
    const { storeBytes } = options;
    return await createFleetNode(scope, { name, podman, servers, creds, settings: lines, ...present({ storeBytes }) });
  };
  const rift = await enrolled("rift", first);
  const orion = await enrolled("orion", second);
  const started = [rift, orion].filter(({ name }) => agents.some((agent) => agent === name));
  await Promise.all(started.map(({ agent }) => agent.start()));
  return {
    bus,
    registry,
    rift,
    orion,
    alice,
    bob,
    images: Object.fromEntries(
      Object.entries(pushed).map(([name, { reference }]) => [name, reference]),
    ) as Fleet["images"],
    operatorBus: () => connectOperatorBus(bus.settings(tester), { author: "tester@workstation" }),
  };
}

/** A definition with one component `api` that counts as up after 0.2 s; `more` are further lines of the component. */
export function oneComponent(service: string, image: string, more = "", node = "rift"): string {
  return `name = "${service}"
node = "${node}"

[[components]]
name = "api"
image = "${image}"
min_up = "200ms"
${more}
`;
}
