/**
 * Runs one simulation: real agents, a bus and operators on one seeded clock. The same seed and schedule give the same
 * trace, step by step.
 */
import { randomUUID } from "node:crypto";
import type { TrustSettings } from "../../src/agent/state/settings.ts";
import type { DesiredService } from "../../src/schemas/service/desired.ts";
import type { AgentReply, RequestBody } from "../../src/schemas/wire/request.ts";
import { signRequest } from "../../src/trust/proof.ts";
import { present } from "../../src/values/present.ts";
import type { Turn } from "../twin/conduct.ts";
import { NEVER } from "../twin/never.ts";
import { type Act, actText, NODES, type NodeId, OPERATORS, type OperatorId } from "./acts.ts";
import { befall } from "./befall.ts";
import { BusFaults } from "./bus-faults.ts";
import { closeWorld } from "./closed-world.ts";
import { mixed } from "./dice.ts";
import { BUSY_MS, drawSchedule, type Profile } from "./draw-schedule.ts";
import { Invariants, type Violation } from "./invariants.ts";
import { isNode, SimBus } from "./sim-bus.ts";
import { ISSUER, keysOf } from "./sim-keys.ts";
import { SimNode } from "./sim-node.ts";
import { SimOperator } from "./sim-operator.ts";
import { STRAY, specFor } from "./sim-spec.ts";
import { SimClock, SimTime } from "./sim-time.ts";

export interface Run {
  readonly seed: number;
  readonly profile: Profile;
  /** Drawn from the seed unless given. */
  readonly acts?: readonly Act[];
}

export interface Outcome extends Required<Run> {
  readonly violation: Violation | undefined;
  readonly trace: readonly string[];
  readonly leaks: ReadonlyMap<string, number>;
}

/** When everything that can go wrong is over, and the longest delay of the agents after that. */
const CALM_MS = BUSY_MS + 70_000;
const END_MS = CALM_MS + 330_000;
const COMPARE_MS = 5_000;
const STRAY_NAME = "stray-by-hand";

export async function simulate({ seed, profile, acts = drawSchedule(seed, profile) }: Run): Promise<Outcome> {
  const world = new Simulation(seed, profile);
  const closed = closeWorld(seed, world.time.now);
  try {
    const violation = await world.run(acts);
    return { seed, profile, acts, violation, trace: world.trace, leaks: closed.leaks };
  } finally {
    closed.open();
  }
}

class Simulation {
  readonly time = new SimTime();
  readonly trace: string[] = [];
  readonly #seed: number;
  readonly #profile: Profile;
  readonly #bus: SimBus;
  readonly #nodes: ReadonlyMap<NodeId, SimNode>;
  readonly #operators: ReadonlyMap<OperatorId, SimOperator>;
  readonly #clocks = new Map<string, SimClock>();
  readonly #invariants: Invariants;
  readonly #counts = new Map<string, number>();
  readonly #restarts = new Map<string, number>();
  readonly #faults = new BusFaults();
  #disturbedUntilMs = 0;
  #violation: Violation | undefined;
  #isCalm = false;

