/**
 * The runtime over podman's REST API (libpod, version path 4.0.0, podman 4.3 to 5.x). One method is one request where
 * podman allows it; create-body.ts makes the requests, decode-answers.ts reads the answers.
 */

import type { ComponentSpec } from "../../../schemas/service/spec.ts";
import type { McpError } from "../../../values/error.ts";
import { hasCode } from "../../../values/error.ts";
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
} from "../runtime.ts";
import {
  type PodmanAnswer,
  PodmanCall,
  type PodmanCallOptions,
  type PodmanContext,
  type PodmanRequest,
} from "./call.ts";
import { createContainer } from "./create.ts";
import { stopSeconds } from "./create-body.ts";
import { containerDetail, containersOf, infoOf } from "./decode-answers.ts";
import { describeContainer } from "./describe-container.ts";
import { podmanEvents } from "./events.ts";
import { execInContainer } from "./exec.ts";
import { imageIdOf, listImages, removeImage } from "./images.ts";
import { isAlive } from "./is-alive.ts";
import { limitsInForce } from "./limits-in-force.ts";
import { podmanLogs } from "./logs.ts";
import { ensureNetwork, isAddressTaken, joinNetwork, leaveNetwork, releaseAddresses } from "./networks.ts";
import { readNodeFacts } from "./node-facts.ts";
import { findObstacles } from "./preconditions.ts";
import { pullImage } from "./pull.ts";
import { removeContainer } from "./remove.ts";
import { containerPath, infoRequest, isContainerId } from "./requests.ts";
import { PODMAN_LIMITS, type PodmanLimits } from "./time-limits.ts";

export interface PodmanOptions extends PodmanCallOptions {
  readonly limits?: PodmanLimits;
}

export class Podman implements Runtime {
  readonly #call: PodmanCall;
  readonly #limits: PodmanLimits;
  /** Cached once all limits can be enforced, since the call takes 0.3 s; a missing one may be enabled later. */
  #allEnforceable: RuntimeInfo["limits"] | undefined;

  /** Opens no connection; each call opens its own. */
  constructor({ limits, ...options }: PodmanOptions) {
    this.#call = new PodmanCall(options);
    this.#limits = limits ?? PODMAN_LIMITS;
  }

