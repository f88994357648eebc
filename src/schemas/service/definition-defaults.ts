/** What a definition means where it is silent, and the bounds of what it may say. Help and documents print these. */
import type { ByteBounds } from "../../values/bytes.ts";
import type { DurationBounds } from "../../values/duration.ts";
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

/** The time-out's default never exceeds the interval that is given. */
export const HEALTH_DEFAULTS = {
  intervalMs: 10 * SECOND_MS,
  timeoutMs: 3 * SECOND_MS,
  retries: 3,
  startPeriodMs: 0,
  onUnhealthy: "restart",
} as const satisfies Partial<HealthSpec>;

export const DURATION_BOUNDS = {
  stop_timeout: { minMs: 0, maxMs: HOUR_MS },
  min_up: { minMs: 0, maxMs: HOUR_MS },
  interval: { minMs: 100, maxMs: 24 * HOUR_MS },
  timeout: { minMs: 100, maxMs: HOUR_MS },
  start_period: { minMs: 0, maxMs: 24 * HOUR_MS },
} as const satisfies Record<string, DurationBounds>;

/** Docker's own least memory of a container: with less, the runtime cannot even start a process. */
export const MEMORY_BOUNDS: ByteBounds = { min: 6 * MIB, max: 1024 ** 5 };

/** Podman turns cpus into a quota per 100 ms; the kernel takes no quota below 1 ms. */
export const CPU_BOUNDS = { min: 0.01, max: 1024 } as const;

export const MAX_COMPONENTS = 64;
export const MAX_NODES = 10_000;
export const MAX_HEALTH_RETRIES = 100;
/** A container's name is also its name in DNS (RFC 1123). */
export const MAX_CONTAINER_NAME = 63;
