/**
 * Containers that podman cannot bring to rest or up by itself: their process is gone unseen, or they stay in a state that should soon
 * be over. Starting or stopping them has no effect, so they are removed and made again. Pure.
 */
import type { ContainerState } from "../../../schemas/service/observed.ts";
import type { ObservedContainer } from "../model/classify.ts";

/** A stop may take its whole time-out, and somebody may have given it a longer one. */
const PATIENCE_MS = 20_000;

const PASSING: readonly ContainerState[] = ["stopping", "unknown"];

/** A state that ends by itself: podman is about to stop or remove the container. */
export const isPassing = (state: ContainerState): boolean => PASSING.includes(state);

/** Only removing it helps. */
export function isStuck(container: ObservedContainer, stopTimeoutMs: number, nowMs: number): boolean {
  return container.isLost === true || (isPassing(container.state) && passesUntil(container, stopTimeoutMs) <= nowMs);
}

/** Unix milliseconds until which its state may still end by itself. */
export function passesUntil({ sinceMs }: ObservedContainer, stopTimeoutMs: number): number {
  return (sinceMs ?? 0) + stopTimeoutMs + PATIENCE_MS;
}

/** For people: `stopping`, `exited (exit code 1)`, `running, but its process is gone`. */
export function stateText({ state, exitCode, isLost }: ObservedContainer): string {
  if (isLost === true) return `${state}, but its process is gone`;
  return exitCode === undefined ? state : `${state} (exit code ${exitCode})`;
}
