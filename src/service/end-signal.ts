/** What ends a long-running program: SIGTERM, SIGINT, or its terminal going away. */

/**
 * Aborts at the first of them. A second SIGTERM or SIGINT ends the process at once, which leaves every step resumable; SIGHUP
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
