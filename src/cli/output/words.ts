/** Words that several commands share, and the color of each state, so that it is the same in every table. */

import type { Liveness } from "../../schemas/output/liveness-output.ts";
import type { ShownState } from "../../schemas/output/status-output.ts";
import type { FieldDifference } from "../../schemas/service/drift.ts";
import type { ContainerState, HealthState, StepName } from "../../schemas/service/observed.ts";
import type { Severity } from "../../schemas/wire/event.ts";
import { type Cell, type StyleName, styled } from "../../terminal/cell.ts";
import { shortened } from "../../values/quoted.ts";

export const NO_SERVICES = "no services yet: deploy one with `mcp deploy <service>`";

const STATE_STYLES = {
  converged: "green",
  progressing: "cyan",
  degraded: "red",
  blocked: "yellow",
  pending: "yellow",
  stopped: "dim",
  removed: "dim",
} as const satisfies Record<ShownState, StyleName>;

const LIVENESS_STYLES = {
  online: "green",
  offline: "red",
  left: "yellow",
  "never-seen": "dim",
} as const satisfies Record<Liveness, StyleName>;

const CONTAINER_STYLES = {
  running: "green",
  created: "cyan",
  exited: "red",
  paused: "yellow",
  stopping: "yellow",
  missing: "red",
  unknown: "yellow",
} as const satisfies Record<ContainerState, StyleName>;

const HEALTH_STYLES = { starting: "cyan", healthy: "green", unhealthy: "red" } as const satisfies Record<
  HealthState,
  StyleName
>;

const SEVERITY_STYLES = { info: "dim", warning: "yellow", error: "red" } as const satisfies Record<Severity, StyleName>;

export const stateCell = (state: ShownState): Cell => styled(STATE_STYLES[state], state);
export const livenessCell = (liveness: Liveness): Cell => styled(LIVENESS_STYLES[liveness], liveness);
export const containerCell = (state: ContainerState): Cell => styled(CONTAINER_STYLES[state], state);
export const healthCell = (health: HealthState | undefined): Cell =>
  health === undefined ? "-" : styled(HEALTH_STYLES[health], health);
export const severityCell = (severity: Severity): Cell => styled(SEVERITY_STYLES[severity], severity.padEnd(7));

const STEP_WORDS = {
  pull: "pulling",
  create: "creating",
  stop: "stopping",
  start: "starting",
  wait: "waiting",
  healthy: "healthy",
  up: "up",
  remove: "removing",
  restore: "restoring",
  unchanged: "unchanged",
} as const satisfies Record<StepName, string>;

export const stepWord = (step: StepName): string => STEP_WORDS[step];

/** What follows the step's word: its detail; a wait without one is the wait until the container counts as up. */
export const stepDetail = (step: StepName, detail: string | undefined): string | undefined =>
  detail ?? (step === "wait" ? "until it is up" : undefined);

/** `components.api.image: v1 → v2`, indented. */
export function differenceLine({ field, want, have }: FieldDifference): Cell[] {
  return ["  ", styled("bold", field), ": ", styled("red", have), " → ", styled("green", want)];
}

/** Said below what a viewer is shown of services. */
export const REPORTS_ONLY = "as the nodes report it: desired state is not shown to a viewer";

/** As much as `-m` takes; another program may have written more. */
export const MAX_MESSAGE = 500;

/** `: why`, as somebody gave it for a change; nothing when there is none. */
export function whyText(message: string | undefined): string {
  return message === undefined ? "" : `: ${shortened(message, MAX_MESSAGE)}`;
}
