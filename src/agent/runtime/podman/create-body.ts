/**
 * Converts a component spec to podman's "SpecGenerator": the body of create. Pure. Every field that a container is made from
 * is translated here or refused by preconditions.ts, as is what podman would drop silently. Checked field by field against podman 4.3 in test/contract/runtime-spec.test.ts.
 */

import { SCRATCH_PATHS } from "../../../schemas/container/memory-rows.ts";
import type { PodmanPart } from "../../../schemas/container/row.ts";
import { toPodman } from "../../../schemas/container/rows.ts";
import type { ComponentSpec, PortSpec, RestartSpec, VolumeSpec } from "../../../schemas/service/spec.ts";
import type { CreateContainer } from "../runtime.ts";

/** Network "names" that are modes of podman; only the first two are supported, with that meaning. */
const NETWORK_MODES = [
  "host",
  "none",
  "bridge",
  "container",
  "default",
  "ns",
  "pasta",
  "pod",
  "private",
  "slirp4netns",
];

/** The period that CPU quotas are counted in, in microseconds: the kernel's default. */
const CPU_PERIOD_US = 100_000;

const SCRATCH_OPTIONS = ["rw", "nosuid", "nodev", "rprivate", "tmpcopyup"];

/** The part of podman's SpecGenerator that we set; names and units are podman's (seconds, bytes, microseconds). */
export interface CreateBody extends Omit<PodmanPart, "mounts"> {
  readonly name: string;
  readonly image: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
  readonly command?: readonly string[];
  readonly user?: string;
  readonly netns?: { readonly nsmode: string };
  readonly Networks?: Readonly<Record<string, { readonly aliases: readonly string[] }>>;
  readonly portmappings: readonly object[];
  readonly mounts: readonly object[];
  readonly volumes: readonly object[];
  readonly restart_policy: string;
  readonly restart_tries?: number;
  readonly stop_timeout: number;
  readonly read_only_filesystem: boolean;
  readonly cap_drop: readonly string[];
  readonly resource_limits?: object;
  readonly healthconfig: { readonly Test: readonly ["NONE"] };
  readonly log_configuration: { readonly driver: "k8s-file" };
}

export function createBody({ name, spec, aliases, labels }: CreateContainer): CreateBody {
  const { mounts = [], ...own } = toPodman(spec);
  return {
    ...hostname(spec),
    ...own,
    name,
    image: spec.image,
    labels,
    env: spec.env,
    ...(spec.cmd.length === 0 ? {} : { command: spec.cmd }),
    ...(spec.user === undefined ? {} : { user: spec.user }),
    ...network(spec.network, aliases),
    portmappings: spec.ports.map(portMapping),
    mounts: [...spec.volumes.filter(isBind).map(bindMount), ...scratchMounts(spec), ...mounts],
    volumes: spec.volumes.filter((volume) => !isBind(volume)).map(namedVolume),
    ...restart(spec.restart),
    stop_timeout: stopSeconds(spec.stopTimeoutMs),
    read_only_filesystem: spec.readOnly,
    cap_drop: spec.capDrop,
    ...resourceLimits(spec),
    // Our agent runs the checks; podman's own would need systemd timers.
    healthconfig: { Test: ["NONE"] },
    // Readable without the journal, which a rootless user may not have.
    log_configuration: { driver: "k8s-file" },
  };
}

/** By default the component's name: podman's own, a part of the id, is another one for each new container. */
function hostname({ name, network: mode }: ComponentSpec): Pick<CreateBody, "hostname"> {
  return mode === "host" ? {} : { hostname: name };
}

/** Podman's stop timeout is in whole seconds, and 0 means "kill at once"; so parts of a second are rounded up. */
export function stopSeconds(timeoutMs: number): number {
  return Math.ceil(timeoutMs / 1000);
}

/** True for the two modes that take the place of a network's name: no network has to be created for them. */
export function isHostOrNone(name: string | undefined): boolean {
  return name === "host" || name === "none";
}

/** True for a mode of podman that is not supported: it would be taken for the name of a network. */
export function isReservedNetwork(name: string | undefined): boolean {
  return name !== undefined && !isHostOrNone(name) && NETWORK_MODES.includes(name);
}

function network(name: string | undefined, aliases: readonly string[]): Pick<CreateBody, "netns" | "Networks"> {
  if (name === undefined) return {};
  if (isHostOrNone(name)) return { netns: { nsmode: name } };
  return { netns: { nsmode: "bridge" }, Networks: { [name]: { aliases } } };
}

function portMapping(port: PortSpec): object {
  const { hostAddress, hostPort, containerPort, protocol } = port;
  const address = hostAddress === undefined ? {} : { host_ip: hostAddress };
  return { ...address, host_port: hostPort, container_port: containerPort, protocol };
}

const isBind = (volume: VolumeSpec) => volume.kind === "bind";
const access = (volume: VolumeSpec) => [volume.readOnly ? "ro" : "rw", ...volume.options];

function bindMount(volume: VolumeSpec): object {
  const { source, target } = volume;
  return { type: "bind", source, destination: target, options: ["rbind", ...access(volume)] };
}

function namedVolume(volume: VolumeSpec): object {
  return { Name: volume.source, Dest: volume.target, Options: access(volume) };
}

function scratchMounts(spec: ComponentSpec): object[] {
  if (!spec.readOnly) return [];
  const taken = [...spec.volumes.map(({ target }) => target), ...(spec.tmpfs ?? []).map(({ path }) => path)];
  const free = SCRATCH_PATHS.filter((path) => !taken.includes(path));
  return free.map((path) => ({ type: "tmpfs", source: "tmpfs", destination: path, options: SCRATCH_OPTIONS }));
}

function restart({ policy, retries }: RestartSpec): Pick<CreateBody, "restart_policy" | "restart_tries"> {
  if (policy !== "on-failure" || retries === undefined) return { restart_policy: policy };
  return { restart_policy: policy, restart_tries: retries };
}

function resourceLimits({ memoryBytes, cpus }: ComponentSpec): Pick<CreateBody, "resource_limits"> {
  if (memoryBytes === undefined && cpus === undefined) return {};
  const memory = memoryBytes === undefined ? {} : { memory: { limit: memoryBytes } };
  const quota = Math.round((cpus ?? 0) * CPU_PERIOD_US);
  return { resource_limits: { ...memory, ...(cpus === undefined ? {} : { cpu: { quota, period: CPU_PERIOD_US } }) } };
}
