/**
 * Converts podman's inspect of a container to a spec: the inverse of create-body.ts. Pure. What the image already sets
 * is left out; what no spec can express is listed field by field (unsupported.ts), never dropped silently.
 */
import { isDeepStrictEqual } from "node:util";
import type { Inspected } from "../../../schemas/container/row.ts";
import { saidOfContainer } from "../../../schemas/container/rows.ts";
import { COMPONENT_DEFAULTS, DURATION_BOUNDS } from "../../../schemas/service/definition-defaults.ts";
import { LABEL, LABEL_PREFIX } from "../../../schemas/service/labels.ts";
import type { ComponentSpec, PortSpec, RestartSpec } from "../../../schemas/service/spec.ts";
import type { UnsupportedSetting } from "../../../schemas/wire/live-container.ts";
import { entriesAt, isTrueAt, itemsAt, numberAt, textAt, textMapAt, textsAt } from "../../../values/json-tree.ts";
import { type Present, present } from "../../../values/present.ts";
import type { RuntimeDescription } from "../runtime.ts";
import { readHealth } from "./read-health.ts";
import { readImage } from "./read-image.ts";
import { readVolumes } from "./read-volumes.ts";
import { type SpecPart, SYSTEMD_LABEL } from "./spec-part.ts";
import { unsupportedSettings } from "./unsupported.ts";

type Found = Pick<RuntimeDescription, "spec" | "unsaid" | "remarks" | "refusal">;

export function readSpec(inspected: Inspected): Found {
  const { container } = inspected;
  const image = readImage(inspected);
  const readings = {
    volumes: readVolumes(container),
    network: readNetwork(container),
    ports: readPorts(container),
    health: readHealth(container),
  };
  const all: SpecPart<unknown>[] = [image, ...Object.values(readings)];
  const { volumes, network, ports, health } = readings;
  const spec: Found["spec"] = {
    ...COMPONENT_DEFAULTS,
    image: image.value ?? "",
    restart: restartOf(container),
    ports: ports.value,
    volumes: volumes.value,
    cmd: readCommand(inspected),
    env: envOf(inspected),
    dependsOn: [],
    readOnly: isTrueAt(container, "HostConfig", "ReadonlyRootfs"),
    capDrop: capDropOf(container),
    labels: labelsOf(inspected),
    stopTimeoutMs: stopTimeoutOf(container),
    ...limitsOf(container),
    ...saidOfContainer({ ...inspected, component: textMapAt(container, "Config", "Labels")[LABEL.component] }),
    ...present({ network: network.value, user: userOf(inspected), health: health.value }),
  };
  return {
    spec,
    unsaid: [...all.flatMap(({ unsaid = [] }) => unsaid), ...unsupportedSettings(container)],
    remarks: all.flatMap(({ remarks = [] }) => remarks),
    refusal: refusalOf(container, image.value),
  };
}

function refusalOf(container: unknown, image: string | undefined): string | undefined {
  const state = textAt(container, "State", "Status");
  if (isTrueAt(container, "IsInfra")) return "it only holds a pod together";
  if (textAt(container, "Pod") !== "") return "it belongs to a pod and cannot be replaced separately";
  if (image === undefined) return "its image has no name, so no other container can be made from it";
  return state === "running" ? undefined : `it is not running (${state})`;
}

export function restartOf(container: unknown): RestartSpec {
  const name = textAt(container, "HostConfig", "RestartPolicy", "Name");
  const retries = numberAt(container, "HostConfig", "RestartPolicy", "MaximumRetryCount");
  if (name === "always" || name === "unless-stopped") return { policy: name };
  if (name !== "on-failure") return { policy: "no" };
  return retries > 0 ? { policy: name, retries } : { policy: name };
}

export function readPorts(container: unknown): SpecPart<PortSpec[]> {
  const bindings = entriesAt(container, "HostConfig", "PortBindings").flatMap(([key, hosts]) =>
    itemsAt({ hosts }, "hosts").map((host) => ({ key, host })),
  );
  const ports: PortSpec[] = [];
  const unsaid: UnsupportedSetting[] = [];
  for (const { key, host } of bindings) {
    const [port = "", protocol] = key.split("/");
    const hostPort = Number(textAt(host, "HostPort"));
    const address = textAt(host, "HostIp");
    if (protocol !== "tcp" && protocol !== "udp") unsaid.push({ field: "port", value: `${hostPort}:${key}` });
    else {
      const own = address === "" ? {} : { hostAddress: address };
      ports.push({ ...own, hostPort, containerPort: Number(port), protocol });
    }
  }
  return { value: ports, unsaid };
}

