/**
 * Suppresses reports of single exits of a flapping component: `flapping` was reported once with a count, and until the
 * component has been quiet for some time, its `not-running` drift opens and closes unreported. Pure. What was reported
 * last is remembered, so that consumers get the correct state in the end.
 */
import type { OpenDrift } from "../../../schemas/service/drift.ts";
import type { ComponentName } from "../../../values/names.ts";
import type { Flap, ServiceMemory } from "../../store/store.ts";
import { REPAIR_WINDOW_MS } from "../model/backoff.ts";
import type { DriftChange } from "./compare-drift.ts";

/** Longer than any delay between two repairs, so that a component that fails each time does not count as quiet. */
export const QUIET_MS = REPAIR_WINDOW_MS;

interface Now {
  readonly nowMs: number;
  readonly generation: number;
}

/** False after a new generation, or when the clock was set back. */
export function isFlapping(flap: Flap | undefined, { nowMs, generation }: Now): boolean {
  const leftMs = (flap?.quietAtMs ?? 0) - nowMs;
  return flap?.generation === generation && leftMs > 0 && leftMs <= QUIET_MS;
}

interface Reported {
  readonly opened: readonly OpenDrift[];
  readonly closed: readonly OpenDrift[];
  /** The same object when nothing changed. */
  readonly flapping: ServiceMemory["flapping"];
}

export function suppressFlapping(flapping: ServiceMemory["flapping"], change: DriftChange, now: Now): Reported {
  const entries = Object.entries(flapping ?? {});
  const over = entries.filter(([, flap]) => !isFlapping(flap, now));
  const endings = over.map(([name, { told: reported }]) => ending(name, reported, change.open));
  const isReported = (drift: OpenDrift) => !entries.some(([name]) => isEndOf(name, drift));
  return {
    opened: [...change.opened.filter(isReported), ...endings.flatMap(({ opened }) => opened)],
    closed: [...change.closed.filter(isReported), ...endings.flatMap(({ closed }) => closed)],
    flapping: over.length === 0 ? flapping : without(flapping, new Set(over.map(([name]) => name))),
  };
}

export const isEndOf = (name: ComponentName, { kind, component }: OpenDrift): boolean =>
  kind === "not-running" && component === name;

/** The component has been quiet: reports the difference to the last report. */
function ending(name: ComponentName, reported: OpenDrift | undefined, open: readonly OpenDrift[]) {
  const now = open.filter((drift) => isEndOf(name, drift));
  const isSame = (drift: OpenDrift) => drift.containerName === reported?.containerName;
  return {
    opened: now.filter((drift) => !isSame(drift) || reported === undefined),
    closed: reported === undefined || now.some(isSame) ? [] : [reported],
  };
}

function without(flapping: ServiceMemory["flapping"], names: ReadonlySet<string>): ServiceMemory["flapping"] {
  const left = Object.entries(flapping ?? {}).filter(([name]) => !names.has(name));
  return left.length === 0 ? undefined : Object.fromEntries(left);
}
