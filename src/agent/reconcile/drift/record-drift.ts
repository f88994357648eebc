/** Which drifts have opened and which have closed since the last look. Pure. */
import type { Drift, OpenDrift } from "../../../schemas/service/drift.ts";

export interface DriftChange {
  readonly open: readonly OpenDrift[];
  readonly opened: readonly OpenDrift[];
  readonly closed: readonly OpenDrift[];
}

const keyOf = (drift: Drift) => `${drift.kind} ${drift.component ?? ""} ${drift.containerName ?? ""}`;

/**
 * @param before what was open
 * @param found what there is now
 * @param repairs tries so far, by component
 */
export function recordDrift(
  before: readonly OpenDrift[],
  found: readonly Drift[],
  { now, repairs }: { readonly now: string; readonly repairs: (component: string | undefined) => number },
): DriftChange {
  const known = new Map(before.map((drift) => [keyOf(drift), drift]));
  const open = found.map((drift) => {
    const since = known.get(keyOf(drift))?.since ?? now;
    return { ...drift, since, repairs: repairs(drift.component) };
  });
  const present = new Set(open.map(keyOf));
  return {
    open,
    opened: open.filter((drift) => !known.has(keyOf(drift))),
    closed: before
      .filter((drift) => !present.has(keyOf(drift)))
      .map((drift) => ({ ...drift, repairs: repairs(drift.component) })),
  };
}

/** One line for people: `web-api is not running: want running, have exited (exit code 137)`. */
export function describeDrift(drift: Drift): string {
  const name = drift.containerName ?? drift.component ?? "a container";
  const what = `${name}: ${drift.kind}`;
  const details = drift.differences.map((d) => `${d.field}: want ${d.want}, have ${d.have}`);
  return details.length === 0 ? what : `${what} (${details.join("; ")})`;
}
