/** What `mcp events` and `mcp logs` print with `--json`: a stream, one document per line. */
import type { NodeName, ServiceName } from "../../values/names.ts";
import type { McpEvent } from "../wire/event.ts";
import type { LogLine } from "../wire/request.ts";

/** `mcp events`: a stream of these. */
export type EventsOutput = McpEvent;

/** `mcp logs`: a stream of these. */
export interface LogsOutput extends LogLine {
  readonly node: NodeName;
  readonly service: ServiceName;
}
