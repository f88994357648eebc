/**
 * The port to the container runtime, with its contract; podman.ts implements it, test/twin/fake-runtime.ts is
 * its twin, and test/contract/runtime.test.ts holds for both.
 * Every call ends: within its deadline with E_RUNTIME_TIMEOUT at the latest, or when `signal` aborts. A runtime that
 * cannot be reached at all is E_RUNTIME_UNREACHABLE; any other refusal E_RUNTIME with the runtime's own message.
 * `id` is always a full id, E_BUG otherwise: podman would match the name "db" with any id that begins with it.
 */

import type { ContainerFields } from "../../schemas/container/fields.ts";
import type { ContainerState } from "../../schemas/service/observed.ts";
import type { ComponentSpec, PortSpec, RestartSpec, VolumeSpec } from "../../schemas/service/spec.ts";
import type { DescribedContainer } from "../../schemas/wire/live-container.ts";
import type { McpError } from "../../values/error.ts";

/** `details` of an E_RUNTIME after which nobody knows whether the call has taken effect: its answer was lost. */
export const ANSWER_LOST = { answer: "lost" } as const;

export interface RuntimeContainer {
  readonly id: string;
  readonly name: string;
  /** Includes the image's labels, which podman adds; ours take precedence. */
  readonly labels: Readonly<Record<string, string>>;
  /** The reference it was created from, as the runtime reports it: podman drops the tag of `name:tag@digest`. */
  readonly image: string;
  readonly imageId: string;
  readonly state: ContainerState;
  /** Unix milliseconds, 0 if it never happened. */
  readonly createdAtMs: number;
  readonly startedAtMs: number;
  /** Unix milliseconds, in whole seconds or finer, of its last end; with `exitCode` only. */
  readonly finishedAtMs?: number;
  readonly exitCode?: number;
  /** Id of its first process, while it runs and if the runtime reports it. */
  readonly pid?: number;
}

/**
 * What a container has now. People can change some of it while the container runs (`podman network disconnect`, `podman update`),
 * and a container cloned from ours differs in the rest.
 */
export interface ContainerSettings {
  /** "host", "none", or a mode of the runtime that stands for its default or for `networks`. */
  readonly networkMode: string;
  /** The container's names in each of its networks. */
  readonly networks: Readonly<Record<string, readonly string[]>>;
  readonly ports: readonly PortSpec[];
  readonly volumes: readonly VolumeSpec[];
  /** Includes what the image and the runtime set. */
  readonly env: Readonly<Record<string, string>>;
  readonly restart: RestartSpec;
  readonly memoryBytes?: number;
  readonly cpus?: number;
  /** Whether somebody asked for it or not. */
  readonly fields: ContainerFields;
}

/** Facts that only inspecting a container gives. */
export interface RuntimeContainerDetail extends RuntimeContainer {
  /** Restarts by the runtime's own restart policy since it was started. */
  readonly restarts: number;
  /** The runtime's own text of the start time, with all digits: an equal text means no restart since. */
  readonly startedAt: string;
  readonly has: ContainerSettings;
}

/** Any container as a spec: the inverse of `create`. */
export type RuntimeDescription = Omit<DescribedContainer, "refusal"> & {
  readonly labels: Readonly<Record<string, string>>;
  readonly refusal: string | undefined;
};

/** A container's addresses on one network. */
export interface NetworkAddress {
  readonly ips: readonly string[];
  readonly mac: string;
}

export interface NetworkMembership {
  readonly network: string;
  /** DNS names of the container on this network. */
  readonly names: readonly string[];
  /** The address that it gets; the runtime chooses one when absent. */
  readonly address?: NetworkAddress | undefined;
}

export interface CreateContainer {
  readonly name: string;
  readonly spec: ComponentSpec;
  /** DNS names of the container in its network. */
  readonly aliases: readonly string[];
  /** All labels: ours and the spec's. */
  readonly labels: Readonly<Record<string, string>>;
}

export interface RuntimeImage {
  readonly id: string;
  /** `registry.example.net/web:v1`; empty when another image has taken its tag. */
  readonly references: readonly string[];
  /** `registry.example.net/web@sha256:…` */
  readonly digests: readonly string[];
  readonly sizeBytes: number;
}

export interface RuntimeEvent {
  readonly kind: "died" | "started" | "stopped" | "removed" | "renamed" | "created" | "killed" | "other";
  readonly containerId: string;
  readonly containerName: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly exitCode?: number;
  readonly atMs: number;
}

export interface RuntimeLogLine {
  readonly stream: "stdout" | "stderr";
  /** RFC 3339 as the runtime gives it. */
  readonly at?: string;
  readonly line: string;
}

/** How far a log has been read. A later call with the same object continues there, whether or not the container was restarted. */
export interface LogPosition {
  /** Time of the last record that was read; undefined: none was. */
  at?: string | undefined;
  /** How many records of this time were read. */
  records: number;
}

export interface LogOptions {
  readonly follow: boolean;
  /** Last lines; not used once the position has a time. */
  readonly tail?: number;
  /** As `tail`. */
  readonly sinceMs?: number;
  readonly position?: LogPosition;
}

