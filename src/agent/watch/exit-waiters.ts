/**
 * Passes the runtime's exit events to the code that waits for them. These are only hints: nothing here is state, and
 * no code may rely on a hint.
 */
import type { RuntimeEvent } from "../runtime/runtime.ts";

export interface ExitWaiters {
  publish(event: RuntimeEvent): void;
  /** Resolves with the exit code, if known, when the runtime reports that this container died, or when `signal` aborts. */
  died(containerId: string, signal: AbortSignal): Promise<number | undefined>;
}

export function createExitWaiters(): ExitWaiters {
  const waiting = new Map<string, Set<(exitCode: number | undefined) => void>>();
  return {
    publish: (event) => {
      if (event.kind !== "died" && event.kind !== "removed") return;
      for (const resolve of waiting.get(event.containerId) ?? []) resolve(event.exitCode);
    },
    died: (containerId, signal) =>
      new Promise((resolve) => {
        const done = (exitCode: number | undefined) => {
          const others = waiting.get(containerId);
          others?.delete(done);
          if (others?.size === 0) waiting.delete(containerId);
          signal.removeEventListener("abort", onAbort);
          resolve(exitCode);
        };
        const onAbort = () => done(undefined);
        const set = waiting.get(containerId) ?? new Set();
        waiting.set(containerId, set.add(done));
        signal.addEventListener("abort", onAbort, { once: true });
        if (signal.aborted) onAbort();
      }),
  };
}
