/**
 * Podman's container events. What it attaches to an event is one flat map, labels and its own attributes mixed; here
 * they are told apart again.
 */
import { Fields } from "../decode/fields.ts";
import { jsonLines } from "../decode/json-lines.ts";
import type { RuntimeEvent } from "../runtime.ts";
import type { PodmanCall } from "./call.ts";

/** A stream that was silent for so long is reopened by its reader, in case podman lost track of it. */
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

/** Attributes that are podman's, not labels. */
const OWN_ATTRIBUTES = new Set(["name", "image", "podId", "containerExitCode", "execID", "signal", "health_status"]);

/**
 * Container events from now on. Podman sends the headers when it has begun to watch, not with the first event;
 * that is when `onOpen` is called.
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

/** @throws McpError E_RUNTIME when it lacks what every event has. */
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
