/**
 * The state behind the fake runtime, and what a test (or the world) does to it behind the agent's back: containers
 * that crash, vanish or were made by somebody else, images that appear, event streams that break.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { HeldPort } from "../../src/agent/runtime/podman/held-ports.ts";
import type {
  CreateContainer,
  NetworkAddress,
  NetworkMembership,
  RuntimeEvent,
  RuntimeLogLine,
} from "../../src/agent/runtime/runtime.ts";
import type { ComponentSpec } from "../../src/schemas/service/spec.ts";
import { McpError } from "../../src/values/error.ts";
import {
  begin,
  comesBack,
  detailOf,
  end,
  type FakeContainer,
  type FakeImage,
  idOfText,
  isAlive,
  randomId,
} from "./fake-containers.ts";
import { Broadcast } from "./fake-events.ts";
import { FakeService, type Sleep } from "./fake-service.ts";

/** What `add` is told; the rest of a container follows. */
export interface NewContainer extends Pick<FakeContainer, "name" | "labels" | "image" | "behavior" | "restart"> {
  readonly request?: CreateContainer;
}

/** Fields that a container has otherwise than it was created; undefined: it has none. */
export type Changes = { readonly [K in keyof ComponentSpec]?: ComponentSpec[K] | undefined };

export interface EngineTime {
  now(): number;
  /** Absent: what takes time in podman is over at once. */
  readonly sleep?: Sleep | undefined;
  /** Ids of containers; random when absent. */
  newId?(): string;
}

export class FakeEngine {
  readonly containers = new Map<string, FakeContainer>();
  readonly networks = new Set<string>();
  /** Images by reference: what the registries have, and what is here. */
  readonly registry = new Map<string, FakeImage>();
  readonly images = new Map<string, FakeImage>();
  /** Ports that programs other than containers hold. */
  readonly heldPorts: HeldPort[] = [];
  protected readonly eventSource = new Broadcast<RuntimeEvent>();
  /** A line of a container, or its end. */
  protected readonly lineSource = new Broadcast<{ readonly id: string; readonly line?: RuntimeLogLine }>();
  readonly service: FakeService;
  protected readonly now: () => number;
  readonly #takesTime: boolean;
  readonly #newId: () => string;
  /** Those being stopped: called when they have ended or are gone. */
  readonly #onEnd = new Map<string, Set<() => void>>();

  constructor({ now, sleep, newId = randomId }: EngineTime) {
    this.now = now;
    this.#newId = newId;
    this.#takesTime = sleep !== undefined;
    this.service = new FakeService(sleep ?? realSleep);
  }

  /** Puts an image into the registry; it must still be pulled. */
  provide(reference: string, image: FakeImage = {}): void {
    this.registry.set(reference, image);
  }

  /** A container that somebody else made. @returns its id. */
  addForeign(
    name: string,
    own: Partial<Pick<FakeContainer, "labels" | "image" | "state"> & { readonly spec: ComponentSpec }> = {},
  ): string {
    const { labels = {}, spec, image = spec?.image ?? "example.net/foreign:v1", state = "running" } = own;
    const request = spec === undefined ? {} : { request: { name, spec, aliases: [], labels } };
    const restart = spec?.restart ?? { policy: "no" };
    const container = this.add({ name, labels, image, behavior: {}, restart, ...request });
    if (state === "running") begin(container, this.now());
    else container.state = state;
    return container.id;
  }

  /** The container's process ends by itself; its restart policy may bring it back. */
  crash(id: string, exitCode: number): void {
    const container = this.known(id);
    if (container.unwatched !== undefined) {
      container.unwatched = "dead";
      return;
    }
    this.#ends(container, exitCode);
    this.emit("died", container);
    this.lineSource.send({ id });
    if (comesBack(container)) this.again(container);
  }

