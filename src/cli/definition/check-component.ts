/** The rules of one component, and the spec that it becomes. Collects every problem. */

import type { ContainerFields } from "../../schemas/container/fields.ts";
import { checkContainer } from "../../schemas/container/rows.ts";
import {
  COMPONENT_DEFAULTS,
  CPU_BOUNDS,
  DURATION_BOUNDS,
  MAX_CONTAINER_NAME,
  MEMORY_BOUNDS,
} from "../../schemas/service/definition-defaults.ts";
import type { DraftComponent } from "../../schemas/service/draft-definition.ts";
import { parseImageReference } from "../../schemas/service/image-reference.ts";
import { LABEL_PREFIX } from "../../schemas/service/labels.ts";
import { parsePort } from "../../schemas/service/port-text.ts";
import { parseRestart } from "../../schemas/service/restart-text.ts";
import type { ComponentSpec, VolumeSpec } from "../../schemas/service/spec.ts";
import { PODMAN_NAME, parseVolume } from "../../schemas/service/volume-text.ts";
import { parseBytes } from "../../values/bytes.ts";
import { parseDuration } from "../../values/duration.ts";
import { containerName, type ServiceName } from "../../values/names.ts";
import { nearest } from "../../values/nearest.ts";
import { isWrong, type Parsed } from "../../values/parsed.ts";
import { present } from "../../values/present.ts";
import { checkEnv } from "./check-env.ts";
import { checkHealth } from "./check-health.ts";
import { parseName } from "./parse-name.ts";
import type { TableCheck } from "./table-check.ts";

/** `service` is empty when the service's own name is missing or wrong. */
export function checkComponent(draft: DraftComponent, service: ServiceName, check: TableCheck): ComponentSpec {
  const ports = check.parseEach("ports", draft.ports, parsePort);
  const volumes = checkVolumes(draft.volumes, check);
  const container = checkContainer(draft, (at, wrong) => check.add(at, wrong));
  refuseTwoMounts(volumes, container, check);
  return {
    name: check.parse("name", draft.name, (name) => parseComponentName(name, service)) ?? "",
    image: check.parse("image", draft.image, parseImage) ?? "",
    restart: check.parse("restart", draft.restart, parseRestart) ?? COMPONENT_DEFAULTS.restart,
    ports,
    volumes,
    cmd: check.parseEach("cmd", draft.cmd, withoutNul),
    env: checkEnv(draft.env, check),
    dependsOn: draft.depends_on ?? [],
    readOnly: draft.read_only ?? COMPONENT_DEFAULTS.readOnly,
    capDrop: checkCapabilities(draft.cap_drop, check),
    labels: checkLabels(draft.labels ?? {}, check),
    stopTimeoutMs:
      check.parse("stop_timeout", draft.stop_timeout, parseStopTimeout) ?? COMPONENT_DEFAULTS.stopTimeoutMs,
    minUpMs: check.parse("min_up", draft.min_up, parseMinUp) ?? COMPONENT_DEFAULTS.minUpMs,
    overlap: draft.overlap ?? COMPONENT_DEFAULTS.overlap,
    pull: draft.pull ?? COMPONENT_DEFAULTS.pull,
    ...present({
      network: check.parse("network", draft.network, parseNetwork),
      user: check.parse("user", draft.user, parseUser),
      memoryBytes: check.parse("memory", draft.memory, (text) => parseBytes(text, MEMORY_BOUNDS)),
      cpus: check.parse("cpus", draft.cpus, parseCpus),
      health: draft.health && checkHealth(draft.health, ports, check.within("health")),
    }),
    ...container,
  };
}

/** The name of a container is also its DNS name, which limits the length of service and component together. */
function parseComponentName(text: string, service: ServiceName): Parsed<string> {
  const parsed = parseName(text);
  if (isWrong(parsed)) return parsed;
  const container = containerName(service, text);
  if (container.length <= MAX_CONTAINER_NAME) return parsed;
  return {
    wrong: `the container name "${container}" has ${container.length} characters; the limit is ${MAX_CONTAINER_NAME}`,
  };
}

/** The reference as it was written. */
function parseImage(text: string): Parsed<string> {
  const parsed = parseImageReference(text);
  return isWrong(parsed) ? parsed : { value: text };
}

function withoutNul(text: string): Parsed<string> {
  return text.includes("\0") ? { wrong: "contains a NUL character" } : { value: text };
}

function parseCpus(cpus: number): Parsed<number> {
  if (cpus >= CPU_BOUNDS.min && cpus <= CPU_BOUNDS.max) return { value: cpus };
  return { wrong: `${cpus} is outside ${CPU_BOUNDS.min} to ${CPU_BOUNDS.max}`, example: "cpus = 1.5" };
}

/** Podman takes whole seconds. */
function parseStopTimeout(text: string): Parsed<number> {
  const parsed = parseDuration(text, DURATION_BOUNDS.stop_timeout);
  if (isWrong(parsed) || parsed.value % 1000 === 0) return parsed;
  return { wrong: `${text} is not a whole number of seconds`, instead: `"${Math.ceil(parsed.value / 1000)}s"` };
}

