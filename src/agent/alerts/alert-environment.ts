/**
 * The environment of the alert command: of the agent's own only PATH, HOME and LANG; and the event in
 * `MCP_EVENT_*` for scripts that do not parse JSON. The event's `data` is only on stdin, since it may be long.
 */
import type { McpEvent } from "../../schemas/wire/event.ts";

/** `test` is `mcp-agent alert test`. */
export type AlertWord = "raised" | "resolved" | "test";

export interface AlertCall {
  readonly alert: AlertWord;
  readonly event: McpEvent;
  /** Id of the event whose alert is resolved. */
  readonly resolves?: string;
}

const USUAL_PATH = "/usr/local/bin:/usr/bin:/bin";
/** Characters of a value: all values together must stay far below the kernel's limit for an environment. */
const MAX_VALUE = 4_096;

export function alertEnvironment(call: AlertCall, env: NodeJS.ProcessEnv): Record<string, string> {
  const { event } = call;
  const drift = event.data?.["drift"];
  const values: Record<string, string | number | undefined> = {
    PATH: env["PATH"] || USUAL_PATH,
    HOME: env["HOME"],
    LANG: env["LANG"],
    MCP_EVENT_ALERT: call.alert,
    MCP_EVENT_RESOLVES: call.resolves,
    MCP_EVENT_ID: event.id,
    MCP_EVENT_NODE: event.node,
    MCP_EVENT_SEQUENCE: event.sequence,
    MCP_EVENT_KIND: event.kind,
    MCP_EVENT_SEVERITY: event.severity,
    MCP_EVENT_SERVICE: event.service,
    MCP_EVENT_COMPONENT: event.component,
    MCP_EVENT_AT: event.at,
    MCP_EVENT_MESSAGE: event.message,
    MCP_EVENT_GENERATION: event.generation,
    MCP_EVENT_AUTHOR: event.author,
    MCP_EVENT_DRIFT: typeof drift === "string" ? drift : undefined,
  };
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, asValue(String(value))]])),
  );
}

/** A NUL would truncate the value, and Node refuses to start a program with one. */
function asValue(text: string): string {
  return text.replaceAll("\0", " ").slice(0, MAX_VALUE);
}
