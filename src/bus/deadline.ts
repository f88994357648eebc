/**
 * The two ways a call to the bus ends without an answer: time is up, or the connection is lost under it.
 */
import { errors } from "@nats-io/nats-core";

/** Rejects when the connection is lost or the time is up; never resolves. Ends quietly with `over`. */
export function failure(lost: AbortSignal, over: AbortSignal, timeoutMs: number): Promise<never> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new errors.TimeoutError()), timeoutMs);
    const cut = () => reject(new errors.ConnectionError("the connection was lost"));
    if (lost.aborted) cut();
    lost.addEventListener("abort", cut);
    over.addEventListener("abort", () => {
      clearTimeout(timer);
      lost.removeEventListener("abort", cut);
      // Settled for good, it lets go of the call it was raced with. Otherwise the long-lived signal's list of listeners
      // keeps the answer of every call reachable until the next full collection of garbage: 100 MB for a large file.
      (resolve as () => void)();
    });
  });
}
