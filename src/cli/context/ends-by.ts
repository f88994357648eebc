/** Waiting that ends: for some work, and no longer than a little after the signal that ends it. */

/**
 * The result of `work`; undefined when `signal` aborted and `graceMs` passed without one. What `work` does later,
 * failing included, is then nobody's concern.
 */
export async function endsBy<T>(work: Promise<T>, signal: AbortSignal, graceMs: number): Promise<T | undefined> {
  const waiting: { timer?: NodeJS.Timeout; stop?: () => void } = {};
  const givenUp = new Promise<undefined>((resolve) => {
    waiting.stop = () => {
      waiting.timer = setTimeout(() => resolve(undefined), graceMs);
    };
    if (signal.aborted) waiting.stop();
    else signal.addEventListener("abort", waiting.stop, { once: true });
  });
  try {
    return await Promise.race([work, givenUp]);
  } finally {
    clearTimeout(waiting.timer);
    if (waiting.stop) signal.removeEventListener("abort", waiting.stop);
  }
}
