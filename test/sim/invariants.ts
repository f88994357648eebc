/**
 * What must hold in every simulation, after every step and at every act of an agent. The first violation ends the run. Pure
 * observation: nothing here changes the world.
 */
import { adoptions } from "../../src/agent/desired/adoptions.ts";
import { type DesiredService, isTombstone, type StateRef } from "../../src/schemas/service/desired.ts";
import { LABEL } from "../../src/schemas/service/labels.ts";
import type { ObservedService } from "../../src/schemas/service/observed.ts";
import type { ComponentSpec } from "../../src/schemas/service/spec.ts";
import { documentHash, serviceHash, specHash } from "../../src/schemas/service/spec-hash.ts";
import type { McpEvent } from "../../src/schemas/wire/event.ts";
import { type FakeContainer, isAlive, isServing } from "../twin/fake-containers.ts";
import type { ContainerVerb } from "../twin/fake-runtime.ts";
import type { SimBus } from "./sim-bus.ts";
import type { Accepted, SimNode } from "./sim-node.ts";
import { isGoodImage } from "./sim-spec.ts";
import type { SimTime } from "./sim-time.ts";

export type Rule =
  | "keeps-serving"
  | "one-writer"
  | "foreign-untouched"
  | "stays-stopped"
  | "never-back"
  | "proven-descent"
  | "events-once-in-order"
  | "no-lost-write"
  | "honest-status"
  | "comes-to-rest"
  | "no-defect";

export interface Violation {
  readonly rule: Rule;
  readonly text: string;
  readonly atMs: number;
}

export interface WatchedWorld {
  readonly time: SimTime;
  readonly bus: SimBus;
  readonly nodes: readonly SimNode[];
  /** Simulated time until which something may be disturbed. */
  disturbedUntilMs(): number;
  /** Simulated time of the last request to restart a service on a node. */
  restartAskedMs(node: string, service: string): number;
  onViolation(violation: Violation): void;
}

/** A pass that began under the state before may still act for so long. */
const OVERTAKEN_MS = 10_000;
/** After a stop was accepted, nothing may be started any more. */
const STOPPED_MS = 60_000;
/** A sweep comes after 72 s at the latest, and then something is done and reported. */
const NOTICED_MS = 150_000;
const RESTART_MS = 60_000;
/** An agent may act on a failed health check for so long after the last one. */
const SICK_MS = 60_000;
/** A container that is undone sooner is one that did not come up. */
const SERVED_MS = 1_000;

export class Invariants {
  readonly #world: WatchedWorld;
  readonly #sequences = new Map<string, number>();
  readonly #known = new Map<string, Set<string>>();
  readonly #everWritten = new Set<string>();
  readonly #forced = new Set<string>();
  readonly #dishonestSinceMs = new Map<string, number>();

  constructor(world: WatchedWorld) {
    this.#world = world;
  }

