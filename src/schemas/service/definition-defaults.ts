/** The default of each optional key of a definition, and the limits of its values. Help and documents print these. */
import type { ByteBounds } from "../../values/bytes.ts";
import { type DurationBounds, formatDuration } from "../../values/duration.ts";
import { CONTAINER_KEY_DEFAULTS } from "../container/rows.ts";
import type { ComponentDefinition, HealthDefinition, ServiceDefinition } from "./definition.ts";
import type { ComponentSpec, HealthSpec, ServiceSpec } from "./spec.ts";

const SECOND_MS = 1_000;
const HOUR_MS = 3_600 * SECOND_MS;
const MIB = 1024 ** 2;

export const SERVICE_DEFAULTS = { active: true, drift: "repair" } as const satisfies Partial<ServiceSpec>;

export const COMPONENT_DEFAULTS = {
  restart: { policy: "unless-stopped" },
  readOnly: false,
  stopTimeoutMs: 10 * SECOND_MS,
  minUpMs: 2 * SECOND_MS,
  overlap: false,
  pull: "missing",
} as const satisfies Partial<ComponentSpec>;

/** The default timeout is never longer than the interval that is given. */
export const HEALTH_DEFAULTS = {
  intervalMs: 10 * SECOND_MS,
  timeoutMs: 3 * SECOND_MS,
  retries: 3,
  startPeriodMs: 0,
  onUnhealthy: "restart",
} as const satisfies Partial<HealthSpec>;

/** The default of each optional key: `value` as it would be written in the file, or `text` where the default is not a constant. */
type KeyDefaults<T> = { readonly [K in keyof T as undefined extends T[K] ? K : never]-?: KeyDefault<T[K]> };
export type KeyDefault<V> = { readonly value: V } | { readonly text: string };

export const SERVICE_KEY_DEFAULTS: KeyDefaults<ServiceDefinition> = {
  node: { text: "none; required without `nodes`" },
  nodes: { text: "the one `node`" },
  active: { value: SERVICE_DEFAULTS.active },
  drift: { value: SERVICE_DEFAULTS.drift },
};

export const COMPONENT_KEY_DEFAULTS: KeyDefaults<ComponentDefinition> = {
  network: { text: "podman's default network" },
  user: { text: "the user of the image" },
  restart: { value: COMPONENT_DEFAULTS.restart.policy },
  ports: { value: [] },
  volumes: { value: [] },
  cmd: { text: "the command of the image" },
  env: { value: [] },
  depends_on: { value: [] },
  memory: { text: "no limit" },
  cpus: { text: "no limit" },
  read_only: { value: COMPONENT_DEFAULTS.readOnly },
  cap_drop: { value: [] },
  labels: { value: {} },
  stop_timeout: { value: formatDuration(COMPONENT_DEFAULTS.stopTimeoutMs) },
  min_up: { value: formatDuration(COMPONENT_DEFAULTS.minUpMs) },
  overlap: { value: COMPONENT_DEFAULTS.overlap },
  pull: { value: COMPONENT_DEFAULTS.pull },
  health: { text: "no health check" },
  ...CONTAINER_KEY_DEFAULTS,
};

export const HEALTH_KEY_DEFAULTS: KeyDefaults<HealthDefinition> = {
  cmd: { text: "none" },
  http: { text: "none" },
  tcp: { text: "none" },
  interval: { value: formatDuration(HEALTH_DEFAULTS.intervalMs) },
  timeout: { value: formatDuration(HEALTH_DEFAULTS.timeoutMs) },
  retries: { value: HEALTH_DEFAULTS.retries },
  start_period: { value: formatDuration(HEALTH_DEFAULTS.startPeriodMs) },
  on_unhealthy: { value: HEALTH_DEFAULTS.onUnhealthy },
};

export const DURATION_BOUNDS = {
  stop_timeout: { minMs: 0, maxMs: HOUR_MS },
  min_up: { minMs: 0, maxMs: HOUR_MS },
  interval: { minMs: 100, maxMs: 24 * HOUR_MS },
  timeout: { minMs: 100, maxMs: HOUR_MS },
  start_period: { minMs: 0, maxMs: 24 * HOUR_MS },
} as const satisfies Record<string, DurationBounds>;

/** The minimum is Docker's: with less, the runtime cannot start a process. */
export const MEMORY_BOUNDS: ByteBounds = { min: 6 * MIB, max: 1024 ** 5 };

/** Podman turns cpus into a quota per 100 ms; the kernel accepts no quota below 1 ms. */
export const CPU_BOUNDS = { min: 0.01, max: 1024 } as const;

export const MAX_COMPONENTS = 64;
export const MAX_NODES = 10_000;
export const MAX_HEALTH_RETRIES = 100;
/** The name of a container is also its DNS name (RFC 1123). */
export const MAX_CONTAINER_NAME = 63;