/** Podman's default networks: a spec without a network gets them too. */
const DEFAULT_MODE = /^(slirp4netns|pasta|private|default|)$/;

function readNetwork(container: unknown): SpecPart<string | undefined> {
  const mode = textAt(container, "HostConfig", "NetworkMode");
  if (mode === "host" || mode === "none") return { value: mode };
  if (DEFAULT_MODE.test(mode)) return { value: undefined };
  if (mode !== "bridge") return { value: undefined, unsaid: [{ field: "network", value: mode }] };
  const [first, ...others] = entriesAt(container, "NetworkSettings", "Networks").toSorted(([a], [b]) =>
    a < b ? -1 : 1,
  );
  if (first === undefined) return { value: undefined };
  const own = [textAt(container, "Id").slice(0, 12), textAt(container, "Name")];
  const aliases = textsAt(first[1], "Aliases").filter((alias) => !own.includes(alias));
  return {
    value: first[0],
    unsaid: [
      ...others.map(([name]) => ({ field: "network", value: name })),
      ...aliases.map((alias) => ({ field: "network alias", value: alias })),
    ],
  };
}

/** The command, unless the image sets it. An entrypoint of the container's own removes the image's command. */
function readCommand(inspected: Inspected): string[] {
  const cmd = textsAt(inspected.container, "Config", "Cmd");
  const isImages = isDeepStrictEqual(cmd, textsAt(inspected.image, "Config", "Cmd"));
  return isImages && saidOfContainer(inspected).entrypoint === undefined ? [] : cmd;
}

/** What podman sets by default; PATH only if the image has none. */
const OWN_ENV = ["TERM=xterm", "container=podman", "container=oci"];
const OWN_PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

function envOf({ container, image }: Inspected): Record<string, string> {
  const hostname = textAt(container, "Config", "Hostname");
  const silent = new Set([...textsAt(image, "Config", "Env"), ...OWN_ENV, OWN_PATH, `HOSTNAME=${hostname}`]);
  const said = textsAt(container, "Config", "Env").filter((line) => !silent.has(line) && !isOwnHome(container, line));
  return Object.fromEntries(said.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]));
}

/** Podman reads HOME from the image's passwd file. The container's command line shows whether somebody set it. */
function isOwnHome(container: unknown, line: string): boolean {
  if (!line.startsWith("HOME=")) return false;
  const typed = textsAt(container, "Config", "CreateCommand");
  if (typed.length > 0) return !typed.some((word) => word.includes("HOME=") || word.startsWith("--env-"));
  return /^HOME=\/(root|home\/[^/]+)?$/.test(line);
}

function userOf({ container, image }: Inspected): string | undefined {
  const user = textAt(container, "Config", "User");
  return user === "" || user === textAt(image, "Config", "User") ? undefined : user;
}

/** For `all`, podman lists each dropped capability. */
function capDropOf(container: unknown): string[] {
  const dropped = textsAt(container, "HostConfig", "CapDrop").map((name) => name.replace(/^CAP_/, ""));
  const isAll = dropped.length > 0 && textsAt(container, "BoundingCaps").length === 0;
  return isAll ? ["all"] : dropped.toSorted();
}

function labelsOf({ container, image }: Inspected): Record<string, string> {
  const given = textMapAt(image, "Config", "Labels");
  const own = Object.entries(textMapAt(container, "Config", "Labels")).filter(
    ([key, value]) => given[key] !== value && !key.startsWith(LABEL_PREFIX) && key !== SYSTEMD_LABEL,
  );
  return Object.fromEntries(own);
}

function stopTimeoutOf(container: unknown): number {
  return Math.min(numberAt(container, "Config", "StopTimeout") * 1000, DURATION_BOUNDS.stop_timeout.maxMs);
}

export function limitsOf(container: unknown): Present<Pick<ComponentSpec, "memoryBytes" | "cpus">> {
  const memory = numberAt(container, "HostConfig", "Memory");
  const [quota, period] = [
    numberAt(container, "HostConfig", "CpuQuota"),
    numberAt(container, "HostConfig", "CpuPeriod"),
  ];
  const cpus = quota > 0 && period > 0 ? quota / period : numberAt(container, "HostConfig", "NanoCpus") / 1e9;
  return present({
    memoryBytes: memory > 0 ? memory : undefined,
    cpus: cpus > 0 ? Math.round(cpus * 1000) / 1000 : undefined,
  });
}
