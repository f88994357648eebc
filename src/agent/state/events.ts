/** Makes event drafts, with id, time and severity. */
import { EVENT_KINDS, type EventKind, type McpEvent } from "../../schemas/wire/event.ts";
import type { NodeName } from "../../values/names.ts";
import type { EventDraft } from "../store/store.ts";
import { type Clock, isoNow } from "./clock.ts";

type Facts = Partial<Pick<McpEvent, "service" | "component" | "generation" | "author" | "data">>;

export type MakeEvent = (kind: EventKind, message: string, facts?: Facts) => EventDraft;

export function eventMaker(node: NodeName, clock: Clock): MakeEvent {
  return (kind, message, facts = {}) => ({
    version: 1,
    id: `${clock.newId()}${clock.newId()}`,
    node,
    kind,
    severity: EVENT_KINDS[kind],
    at: isoNow(clock),
    message,
    ...facts,
  });
}