  /** Like `crash`, but its restart policy brings it back when the test calls the returned function: podman needs a moment. */
  die(id: string, exitCode: number): () => void {
    const container = this.known(id);
    this.#ends(container, exitCode);
    this.emit("died", container);
    return () => {
      if (this.containers.get(id) === container && container.state === "exited" && comesBack(container))
        this.again(container);
    };
  }

  /** Someone stops the container behind our back. */
  halt(id: string): void {
    const container = this.known(id);
    if (container.state !== "running" && container.state !== "stopping") return;
    this.#ends(container, container.behavior.deaf ? 137 : 0);
    container.stopped = true;
    this.emit("stopped", container);
    this.emit("died", container);
    this.lineSource.send({ id });
  }

  /** Someone gives it another name. */
  renameByHand(id: string, name: string): void {
    const container = this.known(id);
    this.requireFree(name);
    container.name = name;
    this.emit("renamed", container);
  }

  /** Someone kills its conmon, which alone would see its process end. */
  killConmon(id: string): void {
    this.known(id).unwatched = "alive";
  }

  /** Someone changes what the container has: `podman update --memory`, `podman network disconnect`. */
  change(id: string, has: Changes): void {
    const container = this.known(id);
    container.has = { ...container.has, ...has };
  }

  /** @returns the address that it had; undefined when it was not attached or does not run */
  detach(id: string, network: string): NetworkAddress | undefined {
    const container = this.known(id);
    if (detailOf(container).has.networks[network] === undefined) return undefined;
    this.change(id, { network: undefined });
    return isAlive(container) ? { ips: [`10.89.0.${id.slice(0, 8)}`], mac: id.slice(0, 12) } : undefined;
  }

  attach(id: string, { network, names }: NetworkMembership): void {
    const container = this.known(id);
    if (detailOf(container).has.networks[network] !== undefined)
      throw new McpError("E_RUNTIME", `container ${id} is already connected to network "${network}"`);
    this.change(id, { network });
    container.names = names;
  }

  /** The container is in another state behind our back: paused, or stuck in what podman does with it. */
  become(id: string, state: FakeContainer["state"]): void {
    this.known(id).state = state;
  }

  /** Podman's service dies, as by SIGKILL; containers stay as they are, also half stopped. */
  killService(): void {
    this.service.kill();
    this.dropStreams();
  }

  /** The machine goes down: everything that ran has ended, and nobody saw it. */
  powerCut(): void {
    this.killService();
    for (const container of this.containers.values()) if (container.state !== "created") this.#ends(container, 0);
  }

  startService(): void {
    this.service.isDown = false;
  }

  /** Someone removes the container behind our back. */
  vanish(id: string): void {
    const container = this.known(id);
    const wasRunning = container.state === "running";
    this.#ends(container, 137);
    if (wasRunning) this.emit("died", container);
    this.containers.delete(id);
    this.emit("removed", container);
    this.lineSource.send({ id });
  }

  /** The container writes a line. */
  write(id: string, line: RuntimeLogLine): void {
    this.known(id).log.push(line);
    this.lineSource.send({ id, line });
  }

  /** Closes all event streams, as podman does when its service ends. */
  dropStreams(): void {
    this.eventSource.endAll();
  }

  get eventReaders(): number {
    return this.eventSource.readers;
  }

  byName(name: string): FakeContainer | undefined {
    return [...this.containers.values()].find((container) => container.name === name);
  }

  protected add(own: NewContainer): FakeContainer {
    const id = this.#newId();
    const imageId = own.behavior.id ?? idOfText(own.image);
    const fresh = {
      startedAtMs: 0,
      finishedAtMs: 0,
      starts: 0,
      restarts: 0,
      state: "created",
      stopped: false,
      exitCode: 0,
    } as const;
    const container: FakeContainer = { ...fresh, ...own, id, imageId, createdAtMs: this.now(), log: [] };
    this.containers.set(id, container);
    this.emit("created", container);
    return container;
  }

