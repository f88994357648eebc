/** The signal that ends a command: SIGINT and SIGTERM abort it, the second one ends the process at once. */
import { McpError } from "../schemas/error.ts";
import { EXIT } from "./exit-codes.ts";
import type { Terminal } from "./output/output.ts";

/** Aborts with E_INTERRUPTED on SIGINT and SIGTERM, and quietly when a reader of stdout has gone (`| head`). */
export function endController(stdout: Terminal, stderr: Terminal): AbortController {
  const end = new AbortController();
  const interrupt = () => {
    if (end.signal.aborted) process.exit(EXIT.interrupted);
    end.abort(new McpError("E_INTERRUPTED", "interrupted"));
  };
  process.on("SIGINT", interrupt).on("SIGTERM", interrupt);
  for (const stream of [stdout, stderr]) stream.on("error", (error) => end.abort(error));
  return end;
}
