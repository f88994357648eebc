/**
 * The state behind the fake runtime, and what a test (or the world) does to it behind the agent's back: containers
 * that crash, vanish or were made by somebody else, images that appear, event streams that break.
 */
import type { CreateContainer, RuntimeEvent, RuntimeLogLine } from "../../src/agent/runtime/runtime.ts";
import type { ComponentSpec } from "../../src/schemas/service/spec.ts";
import { McpError } from "../../src/values/error.ts";
import { begin, comesBack, end, type FakeContainer, type FakeImage, idOfText, randomId } from "./fake-containers.ts";
import { Broadcast } from "./fake-events.ts";

/** What `add` is told; the rest of a container follows. */
export interface NewContainer extends Pick<FakeContainer, "name" | "labels" | "image" | "behavior" | "restart"> {
  readonly request?: CreateContainer;
}

export class FakeEngine {
  readonly containers = new Map<string, FakeContainer>();
  readonly networks = new Set<string>();
  /** Images by reference: what the registries have, and what is here. */
  readonly registry = new Map<string, FakeImage>();
  readonly images = new Map<string, FakeImage>();
  protected readonly eventSource = new Broadcast<RuntimeEvent>();
  /** A line of a container, or its end. */
  protected readonly lineSource = new Broadcast<{ readonly id: string; readonly line?: RuntimeLogLine }>();
  protected readonly now: () => number;

  constructor(now: () => number) {
    this.now = now;
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
    end(container, exitCode);
    this.emit("died", container);
    if (comesBack(container)) this.again(container);
    else this.lineSource.send({ id });
  }

  /** Someone stops the container behind our back. */
  halt(id: string): void {
    const container = this.known(id);
    if (container.state !== "running") return;
    end(container, container.behavior.deaf ? 137 : 0);
    container.stopped = true;
    this.emit("stopped", container);
    this.emit("died", container);
    this.lineSource.send({ id });
  }

  /** Someone removes the container behind our back. */
  vanish(id: string): void {
    const container = this.known(id);
    if (container.state === "running") {
      end(container, 137);
      this.emit("died", container);
    }
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
    const id = randomId();
    const imageId = own.behavior.id ?? idOfText(own.image);
    const fresh = { startedAtMs: 0, starts: 0, restarts: 0, state: "created", stopped: false, exitCode: 0 } as const;
    const container: FakeContainer = { ...fresh, ...own, id, imageId, createdAtMs: this.now(), log: [] };
    this.containers.set(id, container);
    this.emit("created", container);
    return container;
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
    const taken = [...this.containers.values()].filter((other) => other.id !== id && other.state === "running");
    const ports = taken.flatMap((other) => other.request?.spec.ports ?? []).map(({ hostPort }) => hostPort);
    const clash = request?.spec.ports.find(({ hostPort }) => ports.includes(hostPort));
    if (clash === undefined) return;
    throw new McpError("E_RUNTIME", `listen tcp ${clash.hostPort}: bind: address already in use`);
  }
}
