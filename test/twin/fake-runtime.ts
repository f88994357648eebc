/**
 * The runtime's twin in memory: the same contract as podman (test/contract/runtime.test.ts holds for both), with
 * failures, latency and foreign acts (FakeEngine) at a test's command. Idle containers cost no timer, so that
 * thousands of runtimes fit one process.
 */
import { existsSync } from "node:fs";
import { resumeAt, unread } from "../../src/agent/runtime/decode/log-position.ts";
import { isHostOrNone } from "../../src/agent/runtime/podman/create-body.ts";
import { registryOf } from "../../src/agent/runtime/podman/image-name.ts";
import { findObstacles } from "../../src/agent/runtime/podman/preconditions.ts";
import { containerPath, isContainerId } from "../../src/agent/runtime/podman/requests.ts";
import type {
  CreateContainer,
  LogOptions,
  NetworkAddress,
  NetworkMembership,
  Runtime,
  RuntimeContainer,
  RuntimeContainerDetail,
  RuntimeDescription,
  RuntimeEvent,
  RuntimeImage,
  RuntimeInfo,
  RuntimeLogLine,
} from "../../src/agent/runtime/runtime.ts";
import { portsClash } from "../../src/schemas/service/port-text.ts";
import type { ComponentSpec } from "../../src/schemas/service/spec.ts";
import { McpError } from "../../src/values/error.ts";
import { type Conduct, type Fault, KIND } from "./conduct.ts";
import { descriptionOf, detailOf, idOfText, isLooping, listedOf, usualCommands } from "./fake-containers.ts";
import { type EngineTime, FakeEngine, improper } from "./fake-engine.ts";
import { FaultPlan, type Verb } from "./fake-faults.ts";

/** What every image is said to hold. */
const IMAGE_BYTES = 1024 * 1024;

export type ContainerVerb = "start" | "stop" | "remove" | "rename";

export interface FakeRuntimeOptions extends Partial<EngineTime> {
  /** How long each call takes; 0 (the default) answers without a timer. */
  readonly latencyMs?: number;
  /** How each call goes; by default at once and without faults. Replaces `latencyMs`. */
  readonly conduct?: Conduct<Verb>;
  /** What this node can enforce; by default all. */
  readonly limits?: RuntimeInfo["limits"];
  /** Called when the runtime is asked to change a container, before anything happens. */
  onAsked?(verb: ContainerVerb, id: string): void;
  /** After this a call that hangs is E_RUNTIME_TIMEOUT; default 15 s. */
  readonly deadlineMs?: number;
}

export class FakeRuntime extends FakeEngine implements Runtime {
  /** How often each verb was called, failures included. */
  readonly calls: Readonly<Record<Verb, number>>;
  /** The first host port that the runtime's user may open. */
  lowestPort = 0;
  readonly #faults: FaultPlan;
  readonly #deadlineMs: number;
  readonly #onAsked: (verb: ContainerVerb, id: string) => void;
  readonly #limits: RuntimeInfo["limits"];

  constructor(options: FakeRuntimeOptions = {}) {
    super({ ...options, now: options.now ?? Date.now });
    const { latencyMs = 0, conduct = () => (latencyMs === 0 ? KIND : { beforeMs: latencyMs, afterMs: 0 }) } = options;
    this.#faults = new FaultPlan(conduct);
    this.calls = this.#faults.calls;
    this.#onAsked = (verb, id) => options.onAsked?.(verb, id);
    this.#deadlineMs = options.deadlineMs ?? 15_000;
    this.#limits = options.limits ?? { memory: true, cpus: true };
  }

  /** The next `times` calls of `verb` fail with this error, or hang until their deadline. */
  fail(verb: Verb, fault: Fault, times = 1): void {
    this.#faults.plan(verb, fault, times);
  }

  /** Every call fails with this, or hangs, until it is called with undefined: a runtime that is down or stuck. */
  failAll(fault: Fault | undefined): void {
    this.#faults.planAll(fault);
    if (fault !== undefined) this.dropStreams();
  }

  /** Nothing that was planned fails any more. */
  forgive(): void {
    this.#faults.forgive();
  }

  async ping(signal: AbortSignal): Promise<void> {
    await this.#ask("ping", signal, () => undefined);
  }

