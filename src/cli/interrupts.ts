/** The signal that ends a command: SIGINT, SIGTERM and a terminal that goes away abort it, a second one ends the process at once. */
import { McpError } from "../values/error.ts";
import { EXIT } from "./context/exit-codes.ts";
import type { Terminal } from "./output/output.ts";

/**
 * Aborts with E_INTERRUPTED on SIGINT, SIGTERM and SIGHUP, and quietly when a reader of stdout has gone (`| head`). A second
 * SIGHUP ends nothing: shell and kernel each send one.
 */
export function endController(stdout: Terminal, stderr: Terminal): AbortController {
  const end = new AbortController();
  const abort = () => end.abort(new McpError("E_INTERRUPTED", "interrupted"));
  const interrupt = () => {
    if (end.signal.aborted) process.exit(EXIT.interrupted);
    abort();
  };
  process.on("SIGINT", interrupt).on("SIGTERM", interrupt).on("SIGHUP", abort);
  for (const stream of [stdout, stderr]) stream.on("error", (error) => end.abort(error));
  return end;
}