  async ping(signal: AbortSignal): Promise<void> {
    // The answer is "OK", which is not JSON, so the body is not read.
    const path = { what: "podman ping", method: "GET", path: "/_ping" } as const;
    for await (const _ of this.#call.open({ ...path, expect: [200], limitMs: this.#limits.askMs }, signal)) return;
  }

  async info(signal: AbortSignal): Promise<RuntimeInfo> {
    return infoOf((await this.#call.ask(infoRequest(this.#limits), signal)).body);
  }

  async list(labels: Readonly<Record<string, string>>, signal: AbortSignal): Promise<RuntimeContainer[]> {
    const wanted = Object.entries(labels);
    const found = await this.#listBy({ label: wanted.map(([key, value]) => `${key}=${value}`) }, signal);
    // Again here, since podman reads wildcards into label filters.
    return found.filter((container) => wanted.every(([key, value]) => container.labels[key] === value));
  }

  async listIds(ids: readonly string[], signal: AbortSignal): Promise<RuntimeContainer[]> {
    return ids.length === 0 ? [] : await this.#listBy({ id: ids }, signal);
  }

  async describe(id: string, signal: AbortSignal): Promise<RuntimeDescription | undefined> {
    return await describeContainer(this.#means, id, signal);
  }

  async inspect(idOrName: string, signal: AbortSignal): Promise<RuntimeContainerDetail | undefined> {
    const id = isContainerId(idOrName) ? idOrName : await this.#idOfName(idOrName, signal);
    if (id === undefined) return undefined;
    const answer = await this.#ask("inspect", { path: containerPath(id, "/json"), expect: [200, 404] }, signal);
    return answer.status === 404 ? undefined : await withLimitsInForce(containerDetail(answer.body));
  }

  async isAlive(container: Pick<RuntimeContainer, "id" | "pid">, signal: AbortSignal): Promise<boolean> {
    return await isAlive(this.#means, container, signal);
  }

  async imageId(image: string, signal: AbortSignal): Promise<string | undefined> {
    return await imageIdOf(this.#means, image, signal);
  }

  async listImages(signal: AbortSignal): Promise<RuntimeImage[]> {
    return await listImages(this.#means, signal);
  }

  async removeImage(referenceOrId: string, signal: AbortSignal): Promise<void> {
    await removeImage(this.#means, referenceOrId, signal);
  }

  async pull(image: string, onProgress: (line: string) => void, signal: AbortSignal): Promise<void> {
    await pullImage(this.#call, { image, onProgress }, signal);
  }

  async ensureNetwork(name: string, signal: AbortSignal): Promise<void> {
    await ensureNetwork(this.#means, name, signal);
  }

  async leaveNetwork(id: string, network: string, signal: AbortSignal): Promise<NetworkAddress | undefined> {
    return await leaveNetwork(this.#means, { id, network }, signal);
  }

  async joinNetwork(id: string, membership: NetworkMembership, signal: AbortSignal): Promise<void> {
    await joinNetwork(this.#means, { ...membership, id }, signal);
  }

  async create(container: CreateContainer, signal: AbortSignal): Promise<string> {
    const obstacles: Runtime["obstacles"] = (spec, during) => this.obstacles(spec, during);
    return await createContainer({ ...this.#means, obstacles }, container, signal);
  }

  async obstacles(spec: ComponentSpec, signal: AbortSignal): Promise<readonly McpError[]> {
    const from = {
      enforceable: () => this.#enforceable(signal),
      isRootless: async () => (await this.info(signal)).rootless,
      version: async () => (await this.info(signal)).version,
    };
    return findObstacles(spec, await readNodeFacts(spec, from));
  }

  async start(id: string, signal: AbortSignal): Promise<void> {
    const start = () => this.#change("start", { path: containerPath(id, "/start"), expect: [204, 304] }, signal);
    await start().catch(async (error: unknown) => {
      if (!isAddressTaken(error)) return await this.#unlessPaused(id, error, signal);
      if (!(await releaseAddresses(this.#means, id, signal))) throw error;
      await start();
    });
  }

  async stop(id: string, timeoutMs: number, signal: AbortSignal): Promise<void> {
    const seconds = stopSeconds(timeoutMs);
    const request = {
      path: containerPath(id, "/stop"),
      query: { timeout: String(seconds) },
      expect: [204, 304, 404],
      limitMs: seconds * 1000 + this.#limits.stopExtraMs,
    };
    const stop = () => this.#change("stop", request, signal);
    await stop().catch(async (error: unknown) => {
      await this.#unlessPaused(id, error, signal);
      await stop();
    });
  }

  /** Resumes a paused container: podman neither starts nor stops it. @throws `error` for any other container */
  async #unlessPaused(id: string, error: unknown, signal: AbortSignal): Promise<void> {
    if (!hasCode(error, "E_RUNTIME") || !/state improper/.test(String(error))) throw error;
    if ((await this.inspect(id, signal))?.state !== "paused") throw error;
    await this.#change("unpause", { path: containerPath(id, "/unpause"), expect: [204] }, signal);
  }

  async remove(id: string, signal: AbortSignal): Promise<void> {
    await removeContainer(this.#means, id, signal);
  }

  async rename(id: string, name: string, signal: AbortSignal): Promise<void> {
    const request = { path: containerPath(id, "/rename"), query: { name }, expect: [204] };
    const codeOf: PodmanRequest["codeOf"] = ({ status }) => (status === 409 ? "E_NAME_TAKEN" : undefined);
    await this.#change(`rename to ${name}`, { ...request, codeOf }, signal);
  }

  async exec(id: string, cmd: readonly string[], timeoutMs: number, signal: AbortSignal): Promise<number> {
    return await execInContainer({ call: this.#call, limits: this.#limits }, { id, cmd, timeoutMs }, signal);
  }

  logs(id: string, options: LogOptions, signal: AbortSignal): AsyncIterable<RuntimeLogLine> {
    return podmanLogs({ context: this.#means, id, signal }, options);
  }

  events(onOpen: () => void, signal: AbortSignal): AsyncIterable<RuntimeEvent> {
    return podmanEvents(this.#call, onOpen, signal);
  }

  async close(): Promise<void> {
    await this.#call.close();
  }

  async #enforceable(signal: AbortSignal): Promise<RuntimeInfo["limits"]> {
    if (this.#allEnforceable !== undefined) return this.#allEnforceable;
    const { limits } = await this.info(signal);
    if (limits.memory && limits.cpus) this.#allEnforceable = limits;
    return limits;
  }

  async #listBy(filters: Readonly<Record<string, readonly string[]>>, signal: AbortSignal) {
    const query = { all: "true", filters: JSON.stringify(filters) };
    return containersOf((await this.#ask("list", { path: "/containers/json", query, expect: [200] }, signal)).body);
  }

  /** Uses the list with an exact name pattern: podman's own look-up would also match the beginning of an id. */
  async #idOfName(name: string, signal: AbortSignal): Promise<string | undefined> {
    const pattern = `^${name.replace(/[^A-Za-z0-9_-]/g, "\\$&")}$`;
    return (await this.#listBy({ name: [pattern] }, signal)).find((container) => container.name === name)?.id;
  }

  get #means(): PodmanContext {
    return { call: this.#call, limits: this.#limits };
  }

  async #ask(
    verb: string,
    request: Pick<PodmanRequest, "path" | "expect" | "query">,
    signal: AbortSignal,
  ): Promise<PodmanAnswer> {
    return await this.#call.ask(
      { what: `podman ${verb}`, method: "GET", limitMs: this.#limits.askMs, ...request },
      signal,
    );
  }

  async #change(
    verb: string,
    request: Pick<PodmanRequest, "path" | "expect"> & Partial<PodmanRequest>,
    signal: AbortSignal,
  ): Promise<PodmanAnswer> {
    return await this.#call.ask(
      { what: `podman ${verb}`, method: "POST", limitMs: this.#limits.changeMs, ...request },
      signal,
    );
  }
}

async function withLimitsInForce(detail: RuntimeContainerDetail): Promise<RuntimeContainerDetail> {
  const limits = detail.pid === undefined ? undefined : await limitsInForce(detail.pid, detail.id);
  if (limits === undefined) return detail;
  const { memoryBytes: _m, cpus: _c, ...has } = detail.has;
  return { ...detail, has: { ...has, ...limits } };
}