  async info(signal: AbortSignal): Promise<RuntimeInfo> {
    const place = { rootless: true, cgroupVersion: "v2", graphRoot: "/fake/storage", runRoot: "/fake/run" };
    const facts = { name: "podman", version: "4.3.1", ...place, limits: this.#limits } as const;
    return await this.#ask("info", signal, () => facts);
  }

  async list(labels: Readonly<Record<string, string>>, signal: AbortSignal): Promise<RuntimeContainer[]> {
    const wanted = Object.entries(labels);
    return await this.#ask("list", signal, () =>
      [...this.containers.values()]
        .filter((container) => wanted.every(([key, value]) => container.labels[key] === value))
        .map(listedOf),
    );
  }

  async listIds(ids: readonly string[], signal: AbortSignal): Promise<RuntimeContainer[]> {
    return await this.#ask("listIds", signal, () =>
      [...this.containers.values()].filter(({ id }) => ids.includes(id)).map(listedOf),
    );
  }

  async describe(id: string, signal: AbortSignal): Promise<RuntimeDescription | undefined> {
    containerPath(id);
    return await this.#ask("describe", signal, () => {
      const container = this.containers.get(id);
      return container && descriptionOf(container);
    });
  }

  async inspect(idOrName: string, signal: AbortSignal): Promise<RuntimeContainerDetail | undefined> {
    return await this.#ask("inspect", signal, () => {
      const container = isContainerId(idOrName) ? this.containers.get(idOrName) : this.byName(idOrName);
      if (container === undefined) return undefined;
      if (isLooping(container)) this.again(container);
      return detailOf(container);
    });
  }

  async isAlive({ id }: Pick<RuntimeContainer, "id">, signal: AbortSignal): Promise<boolean> {
    return await this.#ask("isAlive", signal, () => this.containers.get(id)?.unwatched !== "dead");
  }

  async imageId(image: string, signal: AbortSignal): Promise<string | undefined> {
    registryOf(image);
    return await this.#ask("imageId", signal, () => {
      const found = this.images.get(image);
      return found && (found.id ?? idOfText(image));
    });
  }

  async listImages(signal: AbortSignal): Promise<RuntimeImage[]> {
    return await this.#ask("listImages", signal, () => {
      const byId = new Map<string, string[]>();
      for (const [reference, { id = idOfText(reference) }] of this.images)
        byId.set(id, [...(byId.get(id) ?? []), reference]);
      return [...byId].map(([id, references]) => ({ id, references, digests: [], sizeBytes: IMAGE_BYTES }));
    });
  }

  async removeImage(referenceOrId: string, signal: AbortSignal): Promise<void> {
    await this.#change("removeImage", signal, () => {
      const image = this.images.get(referenceOrId);
      if (image === undefined) return;
      const id = image.id ?? idOfText(referenceOrId);
      const user = [...this.containers.values()].find((container) => container.imageId === id);
      if (user !== undefined) throw new McpError("E_IMAGE", `image ${referenceOrId} is in use by ${user.name}`);
      this.images.delete(referenceOrId);
    });
  }

  async pull(image: string, onProgress: (line: string) => void, signal: AbortSignal): Promise<void> {
    registryOf(image);
    await this.#change("pull", signal, () => {
      onProgress(`Trying to pull ${image}...`);
      const found = this.registry.get(image);
      if (found === undefined) throw new McpError("E_IMAGE", `image ${image}: manifest unknown`);
      this.images.set(image, found);
    });
  }

  async ensureNetwork(name: string, signal: AbortSignal): Promise<void> {
    await this.#change("ensureNetwork", signal, () => void this.networks.add(name));
  }

  async leaveNetwork(id: string, network: string, signal: AbortSignal): Promise<NetworkAddress | undefined> {
    containerPath(id);
    return await this.#ask("leaveNetwork", signal, () => this.detach(id, network));
  }

  async joinNetwork(id: string, membership: NetworkMembership, signal: AbortSignal): Promise<void> {
    containerPath(id);
    await this.#change("joinNetwork", signal, () => this.attach(id, membership));
  }

  async obstacles(spec: ComponentSpec, signal: AbortSignal): Promise<readonly McpError[]> {
    return await this.#ask("obstacles", signal, () => this.#obstacles(spec));
  }

  #obstacles(spec: ComponentSpec): McpError[] {
    const sources = spec.volumes.filter(({ kind }) => kind === "bind").map(({ source }) => source);
    const missingSources = new Set(sources.filter((source) => !existsSync(source)));
    const heldPorts = spec.ports.flatMap((port) => this.heldPorts.filter((held) => portsClash(held.port, port)));
    return findObstacles(spec, { limits: this.#limits, missingSources, lowestPort: this.lowestPort, heldPorts });
  }

  async create(request: CreateContainer, signal: AbortSignal): Promise<string> {
    const { spec, name, labels } = request;
    const [obstacle] = this.#obstacles(spec);
    if (obstacle !== undefined) throw obstacle;
    return await this.#ask("create", signal, () => {
      const behavior = this.images.get(spec.image);
      if (behavior === undefined) throw new McpError("E_IMAGE", `${spec.image}: image not known`);
      const { network } = spec;
      if (network !== undefined && !isHostOrNone(network) && !this.networks.has(network))
        throw new McpError("E_RUNTIME", `unable to find network ${network}: network not found`);
      this.requireFree(name);
      return this.add({ name, labels, image: spec.image, behavior, request, restart: spec.restart }).id;
    });
  }

  async start(id: string, signal: AbortSignal): Promise<void> {
    containerPath(id);
    this.#onAsked("start", id);
    await this.#change("start", signal, () => {
      const container = this.known(id);
      if (container.state === "running") return;
      if (container.state === "paused") {
        container.state = "running";
        return;
      }
      if (!["created", "exited"].includes(container.state)) throw improper(container, "be started");
      this.requireFreePorts(container);
      container.restarts = 0;
      this.bringUp(container);
    });
  }

  async stop(id: string, timeoutMs: number, signal: AbortSignal): Promise<void> {
    containerPath(id);
    this.#onAsked("stop", id);
    const effect = async () => {
      const container = this.containers.get(id);
      if (container !== undefined) await this.terminate(container, timeoutMs);
    };
    await this.#change("stop", signal, effect, this.#deadlineMs === 0 ? 0 : timeoutMs + this.#deadlineMs);
  }

  async remove(id: string, signal: AbortSignal): Promise<void> {
    containerPath(id);
    this.#onAsked("remove", id);
    await this.#change("remove", signal, () => {
      if (this.containers.has(id)) this.vanish(id);
    });
  }

  async rename(id: string, name: string, signal: AbortSignal): Promise<void> {
    containerPath(id);
    this.#onAsked("rename", id);
    await this.#change("rename", signal, () => {
      const container = this.known(id);
      this.requireFree(name);
      container.name = name;
      this.emit("renamed", container);
    });
  }

  async exec(id: string, cmd: readonly string[], timeoutMs: number, signal: AbortSignal): Promise<number> {
    containerPath(id);
    const effect = () => {
      const container = this.known(id);
      if (container.state !== "running") throw improper(container, "run commands");
      if (container.unwatched === "dead") return 125;
      const result = (container.behavior.exec ?? usualCommands)(cmd);
      return result === "hangs" ? new Promise<never>(() => undefined) : result;
    };
    return await this.#ask("exec", signal, effect, timeoutMs);
  }

  async *logs(id: string, options: LogOptions, signal: AbortSignal): AsyncGenerator<RuntimeLogLine> {
    containerPath(id);
    const { log, state } = await this.#ask("logs", signal, () => this.known(id));
    const { follow, position = { records: 0 } } = options;
    const { tail, sinceMs = 0 } = position.at === undefined ? options : { sinceMs: resumeAt(position) };
    const recent = log.filter(({ at }) => at === undefined || Date.parse(at) > sinceMs);
    const live = follow && state === "running" ? this.lineSource.follow(signal) : undefined;
    const all = (async function* () {
      yield* recent;
      for await (const { id: from, line } of live ?? []) {
        if (from === id && line === undefined) return;
        if (from === id && line !== undefined) yield line;
      }
    })();
    let left = tail === undefined ? 0 : Math.max(0, recent.length - tail);
    for await (const line of unread(all, position)) if (--left < 0) yield line; // what is cut counts as read
  }

  async *events(onOpen: () => void, signal: AbortSignal): AsyncGenerator<RuntimeEvent> {
    await this.#ask("events", signal, () => undefined);
    const events = this.eventSource.follow(signal);
    onOpen();
    yield* events;
  }

  async close(): Promise<void> {
    this.dropStreams();
  }

  /** Every call passes here: it is counted, goes as planned, and takes its time. */
  #ask<T>(verb: Verb, signal: AbortSignal, effect: () => T | Promise<T>, deadlineMs = this.#deadlineMs): Promise<T> {
    return this.service.call({ verb, turn: this.#faults.next(verb), deadlineMs, signal, effect });
  }

  /** A call without an answer of its own, which may also be ignored. */
  #change(
    verb: Verb,
    signal: AbortSignal,
    effect: () => void | Promise<void>,
    deadlineMs = this.#deadlineMs,
  ): Promise<void> {
    const pretended = () => undefined;
    return this.service.call<void>({ verb, turn: this.#faults.next(verb), deadlineMs, signal, effect, pretended });
  }
}