  constructor(seed: number, profile: Profile) {
    this.#seed = seed;
    this.#profile = profile;
    const turn = (subject: string, verb: string) => this.#turn(subject, verb);
    this.#bus = new SimBus(this.time, {
      conduct: (node, verb) => this.#faults.next(node, verb, turn(`${node} bus`, verb)),
      wakeMs: (node, service) => turn(`${node} wake`, service).beforeMs,
    });
    this.#nodes = new Map(NODES.map((name) => [name, this.#node(name, turn)]));
    this.#operators = new Map(OPERATORS.map((id) => [id, this.#operator(id)]));
    this.#invariants = new Invariants({
      ...{ time: this.time, bus: this.#bus, nodes: [...this.#nodes.values()] },
      disturbedUntilMs: () => this.#disturbedUntilMs,
      restartAskedMs: (node, service) => this.#restarts.get(`${node} ${service}`) ?? 0,
      onViolation: (violation) => {
        this.#violation ??= violation;
      },
    });
    this.#bus.onWrite = (document, replaced) => this.#invariants.written(document, replaced);
    this.#bus.nodes.onEvent = (event) => {
      this.#note(`${event.node} event ${event.sequence} ${event.kind}: ${event.message}`);
      this.#invariants.published(event);
    };
    this.#bus.onReport = ({ node, service, state, accepted, appliedGeneration: applied, blocked }) =>
      this.#note(
        `${node} reports ${service} ${state} accepted=${accepted?.generation} applied=${applied}${blocked.map((b) => ` ${b.reason}:${b.component}`).join("")}`,
      );
  }

  async run(acts: readonly Act[]): Promise<Violation | undefined> {
    for (const node of this.#nodes.values()) node.start();
    for (const { runtime } of this.#nodes.values()) {
      runtime.addForeign("somebody-elses");
      runtime.addForeign(STRAY_NAME, { spec: STRAY });
    }
    for (const act of acts) void this.#at(act.atMs, () => this.#act(act));
    void this.#at(CALM_MS, () => this.#calmDown());
    void this.#compare();
    await this.time.run(END_MS, () => {
      this.#invariants.step();
      return this.#violation === undefined;
    });
    if (this.#violation === undefined) await this.#invariants.atRest();
    this.#violation ??= this.#failed;
    for (const node of this.#nodes.values()) node.die(0);
    return this.#violation;
  }

  /** A defect of what is simulated: something threw what nobody expects. */
  #failed: Violation | undefined;

  async #at(ms: number, work: () => void | Promise<void>): Promise<void> {
    await this.time.sleep(ms - this.time.sinceMs, NEVER);
    try {
      await work();
    } catch (error) {
      this.#violation ??= {
        rule: "no-defect",
        text: String(error instanceof Error ? error.stack : error),
        atMs: this.time.sinceMs,
      };
    }
  }

  async #compare(): Promise<void> {
    for (;;) {
      await this.time.sleep(COMPARE_MS, NEVER);
      await this.#invariants.compareStatus();
    }
  }

  #calmDown(): void {
    this.#isCalm = true;
    this.#note("calm");
    this.#bus.nodes.losesWakes = false;
    this.#faults.forgive();
    for (const node of this.#nodes.values()) {
      node.calm();
      node.heal();
      node.runtime.startService();
    }
    for (const operator of this.#operators.values()) operator.isCut = false;
    this.#disturb(0);
  }

  #disturb(forMs: number): void {
    this.#disturbedUntilMs = Math.max(this.#disturbedUntilMs, this.time.now() + forMs);
  }

  #node(name: NodeId, turn: (subject: string, verb: string) => Turn): SimNode {
    const keys = { signers: [ISSUER.publicKey], exchange: [] };
    const trust: TrustSettings = { ...keys, exchangeRole: "operator", exchangeLifeMs: 7_200_000 };
    const node = new SimNode(name, {
      ...{ seed: this.#seed, time: this.time, bus: this.#bus.nodes, trust, turn },
      onAsked: (asker, verb, container) => {
        this.#note(`${name} podman ${verb} ${container.name} ${container.image} ${container.state}`);
        this.#invariants.asked(asker, verb, container);
      },
    });
    node.store.onAccept = (document, floor) => {
      this.#note(`${name} accepts ${document.service} ${document.generation} by ${document.author}`);
      this.#invariants.accepted(node, document, floor);
    };
    this.#clocks.set(name, node.clock);
    return node;
  }

  #operator(id: OperatorId): SimOperator {
    const keys = keysOf(id);
    const clock = new SimClock(this.time, this.#seed, id);
    this.#clocks.set(id, clock);
    const turn = (verb: string) => this.#faults.next(id, verb, this.#turn(`${id} bus`, verb));
    const distance = { isCut: () => operator.isCut, turn };
    const bus = this.#bus.operatorBus(keys, distance);
    const operator: SimOperator = new SimOperator({
      ...{ id, keys, bus, clock },
      trace: (text) => this.#note(text),
      onForced: (writeId) => this.#invariants.forces(writeId),
      onSeen: (document) => this.#invariants.sees(keys.author, document),
    });
    return operator;
  }

  async #act(act: Act): Promise<void> {
    this.#note(`act ${actText(act)}`);
    this.#disturb("forMs" in act ? act.forMs : "downMs" in act ? act.downMs : 0);
    switch (act.kind) {
      case "deploy":
      case "undeploy":
      case "stop":
      case "start":
      case "retry":
      case "adopt":
        return await this.#write(act);
      case "exchange":
        return await this.#exchange(act);
      case "restart":
        this.#restarts.set(`${act.node} ${act.service}`, this.time.now());
        return void this.#ask(act.node, { verb: "restart", service: act.service });
      case "ask":
        return void this.#ask(act.node, this.#question(act), act.operator);
      case "bus-fails":
        return this.#faults.plan(act);
      case "reseed":
        return await this.#reseed(act.operator);
      case "rollback":
        this.#bus.rollBack(act.ageMs);
        return await this.#reconnectAll();
      case "partition":
        return await this.#partition(act.who, act.forMs);
      case "lose-wakes":
        return await this.#loseWakes(act.forMs);
      case "clock":
        return this.#setClock(act.who, act.stepMs);
      default:
        return befall(this.#required(act.node), act);
    }
  }

  async #write(act: Extract<Act, { force: boolean }>): Promise<void> {
    const { kind: command, operator, node, service, force } = act;
    const spec = act.kind === "deploy" ? { spec: specFor(service, act.version, act) } : {};
    const stray = act.kind === "adopt" ? present({ stray: this.#stray(node) }) : {};
    await this.#operators.get(operator)?.change({ command, node, service, force, ...spec, ...stray });
  }

  /** The container that somebody made by hand, while it runs under its name. */
  #stray(name: NodeId) {
    const container = this.#required(name).runtime.byName(STRAY_NAME);
    return container?.state === "running" ? { id: container.id, spec: STRAY } : undefined;
  }

  #question({ question }: Extract<Act, { kind: "ask" }>): RequestBody {
    if (question === "ps" || question === "images") return { verb: question };
    return { verb: "logs", service: "web", follow: question === "follow-logs", tail: 5 };
  }

  async #exchange({ operator, node, versions, ports, minUpMs }: Extract<Act, { kind: "exchange" }>): Promise<void> {
    const order = { command: "deploy", node, force: true, isPartOfSync: true } as const;
    for (const service of ["web", "shop"] as const)
      await this.#operators
        .get(operator)
        ?.change({ ...order, service, spec: specFor(service, versions[service], { minUpMs, ports }) });
  }

  #setClock(who: NodeId | OperatorId, stepMs: number): void {
    const clock = this.#clocks.get(who);
    if (clock !== undefined) clock.offsetMs += stepMs;
  }

  async #partition(who: NodeId | OperatorId, forMs: number): Promise<void> {
    const node = isNode(who) ? this.#nodes.get(who) : undefined;
    const operator = isNode(who) ? undefined : this.#operators.get(who);
    node?.cut();
    if (operator !== undefined) operator.isCut = true;
    await this.time.sleep(forMs, NEVER);
    node?.heal();
    if (operator !== undefined) operator.isCut = false;
  }

  async #loseWakes(forMs: number): Promise<void> {
    this.#bus.nodes.losesWakes = true;
    await this.time.sleep(forMs, NEVER);
    this.#bus.nodes.losesWakes = false;
  }

  async #reconnectAll(): Promise<void> {
    const reached = [...this.#nodes.values()].filter(({ isCut }) => !isCut);
    for (const node of reached) node.cut();
    await this.time.sleep(1_000, NEVER);
    for (const node of reached) node.heal();
  }

  async #reseed(id: OperatorId): Promise<void> {
    const offers: DesiredService[] = [];
    for (const node of NODES) {
      const replies = await Promise.race([this.#ask(node, { verb: "accepted" }), this.time.sleep(3_000, NEVER)]);
      for (const { body } of replies ?? []) if (body?.verb === "accepted") offers.push(...body.documents);
    }
    await this.#operators.get(id)?.reseed(offers);
  }

  async #ask(node: NodeId, body: RequestBody, by: OperatorId = "alice"): Promise<AgentReply[]> {
    const operator = this.#operators.get(by);
    if (operator === undefined || this.#required(node).isCut || !this.#required(node).isUp) return [];
    const at = new Date(this.time.now()).toISOString();
    const request = { version: 1, id: randomUUID(), node, author: operator.keys.author, at, body } as const;
    const replies = await this.#bus.nodes.send(node, signRequest(request, operator.keys));
    const boot = replies[0]?.error?.boot;
    const again = { ...request, ...(boot === undefined ? {} : { boot }) };
    return boot === undefined ? replies : await this.#bus.nodes.send(node, signRequest(again, operator.keys));
  }

  /** How one call goes: what it takes follows from the seed and from which call it is. */
  #turn(subject: string, verb: string): Turn {
    const key = `${subject} ${verb}`;
    const count = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, count);
    const chance = mixed(this.#seed, key, count) / 2 ** 32;
    const isSlow = this.#profile === "wild" && !this.#isCalm && chance > 0.95;
    const longest = isSlow ? (chance > 0.995 ? 20_000 : 2_000) : subject.endsWith("store") ? 4 : 60;
    const spread = mixed(this.#seed, key, count, "ms");
    return { beforeMs: 1 + (spread % longest), afterMs: (spread >>> 8) % 20 };
  }

  #required(name: NodeId): SimNode {
    const node = this.#nodes.get(name);
    if (node === undefined) throw new Error(`there is no node ${name}`);
    return node;
  }

  #note(text: string): void {
    this.trace.push(`${(this.time.sinceMs / 1000).toFixed(3)} ${text}`);
  }
}
