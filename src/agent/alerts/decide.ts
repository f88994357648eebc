/**
 * What an event, or the passing of time, means for alerts. Pure. A drift is raised once it has lasted `for`, anything
 * other alert at once. The same subject is not raised again within the cooldown; if it is still open when the cooldown
 * ends, it is raised then. An alert that was raised is resolved when its cause ends.
 */
import type { EventKind, McpEvent } from "../../schemas/wire/event.ts";
import type { AlertRules, AlertState, Notice, OpenAlert } from "./alert-state.ts";
import { withNotice } from "./notices.ts";

/** Kinds that describe one moment: no later event closes them. */
const MOMENTS: ReadonlySet<EventKind> = new Set([
  "deploy-failed",
  "drift-fight",
  "flapping",
  "runtime-empty",
  "store-rebuilt",
  "desired-regressed",
  "desired-refused",
  "revocations-refused",
  "events-dropped",
]);

/** Last until `runtime-recovered`. */
const RUNTIME: ReadonlySet<EventKind> = new Set(["runtime-hung", "runtime-unreachable"]);

const OTHERS: ReadonlySet<EventKind> = new Set(["drift-opened", "drift-closed", "runtime-recovered", "agent-started"]);

/** Within this time after its start an agent reports a runtime that does not answer. */
const CONFIRMED_MS = 60_000;

/** True when an event of this kind can affect alerts. */
export const concernsAlerts = (kind: EventKind): boolean => MOMENTS.has(kind) || RUNTIME.has(kind) || OTHERS.has(kind);

export interface Now {
  readonly nowMs: number;
  readonly rules: AlertRules;
}

/** Applies one event; `afterTime` then raises what is due. Applying an event twice has no further effect. */
export function afterEvent(state: AlertState, event: McpEvent, now: Now): AlertState {
  if (event.sequence <= state.sequence) return state;
  const seen = { ...state, sequence: event.sequence };
  const { kind } = event;
  if (MOMENTS.has(kind)) return moment(seen, event, now);
  if (RUNTIME.has(kind)) return opened(seen, event, { ...now, key: `runtime ${kind}`, waitMs: 0 });
  if (kind === "drift-opened") return opened(seen, event, { ...now, key: driftKey(event), waitMs: now.rules.forMs });
  if (kind === "drift-closed") return closed(seen, driftKey(event), event);
  if (kind === "runtime-recovered") return runtimeKeys(seen).reduce((next, key) => closed(next, key, event), seen);
  if (kind === "agent-started") return doubtRuntime(seen, now.nowMs);
  return seen;
}

/** Raises what is due, closes what was not confirmed, removes cooldowns that are over. */
export function afterTime(state: AlertState, { nowMs, rules }: Now): AlertState {
  const quiet = Object.fromEntries(
    Object.entries(state.quiet)
      // A clock that was set back must not extend a cooldown.
      .map(([subject, untilMs]): [string, number] => [subject, Math.min(untilMs, nowMs + rules.cooldownMs)])
      .filter(([, untilMs]) => untilMs > nowMs),
  );
  const over = Object.entries(state.open).filter(([, { overMs }]) => overMs !== undefined && overMs <= nowMs);
  const current = over.reduce((next, [key, alert]) => closed(next, key, endOf(alert, nowMs)), { ...state, quiet });
  return Object.entries(current.open).reduce((next, entry) => raisedIfDue(next, entry, { nowMs, rules }), current);
}

function raisedIfDue(state: AlertState, [key, alert]: [string, OpenAlert], now: Now): AlertState {
  const { nowMs, rules } = now;
  if (alert.raised || (state.quiet[alert.subject] ?? 0) > nowMs) return state;
  // As with cooldowns: never longer than `for` from now.
  const dueMs = Math.min(alert.dueMs, nowMs + rules.forMs);
  const raised = dueMs <= nowMs;
  const next = { ...state, open: { ...state.open, [key]: { ...alert, dueMs, raised } } };
  return raised ? raise(next, alert, now) : next;
}

/**
 * Closes alerts that are no longer open although no event reported it (a full event queue drops the least severe).
 * @param isOpen whether a drift is still open; asked only for what was seen more than `CONFIRMED_MS` ago
 */
