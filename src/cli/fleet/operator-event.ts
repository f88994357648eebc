/** The event that records what an operator did. */
import { randomUUID } from "node:crypto";
import { EVENT_KINDS, type EventKind, type McpEvent } from "../../schemas/wire/event.ts";
import { NONE } from "../../schemas/wire/subjects.ts";

export type Act = Pick<McpEvent, "at" | "author" | "message" | "service" | "generation" | "data">;

/** The id is random: the bus drops a later event with the same id, so nobody must be able to guess it. */
export function operatorEvent(kind: EventKind, act: Act): McpEvent {
  return { version: 1, id: randomUUID(), node: NONE, sequence: 0, kind, severity: EVENT_KINDS[kind], ...act };
}
