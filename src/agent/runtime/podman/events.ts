/**
 * Podman's container events. An event has one flat map with labels and podman's own attributes; this module
 * separates them.
 */
import { Fields } from "../decode/fields.ts";
import { jsonLines } from "../decode/json-lines.ts";
import type { RuntimeEvent } from "../runtime.ts";
import type { PodmanCall } from "./call.ts";

/** A stream that was silent for this long is reopened by its reader, in case podman has lost it. */
export const EVENTS_IDLE_MS = 30 * 60_000;

const KINDS: Readonly<Record<string, RuntimeEvent["kind"]>> = {
  create: "created",
  start: "started",
  stop: "stopped",
  died: "died",
  kill: "killed",
  remove: "removed",
  rename: "renamed",
};

/** Podman's own attributes, which are not labels. */
const OWN_ATTRIBUTES = new Set(["name", "image", "podId", "containerExitCode", "execID", "signal", "health_status"]);

/**
 * Container events from now on. Podman sends the headers when it starts to watch, not with the first event;
 * then `onOpen` is called.
 */
export async function* podmanEvents(
  call: PodmanCall,
  onOpen: () => void,
  signal: AbortSignal,
): AsyncGenerator<RuntimeEvent> {
  const request = {
    what: "podman events",
    method: "GET",
    path: "/events",
    query: { stream: "true", filters: JSON.stringify({ type: ["container"] }) },
    expect: [200],
    limitMs: EVENTS_IDLE_MS,
  } as const;
  for await (const line of jsonLines(call.open(request, signal, onOpen), "events")) yield runtimeEvent(line);
}

/** @throws McpError E_RUNTIME when a field that every event has is missing. */
export function runtimeEvent(answer: unknown): RuntimeEvent {
  const event = new Fields(answer, "events");
  const actor = event.object("Actor");
  const attributes = actor.textMap("Attributes");
  const kind = KINDS[event.text("Action")] ?? "other";
  const exitCode = Number.parseInt(attributes["containerExitCode"] ?? "", 10);
  return {
    kind,
    containerId: actor.text("ID"),
    containerName: attributes["name"] ?? "",
    labels: Object.fromEntries(Object.entries(attributes).filter(([key]) => !OWN_ATTRIBUTES.has(key))),
    // 4.3 says "0" on every event; only a death has a code.
    ...(kind === "died" && !Number.isNaN(exitCode) ? { exitCode } : {}),
    // `timeNano` is beyond exact doubles, but not at the millisecond.
    atMs: Math.floor(event.number("timeNano") / 1e6),
  };
}
