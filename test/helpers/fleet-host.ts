/** One process of a simulated fleet: agents over pretended machines at the command of the process that forked it. */
import pLimit from "p-limit";
import { MemoryStore } from "../../src/agent/store/memory-store.ts";
import { connectNodeBus } from "../../src/bus/bus.ts";
import type { NodeBus } from "../../src/bus/ports/node-bus.ts";
import { nodeInbox } from "../../src/schemas/wire/rights.ts";
import { messageOf } from "../../src/values/error.ts";
import { FakeRuntime } from "../twin/fake-runtime.ts";
import { type SimulatedAgent, simulatedAgent } from "../twin/simulated-agent.ts";
import { answerBarely, followBarely } from "./bare-node.ts";
import { eventually } from "./eventually.ts";
import type { FleetMember, FleetOrder, FleetPlan, FromHost, MachineFacts, ToHost } from "./fleet-protocol.ts";

/** What outlives the agent of a node, and the agent while it runs. */
interface Machine {
  readonly runtime: FakeRuntime;
  readonly store: MemoryStore;
  running?: { readonly agent: SimulatedAgent; readonly bus: NodeBus };
}

/** Agents that connect at the same time: more, and the first of them would be late while the last are made. */
const STARTS_AT_ONCE = 50;

const machines = new Map<string, Machine>();
const accepted = { count: 0, told: 0 };

/** Tells of each accepted document: soon, and of those that came meanwhile in one word. */
class ToldStore extends MemoryStore {
  override async accept(...change: Parameters<MemoryStore["accept"]>): Promise<void> {
    await super.accept(...change);
    countAccepted();
  }
}

function countAccepted(): void {
  accepted.count += 1;
  if (accepted.count - accepted.told === 1) setImmediate(tellAccepted);
}

function tellAccepted(): void {
  accepted.told = accepted.count;
  say({ accepted: accepted.count });
}

function say(word: FromHost): void {
  process.send?.(word);
}

async function start({ node, creds }: FleetMember, plan: FleetPlan): Promise<void> {
  const machine = machines.get(node) ?? newMachine(plan);
  machines.set(node, machine);
  const settings = {
    servers: plan.servers,
    name: `mcp-agent ${node}`,
    inboxPrefix: nodeInbox(node),
    ...(creds === undefined ? {} : { creds }),
  };
  const bus = await connectNodeBus(settings, node, { onProblem: () => undefined });
  await eventually(() => bus.isConnected(), { what: `${node} is connected`, timeoutMs: 60_000 });
  const trust = plan.trust === undefined ? {} : { trust: plan.trust };
  const agent = await simulatedAgent({ node, bus, runtime: machine.runtime, store: machine.store, ...trust });
  machine.running = { agent, bus };
  await agent.ready;
}

function newMachine({ images, latencyMs }: FleetPlan): Machine {
  const runtime = new FakeRuntime({ latencyMs });
  for (const image of images) runtime.provide(image);
  return { runtime, store: new ToldStore() };
}

async function stop(node: string): Promise<void> {
  const machine = machineOf(node);
  const { running } = machine;
  delete machine.running;
  await running?.agent.stop();
  await running?.bus.close();
}

function look(node: string): MachineFacts {
  const { runtime } = machineOf(node);
  const running = [...runtime.containers.values()].filter(({ state }) => state === "running");
  return {
    node,
    images: [...runtime.images.keys()],
    running: running.map(({ name }) => name).sort(),
    containers: runtime.containers.size,
  };
}

async function drained(node: string): Promise<void> {
  const { store } = machineOf(node);
  const isDrained = async () => (await store.undeliveredCount()) === 0;
  await eventually(isDrained, { what: `${node} has delivered its events`, timeoutMs: 180_000, intervalMs: 100 });
}

function machineOf(node: string): Machine {
  const machine = machines.get(node);
  if (machine === undefined) throw new Error(`${node} was never started here`);
  return machine;
}

async function carryOut(order: FleetOrder): Promise<readonly MachineFacts[]> {
  const bound = pLimit(STARTS_AT_ONCE);
  switch (order.do) {
    case "start":
      await Promise.all(order.members.map((member) => bound(() => start(member, order.plan))));
      return [];
    case "stop":
      await Promise.all(order.nodes.map(stop));
      return [];
    case "look":
      return order.nodes.map(look);
    case "answer":
      await Promise.all(Array.from({ length: order.count }, () => bound(() => answerBarely(order.answer))));
      return [];
    case "follow": {
      const { servers, members } = order.follow;
      await Promise.all(members.map((member) => bound(() => followBarely(servers, member, countAccepted))));
      return [];
    }
    case "drain":
      await Promise.all(order.nodes.map(drained));
      return [];
  }
}

process.on("message", (order: ToHost) => {
  carryOut(order).then(
    (facts) => say({ id: order.id, facts }),
    (error: unknown) => say({ id: order.id, failure: messageOf(error) }),
  );
});
process.on("disconnect", () => process.exit());
