/** Drift: one difference between desired and observed state, as found, reported and closed. */
import type { ComponentName } from "../../values/names.ts";

export type DriftKind =
  | "missing"
  | "not-running"
  | "unexpected"
  | "outdated"
  | "image-moved"
  | "renamed"
  | "conflict"
  | "orphan"
  | "unhealthy"
  | "unmanaged";

/** Kinds that are reported and change nothing: the service still counts as desired. */
const REPORTED_ONLY: ReadonlySet<DriftKind> = new Set(["image-moved"]);

export const isReportedOnly = ({ kind }: Pick<Drift, "kind">): boolean => REPORTED_ONLY.has(kind);

/** One field that differs; values are shown to people, secrets are never among them. */
export interface FieldDifference {
  readonly field: string;
  readonly want: string;
  readonly have: string;
}

export interface Drift {
  readonly kind: DriftKind;
  /** Absent when it concerns no component that is desired (an orphan has the one its label names). */
  readonly component?: ComponentName;
  readonly containerName?: string;
  readonly differences: readonly FieldDifference[];
}

/** An open drift, as reported. */
export interface OpenDrift extends Drift {
  /** ISO 8601: when this node first saw it. */
  readonly since: string;
  /** How often the agent has tried to repair it. */
  readonly repairs: number;
}
