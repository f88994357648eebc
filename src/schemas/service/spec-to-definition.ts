/** A spec in the words of a definition: the way back from what was checked to what people write. */
import { isDeepStrictEqual } from "node:util";
import { formatBytes } from "../../values/bytes.ts";
import { formatDuration } from "../../values/duration.ts";
import type { NodeName } from "../../values/names.ts";
import { type Present, present } from "../../values/present.ts";
import { containerInWords } from "../container/rows.ts";
import type { ComponentDefinition, HealthDefinition, ServiceDefinition } from "./definition.ts";
import { COMPONENT_DEFAULTS, HEALTH_DEFAULTS, SERVICE_DEFAULTS } from "./definition-defaults.ts";
import { formatPort } from "./port-text.ts";
import { formatRestart } from "./restart-text.ts";
import type { ComponentSpec, HealthSpec, ServiceSpec } from "./spec.ts";
import { formatVolume } from "./volume-text.ts";

/** The definition that says `spec` on `nodes` in the fewest words: what goes without saying is left out. */
export function specToDefinition(spec: ServiceSpec, nodes: readonly NodeName[]): ServiceDefinition {
  const [only, ...others] = nodes;
  return {
    name: spec.name,
    ...(only !== undefined && others.length === 0 ? { node: only } : { nodes: [...nodes] }),
    ...unlessDefault({ active: spec.active, drift: spec.drift }, SERVICE_DEFAULTS),
    components: spec.components.map(componentInFewWords),
  };
}

function componentInFewWords(spec: ComponentSpec): ComponentDefinition {
  const { name, image, ...rest } = componentInWords(spec);
  return {
    name,
    image,
    ...unlessDefault(rest, SILENT_COMPONENT),
    ...present({ health: healthInFewWords(spec.health) }),
  };
}

/** Every field of a component, defaults included, except those that have no value. Health is apart. */
export function componentInWords(spec: ComponentSpec): Omit<ComponentDefinition, "health"> {
  return {
    name: spec.name,
    image: spec.image,
    ...present({ network: spec.network, user: spec.user }),
    restart: formatRestart(spec.restart),
    ports: spec.ports.map(formatPort),
    volumes: spec.volumes.map(formatVolume),
    cmd: [...spec.cmd],
    env: Object.entries(spec.env).map(([key, value]) => `${key}=${value}`),
    depends_on: [...spec.dependsOn],
    ...present({ memory: spec.memoryBytes === undefined ? undefined : formatBytes(spec.memoryBytes), cpus: spec.cpus }),
    read_only: spec.readOnly,
    cap_drop: [...spec.capDrop],
    labels: { ...spec.labels },
    stop_timeout: formatDuration(spec.stopTimeoutMs),
    min_up: formatDuration(spec.minUpMs),
    overlap: spec.overlap,
    pull: spec.pull,
    ...containerInWords(spec),
  };
}

const SILENT_COMPONENT = {
  restart: formatRestart(COMPONENT_DEFAULTS.restart),
  ports: [],
  volumes: [],
  cmd: [],
  env: [],
  depends_on: [],
  read_only: COMPONENT_DEFAULTS.readOnly,
  cap_drop: [],
  labels: {},
  stop_timeout: formatDuration(COMPONENT_DEFAULTS.stopTimeoutMs),
  min_up: formatDuration(COMPONENT_DEFAULTS.minUpMs),
  overlap: COMPONENT_DEFAULTS.overlap,
  pull: COMPONENT_DEFAULTS.pull,
} satisfies Partial<ComponentDefinition>;

/** Every field of a health check, defaults included. */
export function healthInWords(spec: HealthSpec): HealthDefinition {
  return {
    ...targetInWords(spec),
    interval: formatDuration(spec.intervalMs),
    timeout: formatDuration(spec.timeoutMs),
    retries: spec.retries,
    start_period: formatDuration(spec.startPeriodMs),
    on_unhealthy: spec.onUnhealthy,
  };
}

function targetInWords({ check }: HealthSpec): HealthDefinition {
  if (check.kind === "cmd") return { cmd: [...check.cmd] };
  return check.kind === "http" ? { http: check.url } : { tcp: check.address };
}

function healthInFewWords(spec: HealthSpec | undefined): HealthDefinition | undefined {
  if (spec === undefined) return undefined;
  return unlessDefault(healthInWords(spec), {
    interval: formatDuration(HEALTH_DEFAULTS.intervalMs),
    timeout: formatDuration(Math.min(HEALTH_DEFAULTS.timeoutMs, spec.intervalMs)),
    retries: HEALTH_DEFAULTS.retries,
    start_period: formatDuration(HEALTH_DEFAULTS.startPeriodMs),
    on_unhealthy: HEALTH_DEFAULTS.onUnhealthy,
  });
}

/** The members that differ from what silence means. */
function unlessDefault<T extends object>(members: T, silent: Partial<Record<keyof T, unknown>>): Present<T> {
  const said = Object.entries(members).filter(([key, value]) => !isDeepStrictEqual(value, Reflect.get(silent, key)));
  return Object.fromEntries(said) as Present<T>;
}