export function closeUnconfirmed(state: AlertState, isOpen: (key: string) => boolean, nowMs: number): AlertState {
  const gone = Object.entries(state.open).filter(
    ([key, { event, seenMs }]) => event.kind === "drift-opened" && nowMs - seenMs > CONFIRMED_MS && !isOpen(key),
  );
  return gone.reduce((next, [key, alert]) => closed(next, key, endOf(alert, nowMs)), state);
}

/** When `afterTime` next has something to do; Unix milliseconds, undefined for never. */
export function nextDueMs({ open, quiet }: AlertState): number | undefined {
  const times = Object.values(open).flatMap(({ raised, dueMs, overMs, subject }) => [
    ...(raised ? [] : [Math.max(dueMs, quiet[subject] ?? 0)]),
    ...(overMs === undefined ? [] : [overMs]),
  ]);
  return times.length === 0 ? undefined : Math.min(...times);
}

export interface DriftAddress {
  readonly service: string | undefined;
  readonly component: string | undefined;
  readonly drift: string;
  readonly container: string | undefined;
}

/** The key that matches a drift's closing to its opening. */
export function keyOfDrift({ service = "", component = "", drift, container = "" }: DriftAddress): string {
  return `drift ${service}/${component} ${drift} ${container}`;
}

function driftKey({ service, component, data }: McpEvent): string {
  return keyOfDrift({ service, component, drift: String(data?.["drift"]), container: textOf(data?.["container"]) });
}

const textOf = (value: unknown) => (typeof value === "string" ? value : undefined);

function subjectOf({ node, service = "", component = "", kind, data }: McpEvent): string {
  const what = kind === "drift-opened" ? textOf(data?.["drift"]) : undefined;
  return `${node} ${service}/${component} ${what ?? kind}`;
}

function moment(state: AlertState, event: McpEvent, { nowMs, rules }: Now): AlertState {
  const subject = subjectOf(event);
  const isOld = Date.parse(event.at) < state.sinceMs;
  if (isOld || (state.quiet[subject] ?? 0) > nowMs) return state;
  return raise(state, { subject, event }, { nowMs, rules });
}

function raise(state: AlertState, { subject, event }: Pick<OpenAlert, "subject" | "event">, now: Now): AlertState {
  const notice: Notice = { alert: "raised", subject, event, tries: 0, notBeforeMs: now.nowMs };
  const quiet = { ...state.quiet, [subject]: now.nowMs + now.rules.cooldownMs };
  return { ...state, quiet, notices: withNotice(state.notices, notice) };
}

function opened(state: AlertState, event: McpEvent, at: Now & { key: string; waitMs: number }): AlertState {
  const { key, nowMs, waitMs } = at;
  const dueMs = Math.min(nowMs, Date.parse(event.at) || nowMs) + waitMs;
  const fresh: OpenAlert = { subject: subjectOf(event), event, seenMs: nowMs, dueMs, raised: false };
  const { overMs: _, ...alert } = state.open[key] ?? fresh;
  return { ...state, open: { ...state.open, [key]: alert } };
}

/** A resolve notice goes out only for what was raised. */
function closed(state: AlertState, key: string, by: McpEvent): AlertState {
  const { [key]: alert, ...open } = state.open;
  if (alert === undefined) return state;
  if (!alert.raised) return { ...state, open };
  const { subject, event } = alert;
  const notice: Notice = { alert: "resolved", subject, event: by, resolves: event.id, tries: 0, notBeforeMs: 0 };
  return { ...state, open, notices: withNotice(state.notices, notice) };
}

const runtimeKeys = (state: AlertState) => Object.keys(state.open).filter((key) => key.startsWith("runtime "));

/** Nobody saw whether the runtime answered again while the agent was away: it counts as healthy unless reported again. */
function doubtRuntime(state: AlertState, nowMs: number): AlertState {
  const doubted = runtimeKeys(state).map((key) => [key, { ...state.open[key], overMs: nowMs + CONFIRMED_MS }]);
  return { ...state, open: { ...state.open, ...Object.fromEntries(doubted) } };
}

/** Replaces the closing event that never came. */
function endOf({ event }: OpenAlert, nowMs: number): McpEvent {
  const { data: _, ...rest } = event;
  const drift = textOf(event.data?.["drift"]);
  return {
    ...rest,
    id: `${event.id}-end`,
    kind: drift === undefined ? "runtime-recovered" : "drift-closed",
    severity: "info",
    at: new Date(nowMs).toISOString(),
    message: drift === undefined ? "podman answers" : `no longer ${drift}`,
    ...(drift === undefined ? {} : { data: { drift } }),
  };
}
