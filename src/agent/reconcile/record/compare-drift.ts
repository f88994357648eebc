/** Which drift has opened and which has closed since the last pass. Pure. */
import type { Drift, OpenDrift } from "../../../schemas/service/drift.ts";

export interface DriftChange {
  readonly open: readonly OpenDrift[];
  readonly opened: readonly OpenDrift[];
  readonly closed: readonly OpenDrift[];
}

const keyOf = (drift: Drift) => `${drift.kind} ${drift.component ?? ""} ${drift.containerName ?? ""}`;

/**
 * @param before drift that was open
 * @param found drift that there is now
 * @param repairs attempts to repair so far, by component
 */
export function compareDrift(
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