  /**
   * SIGTERM, and SIGKILL after the time-out: until then it is "stopping". Goes on when the caller leaves; when the service
   * dies, a container that ignores SIGTERM stays in "stopping".
   */
  protected async terminate(container: FakeContainer, timeoutMs: number): Promise<void> {
    const { id, behavior } = container;
    if (container.state === "unknown") throw improper(container, "be stopped");
    if (container.state === "paused") container.state = "running";
    container.stopped = true; // also ends a loop
    if (container.unwatched !== undefined) {
      container.unwatched = "dead"; // nobody writes down that it has ended: it stays like this, whatever is stopped again
      container.state = "stopping";
      return;
    }
    if (container.state !== "running" && container.state !== "stopping") return;
    const endsMs = behavior.deaf === true ? Number.POSITIVE_INFINITY : (behavior.stopMs ?? 0);
    if (!this.#takesTime || Math.min(endsMs, timeoutMs) === 0) return this.halt(id);
    if (container.state === "running") this.#sendTerm(container, endsMs);
    container.state = "stopping";
    await Promise.race([this.#ended(id), this.#kill(id, timeoutMs)]);
  }

  #sendTerm(container: FakeContainer, endsMs: number): void {
    if (!Number.isFinite(endsMs)) return;
    // The process ends by itself, whatever becomes of the service.
    void this.service.sleep(endsMs).then(() => this.#halted(container.id));
  }

  async #kill(id: string, timeoutMs: number): Promise<void> {
    if (await this.service.lives(timeoutMs)) this.#halted(id);
    else await new Promise<never>(() => undefined); // the service is dead, and its callers know
  }

  #halted(id: string): void {
    if (this.containers.get(id)?.state === "stopping") this.halt(id);
  }

  #ended(id: string): Promise<void> {
    const waiting = this.#onEnd.get(id) ?? new Set();
    this.#onEnd.set(id, waiting);
    return new Promise((resolve) => waiting.add(resolve));
  }

  #ends(container: FakeContainer, exitCode: number): void {
    end(container, exitCode, this.now());
    for (const resolve of this.#onEnd.get(container.id) ?? []) resolve();
    this.#onEnd.delete(container.id);
  }

  /** Brings a container up, by hand or by its restart policy. */
  protected bringUp(container: FakeContainer): void {
    begin(container, this.now());
    this.emit("started", container);
    if (container.state === "exited") this.emit("died", container);
  }

  protected again(container: FakeContainer): void {
    container.restarts += 1;
    this.bringUp(container);
  }

  protected known(id: string): FakeContainer {
    const container = this.containers.get(id);
    if (container === undefined) throw new McpError("E_RUNTIME", `${id}: no such container`);
    return container;
  }

  protected emit(kind: RuntimeEvent["kind"], container: FakeContainer): void {
    const { id, name, labels, exitCode } = container;
    const died = kind === "died" ? { exitCode } : {};
    this.eventSource.send({ kind, containerId: id, containerName: name, labels, ...died, atMs: this.now() });
  }

  protected requireFree(name: string): void {
    if (this.byName(name) !== undefined) throw new McpError("E_NAME_TAKEN", `the name ${name} is already in use`);
  }

  protected requireFreePorts({ id, request }: FakeContainer): void {
    const taken = [...this.containers.values()].filter((other) => other.id !== id && isAlive(other));
    const ports = taken.flatMap((other) => other.request?.spec.ports ?? []).map(({ hostPort }) => hostPort);
    const held = this.heldPorts.map(({ port }) => port.hostPort);
    const clash = request?.spec.ports.find(({ hostPort }) => [...ports, ...held].includes(hostPort));
    if (clash === undefined) return;
    throw new McpError("E_RUNTIME", `listen tcp ${clash.hostPort}: bind: address already in use`);
  }
}

export function improper({ id, state }: FakeContainer, what: string): McpError {
  return new McpError("E_RUNTIME", `container ${id} is ${state} and cannot ${what}: container state improper`);
}

const realSleep: Sleep = async (ms, signal) => void (await sleep(ms, undefined, { signal }));
