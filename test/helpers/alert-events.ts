/** Events as alerts see them: numbered, at the tests' now unless said otherwise. */
import type { EventKind, McpEvent } from "../../src/schemas/wire/event.ts";
import { EVENT_KINDS } from "../../src/schemas/wire/event.ts";
import { NODE, NOW_MS } from "./builders.ts";

/** Of component `api` of service `web`; the id is `e<sequence>`. */
export function alertEvent(
  kind: EventKind,
  sequence: number,
  own: Partial<McpEvent> & { atMs?: number } = {},
): McpEvent {
  const { atMs = NOW_MS, ...rest } = own;
  return {
    version: 1,
    id: `e${sequence}`,
    node: NODE,
    sequence,
    kind,
    severity: EVENT_KINDS[kind],
    service: "web",
    component: "api",
    at: new Date(atMs).toISOString(),
    message: `${kind} ${sequence}`,
    ...rest,
  };
}

type DriftEvent = (sequence: number, own?: { atMs?: number; drift?: string; container?: string }) => McpEvent;

const driftEvent =
  (kind: "drift-opened" | "drift-closed"): DriftEvent =>
  (sequence, { atMs = NOW_MS, drift = "not-running", container = "web-api" } = {}) =>
    alertEvent(kind, sequence, { atMs, data: { drift, container } });

export const driftOpened = driftEvent("drift-opened");
export const driftClosed = driftEvent("drift-closed");