function parseMinUp(text: string): Parsed<number> {
  return parseDuration(text, DURATION_BOUNDS.min_up);
}

function checkVolumes(given: readonly string[] | undefined, check: TableCheck): VolumeSpec[] {
  const targets = (given ?? []).map((text, index) => {
    const parsed = parseVolume(text);
    return isWrong(parsed) ? `(${index})` : parsed.value.target;
  });
  check.refuseTwice("volumes", targets, "container path");
  return check.parseEach("volumes", given, parseVolume);
}

function refuseTwoMounts(volumes: readonly VolumeSpec[], { tmpfs = [] }: ContainerFields, check: TableCheck): void {
  const taken = tmpfs.find(({ path }) => volumes.some(({ target }) => target === path));
  if (taken !== undefined) check.add(["tmpfs"], { wrong: `volumes already mounts something at ${taken.path}` });
}

const LABEL_KEY = /^[^\s=\0]{1,255}$/;

/** Any label but those of mcp itself (labels.ts), which say what a container belongs to. */
function checkLabels(given: Readonly<Record<string, string>>, check: TableCheck): Record<string, string> {
  const inner = check.within("labels");
  for (const [key, value] of Object.entries(given)) inner.parse(key, value, () => parseLabel(key, value));
  return { ...given };
}

function parseLabel(key: string, value: string): Parsed<string> {
  if (key.startsWith(LABEL_PREFIX)) return { wrong: `mcp itself sets the labels that begin with "${LABEL_PREFIX}"` };
  if (!LABEL_KEY.test(key)) return { wrong: "the name of a label contains no space and no =" };
  return withoutNul(value);
}

/** What podman takes for a network mode and not for the name of a network. */
const NETWORK_MODES = ["host", "none", "bridge", "private", "default", "slirp4netns", "pasta", "container", "ns"];

/** The name of a podman network, which the agent creates when it is missing. Never a network mode. */
function parseNetwork(text: string): Parsed<string> {
  const [mode = ""] = text.split(":");
  if (NETWORK_MODES.includes(mode)) {
    return { wrong: `"${text}" is a network mode; only the name of a podman network is allowed (ports are published)` };
  }
  if (PODMAN_NAME.test(text)) return { value: text };
  return { wrong: `"${text}" is not the name of a network (letters, digits, _ . -)` };
}

const USER_NAME = /^(?:\d{1,10}|[A-Za-z_][A-Za-z0-9_.-]{0,31}\$?)$/;
/** The largest id: the kernel reserves the next one for "no id". */
const MAX_USER_ID = 2 ** 32 - 2;

/** `uid[:gid]` or `name[:group]`, as the container knows them. */
function parseUser(text: string): Parsed<string> {
  const parts = text.split(":");
  const good = parts.length <= 2 && parts.every((part) => USER_NAME.test(part) && !(Number(part) > MAX_USER_ID));
  if (good) return { value: text };
  return { wrong: `"${text}" is neither uid[:gid] nor name[:group]`, example: '"1000:1000"' };
}

const ALL = "all";

/** capabilities(7) as of Linux 5.9; no later version added one. */
const CAPABILITIES = (
  "AUDIT_CONTROL AUDIT_READ AUDIT_WRITE BLOCK_SUSPEND BPF CHECKPOINT_RESTORE CHOWN DAC_OVERRIDE DAC_READ_SEARCH " +
  "FOWNER FSETID IPC_LOCK IPC_OWNER KILL LEASE LINUX_IMMUTABLE MAC_ADMIN MAC_OVERRIDE MKNOD NET_ADMIN " +
  "NET_BIND_SERVICE NET_BROADCAST NET_RAW PERFMON SETFCAP SETGID SETPCAP SETUID SYSLOG SYS_ADMIN SYS_BOOT SYS_CHROOT " +
  "SYS_MODULE SYS_NICE SYS_PACCT SYS_PTRACE SYS_RAWIO SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG WAKE_ALARM"
).split(" ");

/** `all`, or capabilities with or without `CAP_`, in any case; the spec has them as `NET_RAW`, sorted. */
function checkCapabilities(given: readonly string[] | undefined, check: TableCheck): string[] {
  const plain = (given ?? []).map(plainCapability);
  check.refuseTwice("cap_drop", plain, "capability");
  const all = plain.indexOf(ALL);
  if (all >= 0 && new Set(plain).size > 1) {
    check.add(["cap_drop", all], { wrong: "all already includes the others", instead: '["all"]' });
  }
  return check.parseEach("cap_drop", given, parseCapability).toSorted();
}

function plainCapability(text: string): string {
  const name = text.toUpperCase().replace(/^CAP_/, "");
  return name === "ALL" ? ALL : name;
}

function parseCapability(text: string): Parsed<string> {
  const name = plainCapability(text);
  if (name === ALL || CAPABILITIES.includes(name)) return { value: name };
  const near = nearest(name, CAPABILITIES);
  const wrong = `"${text}" is not a Linux capability`;
  return near === undefined ? { wrong } : { wrong, instead: `"${near}"` };
}