  /** An agent asks podman to change a container. */
  asked(node: SimNode, verb: ContainerVerb, container: FakeContainer): void {
    const { [LABEL.service]: service, [LABEL.component]: component } = labelsOf(node, container);
    if (service === undefined || component === undefined) {
      this.#broken("foreign-untouched", `${node.name}: ${verb} of ${container.name}, which is somebody else's`);
      return;
    }
    const accepted = node.store.accepted.get(service);
    if (accepted === undefined) return;
    const what = `${node.name}: ${verb} of ${container.name} (${container.image}, ${container.state})`;
    if (verb === "start" && isInactive(accepted) && this.#age(accepted.sinceMs) > STOPPED_MS)
      this.#broken("stays-stopped", `${what}, though generation ${accepted.ref.generation} is stopped`);
    if ((verb === "stop" || verb === "remove") && this.#isLast(node, container, verb, accepted))
      this.#broken("keeps-serving", `${what}, the last one that serves ${service}/${component}`);
  }

  #isLast(node: SimNode, container: FakeContainer, verb: "stop" | "remove", accepted: Accepted): boolean {
    const { [LABEL.service]: service = "", [LABEL.component]: component = "" } = labelsOf(node, container);
    if (this.#age(node.sickUntilMs(`${service}/${component}`)) < SICK_MS) return false;
    if (!isServing(container) || !wants(accepted.document, component)) return false;
    if (node.clock.now() - container.startedAtMs < SERVED_MS) return false; // it never served
    if (this.#age(accepted.sinceMs) < OVERTAKEN_MS && !wasWanted(node, service, component)) return false;
    if (this.#age(this.#world.restartAskedMs(node.name, service)) < RESTART_MS) return false;
    const others = containersOf(node, service, component).filter((other) => other !== container);
    if (others.some(isServing)) return false;
    const canFollow = ({ state, image }: FakeContainer) =>
      (state === "created" || state === "exited") && (verb === "stop" || isGoodImage(image));
    return !others.some(canFollow);
  }

  accepted(node: SimNode, document: DesiredService, floor: Accepted | undefined): void {
    if (floor === undefined) return;
    const what = `${node.name} accepted ${document.service} generation ${document.generation} over ${floor.ref.generation}`;
    if (document.generation <= floor.ref.generation) this.#broken("never-back", what);
    else if (!this.#descends(document, floor.ref))
      this.#broken("proven-descent", `${what}, which it is not built upon`);
  }

  #descends(document: DesiredService, floor: StateRef): boolean {
    for (let at: DesiredService | undefined = document; at !== undefined; ) {
      const { base, force }: DesiredService = at;
      if (force?.hash === floor.hash || base?.hash === floor.hash) return true;
      at = base === null ? undefined : this.#world.bus.written.get(base.hash);
    }
    return false;
  }

  /** The stream of events has stored one. */
  published(event: McpEvent): void {
    const last = this.#sequences.get(event.node) ?? 0;
    this.#sequences.set(event.node, event.sequence);
    if (event.sequence !== last + 1)
      this.#broken("events-once-in-order", `${event.node}: event ${event.sequence} (${event.kind}) follows ${last}`);
  }

  /** An operator's write has replaced a document. */
  written(document: DesiredService, replaced: DesiredService | undefined): void {
    if (this.#everWritten.has(documentHash(document))) return; // put back after it was lost
    this.#everWritten.add(documentHash(document));
    const known = this.#known.get(document.author) ?? new Set();
    this.#known.set(document.author, known);
    const isWhole = document.command === "deploy" && !isTombstone(document);
    const wasSeen = replaced === undefined || isNoLoss(document, replaced) || known.has(documentHash(replaced));
    if (document.base?.hash !== (replaced && documentHash(replaced)) && isWhole)
      this.#broken(
        "no-lost-write",
        `${document.author} wrote generation ${document.generation} upon what is not there`,
      );
    known.add(documentHash(document));
    if (replaced === undefined || wasSeen || !isWhole || this.#forced.has(document.writeId)) return;
    const what = `${document.service}@${document.node} generation ${replaced.generation} of ${replaced.author}`;
    this.#broken("no-lost-write", `${document.author} overwrote ${what} without having seen it`);
  }

  /** An operator forces this write. */
  forces(writeId: string): void {
    this.#forced.add(writeId);
  }

  /** An operator was shown this state. */
  sees(author: string, document: DesiredService): void {
    const known = this.#known.get(author) ?? new Set();
    this.#known.set(author, known.add(documentHash(document)));
  }

  step(): void {
    for (const node of this.#world.nodes) {
      this.#writers(node);
      for (const error of node.fatal) this.#broken("no-defect", `${node.name}: ${String(error)}`);
    }
  }

  #writers(node: SimNode): void {
    const writers = new Map<string, FakeContainer>();
    for (const container of node.runtime.containers.values()) {
      if (container.request === undefined || !isAlive(container)) continue;
      for (const { kind, source, readOnly } of container.request.spec.volumes) {
        if (kind !== "volume" || readOnly) continue;
        const other = writers.get(source);
        if (other !== undefined) {
          this.#broken("one-writer", `${node.name}: ${other.name} and ${container.name} both write to ${source}`);
        }
        writers.set(source, container);
      }
    }
  }

  /** Compares what operators read with what is so. Call it from time to time. */
  async compareStatus(): Promise<void> {
    for (const report of await this.#world.bus.reports()) {
      const node = this.#world.nodes.find(({ name }) => name === report.node);
      if (node === undefined) continue;
      const key = `${report.node} ${report.service}`;
      const lie = node.isUp && !node.isCut ? lieOf(node, report) : undefined;
      if (lie === undefined) this.#dishonestSinceMs.delete(key);
      else if (!this.#dishonestSinceMs.has(key)) this.#dishonestSinceMs.set(key, this.#world.time.now());
      const sinceMs = this.#dishonestSinceMs.get(key);
      if (sinceMs === undefined) continue;
      if (this.#age(Math.max(sinceMs, this.#world.disturbedUntilMs())) > NOTICED_MS)
        this.#broken("honest-status", `${key}: it says ${report.state}, but ${lie}`);
    }
  }

  /** When nothing has gone wrong for long. */
  async atRest(): Promise<void> {
    await this.compareStatus();
    for (const node of this.#world.nodes) {
      if (!node.isUp) this.#broken("comes-to-rest", `${node.name}: its agent does not run`);
      const oldest = await node.store.nextUndelivered();
      if (oldest !== undefined && node.clock.now() - Date.parse(oldest.at) > NOTICED_MS)
        this.#broken("events-once-in-order", `${node.name}: event ${oldest.sequence} was never delivered`);
      for (const accepted of node.store.accepted.values()) this.#restOf(node, accepted);
    }
  }

  #restOf(node: SimNode, { document, ref }: Accepted): void {
    const report = this.#world.bus.nodes.report(document.service, node.name);
    const where = `${node.name} ${document.service} generation ${ref.generation}`;
    if (report === undefined) {
      this.#broken("comes-to-rest", `${where}: it was never reported`);
      return;
    }
    const said = `${report.state}; ${report.blocked.map(({ reason, message }) => `${reason}: ${message}`).join("; ")}`;
    if (report.state === "progressing") this.#broken("comes-to-rest", `${where}: it is still ${said}`);
    if (isTombstone(document)) return;
    for (const component of document.spec.active ? document.spec.components : []) {
      if (isServed(node, document.service, component.name)) continue;
      const reasons = report.blocked.filter((b) => b.component === component.name).map(({ reason }) => reason);
      const wasSick = node.sickUntilMs(`${document.service}/${component.name}`) > 0;
      if (reasons.includes("fight") || (wasSick && reasons.includes("failed"))) continue;
      if (neverHadIt(node, report, component)) continue;
      const once = containersOf(node, document.service, component.name).some(({ image }) => isGoodImage(image));
      if (once || isGoodImage(component.image))
        this.#broken("keeps-serving", `${where}: nothing serves ${component.name} in the end; it says ${said}`);
    }
  }

  #age(sinceMs: number): number {
    return this.#world.time.now() - sinceMs;
  }

  #broken(rule: Rule, text: string): void {
    this.#world.onViolation({ rule, text, atMs: this.#world.time.sinceMs });
  }
}

const isInactive = ({ document }: Accepted) => isTombstone(document) || !document.spec.active;

/** Nothing of the replaced document is lost: it removed the service, or asked for the same. */
function isNoLoss(document: DesiredService, replaced: DesiredService): boolean {
  if (isTombstone(replaced)) return true;
  return !isTombstone(document) && serviceHash(document.spec) === serviceHash(replaced.spec);
}

function wants(document: DesiredService, component: string): boolean {
  return (
    !isTombstone(document) && document.spec.active && document.spec.components.some(({ name }) => name === component)
  );
}

/** By the state before the accepted one, as far as the agent remembers: it served then. */
function wasWanted(node: SimNode, service: string, component: string): boolean {
  const before = node.store.before.get(service);
  return before !== undefined && wants(before.document, component);
}

/** Its own labels, or those that an adoption gives it. */
function labelsOf(node: SimNode, { id, labels }: FakeContainer): Readonly<Record<string, string>> {
  if (labels[LABEL.service] !== undefined) return labels;
  const rows = [...node.store.accepted.values(), ...node.store.before.values()];
  return adoptions(rows, node.name).get(id) ?? labels;
}

function containersOf(node: SimNode, service: string, component: string): FakeContainer[] {
  return [...node.runtime.containers.values()].filter((container) => {
    const labels = labelsOf(node, container);
    return labels[LABEL.service] === service && labels[LABEL.component] === component;
  });
}

/** Another service has the host port or the adopted container that it asks for, and it has never run. */
function neverHadIt(node: SimNode, report: ObservedService, { name }: ComponentSpec): boolean {
  const isTaken = report.blocked.some(
    ({ component, reason }) => component === name && (reason === "port-taken" || reason === "name-taken"),
  );
  return isTaken && containersOf(node, report.service, name).length === 0;
}

const isServed = (node: SimNode, service: string, component: string) =>
  containersOf(node, service, component).some(isServing);

/** Why a report of "converged" or "stopped" is not true; undefined when it is, or says something else. */
function lieOf(node: SimNode, report: ObservedService): string | undefined {
  const accepted = node.store.accepted.get(report.service);
  if (accepted === undefined || isTombstone(accepted.document)) return undefined;
  const { spec } = accepted.document;
  if (report.state === "stopped") {
    const running = spec.components.find(({ name }) => isServed(node, report.service, name));
    return running && `${running.name} runs`;
  }
  if (report.state !== "converged") return undefined;
  if (report.accepted?.hash !== accepted.ref.hash) return `generation ${accepted.ref.generation} is accepted`;
  const isRight = (component: ComponentSpec) =>
    containersOf(node, report.service, component.name).some(
      (container) => isServing(container) && labelsOf(node, container)[LABEL.spec] === specHash(component),
    );
  const wrong = spec.components.find((component) => !isRight(component));
  return wrong && `${wrong.name} does not run as desired`;
}
