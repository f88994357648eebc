/** An operator's own act, as the event stream tells others of it. */
import { randomUUID } from "node:crypto";
import { EVENT_KINDS, type EventKind, type McpEvent } from "../../schemas/wire/event.ts";
import { NONE } from "../../schemas/wire/subjects.ts";

export type Act = Pick<McpEvent, "at" | "author" | "message" | "service" | "generation" | "data">;

/** Its id is its own: who publishes an id first has any later event of that id dropped, so it is none that others have read. */
export function operatorEvent(kind: EventKind, act: Act): McpEvent {
  return { version: 1, id: randomUUID(), node: NONE, sequence: 0, kind, severity: EVENT_KINDS[kind], ...act };
}
