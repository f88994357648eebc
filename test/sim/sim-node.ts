/**
 * A machine of a simulation: podman's twin and a store that outlive its agents, the real agent on its own clock, and what
 * befalls them. An agent that is killed asks for nothing more, and gets no answer.
 */
import type { TrustSettings } from "../../src/agent/state/settings.ts";
import { MemoryStore } from "../../src/agent/store/memory-store.ts";
import type { ServiceMemory, Store } from "../../src/agent/store/store.ts";
import type { DesiredService, StateRef } from "../../src/schemas/service/desired.ts";
import { LABEL } from "../../src/schemas/service/labels.ts";
import { McpError } from "../../src/values/error.ts";
import { present } from "../../src/values/present.ts";
import type { Fault, Turn } from "../twin/conduct.ts";
import { type FakeContainer, isServing } from "../twin/fake-containers.ts";
import { type ContainerVerb, FakeRuntime } from "../twin/fake-runtime.ts";
import { intercept } from "../twin/intercept.ts";
import type { MemoryBus } from "../twin/memory-bus.ts";
import { Life } from "../twin/mortal.ts";
import { NEVER } from "../twin/never.ts";
import { type SimulatedAgent, simulatedAgent } from "../twin/simulated-agent.ts";
import { BUS_VERBS, type Nature, RUNTIME_VERBS, STORE_VERBS } from "../twin/verbs.ts";
import type { Act, NodeId } from "./acts.ts";
import { Dice } from "./dice.ts";
import { IMAGES, imageName } from "./sim-spec.ts";
import { SimClock, type SimTime } from "./sim-time.ts";

/** What a node accepted, and since when, in simulated time. */
export interface Accepted {
  readonly document: DesiredService;
  readonly ref: StateRef;
  readonly sinceMs: number;
}

class SimStore extends MemoryStore {
  readonly accepted = new Map<string, Accepted>();
  /** The state before the accepted one. */
  readonly before = new Map<string, Accepted>();
  readonly memories = new Map<string, ServiceMemory>();
  readonly #time: SimTime;
  onAccept: (document: DesiredService, floor: Accepted | undefined) => void = () => undefined;

  constructor(time: SimTime) {
    super();
    this.#time = time;
  }

