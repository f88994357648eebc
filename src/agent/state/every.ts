/** Repeats work on a clock. */
import { ChildController } from "./child-controller.ts";
import type { Clock } from "./clock.ts";

/** Does the work every `ms` milliseconds, until `signal` aborts or the returned function is called. Its errors are dropped. */
export function every(clock: Clock, ms: number, { work, signal }: { work(): Promise<unknown>; signal: AbortSignal }) {
  const ended = new ChildController(signal);
  const repeat = async () => {
    for (;;) {
      await clock.sleep(ms, ended.signal);
      void work().catch(() => undefined);
    }
  };
  void repeat().catch(() => undefined); // sleep rejects when it has ended
  return (): void => ended.abort();
}