export interface RuntimeInfo {
  readonly name: "podman";
  readonly version: string;
  readonly rootless: boolean;
  readonly cgroupVersion: string;
  readonly graphRoot: string;
  readonly runRoot: string;
  /** Limits that this node can enforce; any other is E_UNSUPPORTED. */
  readonly limits: { readonly memory: boolean; readonly cpus: boolean };
}

export interface Runtime {
  /** Returns as soon as the runtime answers anything; a very cheap call. */
  ping(signal: AbortSignal): Promise<void>;
  info(signal: AbortSignal): Promise<RuntimeInfo>;
  /** Containers in every state; with `labels` (`{"mcp.service": "web"}`) only those that have them. */
  list(labels: Readonly<Record<string, string>>, signal: AbortSignal): Promise<RuntimeContainer[]>;
  /** Those of these ids that exist. */
  listIds(ids: readonly string[], signal: AbortSignal): Promise<RuntimeContainer[]>;
  /** By id; undefined when there is none. The spec does not repeat what the image sets. */
  describe(id: string, signal: AbortSignal): Promise<RuntimeDescription | undefined>;
  /** By full id or full name; undefined when there is none. */
  inspect(idOrName: string, signal: AbortSignal): Promise<RuntimeContainerDetail | undefined>;
  /**
   * False for a container that the runtime calls running although its process is gone: whoever would have seen the end (conmon) was
   * killed before it. True for any other, and in doubt.
   */
  isAlive(container: Pick<RuntimeContainer, "id" | "pid">, signal: AbortSignal): Promise<boolean>;
  /** Id of a local image; undefined when it is not here. */
  imageId(image: string, signal: AbortSignal): Promise<string | undefined>;
  /** All local images, without intermediate ones. */
  listImages(signal: AbortSignal): Promise<RuntimeImage[]>;
  /**
   * Removes a reference of an image, or by its id an image without any; the image goes with its last reference. A missing one is not
   * an error. @throws McpError E_IMAGE while a container uses it: nothing is forced.
   */
  removeImage(referenceOrId: string, signal: AbortSignal): Promise<void>;
  /**
   * Fetches an image, given with its registry; the deadline limits silence, not the whole pull. `onProgress` gets the runtime's lines.
   * @throws McpError E_IMAGE with the registry's reason.
   */
  pull(image: string, onProgress: (line: string) => void, signal: AbortSignal): Promise<void>;
  /** Creates the network (with DNS between its containers) when it is missing; "host" and "none" are modes. */
  ensureNetwork(name: string, signal: AbortSignal): Promise<void>;
  /**
   * Detaches a container from a network; its processes keep running. One that is not attached is not an error.
   * @returns the address that it had there; undefined when it had none
   */
  leaveNetwork(id: string, network: string, signal: AbortSignal): Promise<NetworkAddress | undefined>;
  /** Attaches a container to a network. @throws McpError E_RUNTIME also when it is attached already */
  joinNetwork(id: string, membership: NetworkMembership, signal: AbortSignal): Promise<void>;
  /**
   * Why such a component cannot be created and started here, as far as it is known beforehand; changes nothing. Empty when nothing is
   * known against it.
   */
  obstacles(spec: ComponentSpec, signal: AbortSignal): Promise<readonly McpError[]>;
  /**
   * Creates, does not start. @returns the id.
   * @throws McpError E_IMAGE when the image is not here, E_NAME_TAKEN when the name is in use, E_UNSUPPORTED when
   * a limit cannot be enforced or the runtime warned that it ignores something, E_FILE when a bind source is missing.
   */
  create(container: CreateContainer, signal: AbortSignal): Promise<string>;
  /**
   * Starting a running container is not an error; a paused one is resumed. One of ours whose address another container has now gets
   * a new one.
   */
  start(id: string, signal: AbortSignal): Promise<void>;
  /** Sends the stop signal, also to a paused container, then kills after `timeoutMs`; a stopped or missing one is not an error. */
  stop(id: string, timeoutMs: number, signal: AbortSignal): Promise<void>;
  /** Removes it and kills it if it runs; its volumes stay, also unnamed ones. A missing one is not an error. */
  remove(id: string, signal: AbortSignal): Promise<void>;
  /** @throws McpError E_NAME_TAKEN */
  rename(id: string, name: string, signal: AbortSignal): Promise<void>;
  /** Runs a command inside, for at most `timeoutMs`. @returns its exit code */
  exec(id: string, cmd: readonly string[], timeoutMs: number, signal: AbortSignal): Promise<number>;
  /**
   * With `follow` until the container ends, at the earliest; podman 4.3 may leave out the last lines of a container that wrote much
   * at its end, so read on without `follow` then.
   */
  logs(id: string, options: LogOptions, signal: AbortSignal): AsyncIterable<RuntimeLogLine>;
  /** Ends (or throws) when the stream closes; the caller reopens it. `onOpen` is called once the stream is open. */
  events(onOpen: () => void, signal: AbortSignal): AsyncIterable<RuntimeEvent>;
  close(): Promise<void>;
}