  override async accept(...given: Parameters<Store["accept"]>): Promise<void> {
    const [document, ref, memory] = given;
    await super.accept(...given);
    const floor = this.accepted.get(document.service);
    if (floor !== undefined) this.before.set(document.service, floor);
    this.accepted.set(document.service, { document, ref, sinceMs: this.#time.now() });
    this.memories.set(document.service, memory);
    this.onAccept(document, floor);
  }

  override async remember(...given: Parameters<Store["remember"]>): Promise<void> {
    await super.remember(...given);
    this.memories.set(given[0], given[1]);
  }
}

export interface NodePorts {
  readonly seed: number;
  readonly time: SimTime;
  readonly bus: MemoryBus;
  readonly trust: TrustSettings | undefined;
  turn(subject: string, verb: string): Turn;
  onAsked(node: SimNode, verb: ContainerVerb, container: FakeContainer): void;
}

export class SimNode {
  readonly name: NodeId;
  readonly clock: SimClock;
  readonly runtime: FakeRuntime;
  readonly store: SimStore;
  /** Simulated time at which the health check of a component failed last, and until which it fails. */
  readonly #sick = new Map<string, number>();
  /** Simulated time until which the disk is full. */
  #fullUntilMs = 0;
  readonly #ports: NodePorts;
  #life: Life | undefined;
  #agent: SimulatedAgent | undefined;
  /** Reasons why it is not to run now. */
  #down = 0;
  /** What made it impossible to continue. */
  fatal: readonly unknown[] = [];
  /** True while it cannot reach the bus. */
  isCut = false;

  constructor(name: NodeId, ports: NodePorts) {
    const { time, seed, turn } = ports;
    this.name = name;
    this.#ports = ports;
    this.clock = new SimClock(time, seed, name);
    this.store = new SimStore(time);
    const ids = new Dice(seed, name, "ids");
    this.runtime = new FakeRuntime({
      ...{ now: this.clock.now, sleep: time.sleep, newId: () => ids.hex(64), deadlineMs: 15_000 },
      conduct: (verb) => turn(`${name} podman`, verb),
      onAsked: (verb, id) => {
        const container = this.runtime.containers.get(id);
        if (container !== undefined) ports.onAsked(this, verb, container);
      },
    });
    const exec = ([, checked = ""]: readonly string[]) => (this.sickUntilMs(checked) > time.now() ? 1 : 0);
    for (const [image, behavior] of Object.entries(IMAGES))
      this.runtime.provide(imageName(image as keyof typeof IMAGES), { ...behavior, exec });
  }

  get isUp(): boolean {
    return this.#life !== undefined && !this.#life.isDead;
  }

  start(): void {
    if (this.#down > 0 || this.isUp) return;
    const life = new Life();
    this.#life = life;
    this.#agent = undefined;
    const { bus, trust } = this.#ports;
    const isConnected = !this.isCut;
    const agent = simulatedAgent({
      node: this.name,
      clock: this.clock,
      bus: life.port(bus.nodeBus(this.name, isConnected), BUS_VERBS),
      runtime: life.port(this.runtime, RUNTIME_VERBS),
      store: life.port(this.#slow(this.store), STORE_VERBS),
      ...present({ trust }),
    });
    void agent.then((started) => {
      if (life.isDead) return void started.stop();
      this.#agent = started;
      this.fatal = started.fatal;
    });
  }

  cut(): void {
    this.isCut = true;
    if (this.#life !== undefined) this.#ports.bus.disconnect(this.name);
  }

  heal(): void {
    this.isCut = false;
    if (this.#life !== undefined) this.#ports.bus.connect(this.name);
  }

  /** Kills the agent at once; it is started again after `downMs`. */
  die(downMs: number, againAfter?: number): void {
    const life = this.#life;
    if (life === undefined || life.isDead) return;
    life.end();
    this.#ended(downMs, againAfter);
  }

  #ended(downMs: number, againAfter: number | undefined): void {
    this.#ports.bus.disconnect(this.name);
    void this.#agent?.stop(); // ends its loops; nothing that it asks for is heard
    this.down(downMs, () => {
      this.start();
      if (againAfter !== undefined) this.dieAt({ change: againAfter, moment: "after", downMs });
    });
  }

  /** Kills it at a change from now on. */
  dieAt(own: { change: number; moment: "before" | "after"; downMs: number; againAfter?: number | undefined }): void {
    const { change, moment, downMs, againAfter } = own;
    this.#life?.dieAt({ change, moment, onDeath: () => this.#ended(downMs, againAfter) });
  }

  /** Keeps the agent from running for this long. */
  down(ms: number, back: () => void): void {
    this.#down += 1;
    void this.#ports.time.sleep(ms, NEVER).then(() => {
      this.#down -= 1;
      back();
    });
  }

  fillDisk(forMs: number): void {
    this.#fullUntilMs = Math.max(this.#fullUntilMs, this.#ports.time.now() + forMs);
  }

  /** The component's health check fails for this long. */
  fallSick({ service, component, forMs }: Extract<Act, { kind: "sick" }>): void {
    this.#sick.set(`${service}/${component}`, this.#ports.time.now() + forMs);
  }

  /** Simulated time until which the health check of `service/component` fails, or failed; 0 if it never did. */
  sickUntilMs(checked: string): number {
    return this.#sick.get(checked) ?? 0;
  }

  /** Kills a container's conmon; its process ends later, and nobody writes that down. */
  unwatch(id: string, endsMs: number): void {
    this.runtime.killConmon(id);
    void this.#ports.time.sleep(endsMs, NEVER).then(() => {
      if (this.runtime.containers.get(id)?.unwatched === "alive") this.runtime.crash(id, 137);
    });
  }

  /** Podman's service is down for so long; the agent is not. */
  losePodman(ms: number): void {
    this.runtime.killService();
    void this.#ports.time.sleep(ms, NEVER).then(() => this.runtime.startService());
  }

  /** Power is lost: nothing runs any more, and the machine comes back with another boot id. */
  reboot(downMs: number): void {
    this.die(downMs);
    this.runtime.powerCut();
    void this.store.setFact("machine-boot", "another boot");
    void this.#ports.time.sleep(downMs, NEVER).then(() => this.runtime.startService());
  }

  /** Ends everything that goes wrong. */
  calm(): void {
    this.#life?.spare();
    this.#fullUntilMs = 0;
    for (const [checked, untilMs] of this.#sick) this.#sick.set(checked, Math.min(untilMs, this.#ports.time.now()));
    this.clock.offsetMs = Math.max(this.clock.offsetMs, 0);
    this.runtime.forgive();
  }

  container(act: Extract<Act, { component: string }>): FakeContainer | undefined {
    const all = [...this.runtime.containers.values()].filter(
      ({ labels }) => labels[LABEL.service] === act.service && labels[LABEL.component] === act.component,
    );
    return all.find(isServing) ?? all[0];
  }

  #slow(store: Store): Store {
    const { time, turn } = this.#ports;
    return intercept(store, (verb) => natureOf(STORE_VERBS, verb) !== "local", {
      before: async (verb) => {
        const { beforeMs } = turn(`${this.name} store`, verb);
        if (beforeMs > 0) await time.sleep(beforeMs, NEVER);
        if (this.#fullUntilMs <= time.now() || natureOf(STORE_VERBS, verb) !== "changes") return;
        throw new McpError("E_STORE", "cannot write to the store: no space left on device");
      },
    });
  }
}

/** A plan of podman's faults. */
export function faultOf(how: Extract<Act, { kind: "refuse" }>["how"], verb: string): Fault {
  const error = new McpError("E_RUNTIME", `${verb}: refused by the simulation`);
  if (how === "error") return error;
  return how === "late" ? { late: error } : how;
}

function natureOf(verbs: Readonly<Record<string, Nature>>, verb: string): Nature {
  return verbs[verb] ?? "local";
}
