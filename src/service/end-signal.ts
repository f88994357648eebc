/** The signal that ends a long-running program: SIGTERM, SIGINT, or SIGHUP when its terminal closes. */

/**
 * Aborts at the first of them. A second SIGTERM or SIGINT ends the process at once; every step can still be resumed. SIGHUP
 * never does, since shell and kernel each send one.
 */
export function endSignal(): AbortSignal {
  const end = new AbortController();
  const onSignal = () => {
    if (end.signal.aborted) process.exit(130);
    end.abort();
  };
  process
    .on("SIGTERM", onSignal)
    .on("SIGINT", onSignal)
    .on("SIGHUP", () => end.abort());
  return end.signal;
}
