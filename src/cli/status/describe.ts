/** The lines of `mcp status`: a table of all services, then the details of some. Pure. */

import type { NodeLiveness } from "../../schemas/output/liveness-output.ts";
import type { ServiceStatus, StatusOutput } from "../../schemas/output/status-output.ts";
import type { ObservedComponent } from "../../schemas/service/observed.ts";
import type { McpEvent } from "../../schemas/wire/event.ts";
import { NONE } from "../../schemas/wire/subjects.ts";
import { type Cell, styled, textOf } from "../../terminal/cell.ts";
import { present } from "../../values/present.ts";
import { ageText, msSince } from "../output/age.ts";
import { eventText } from "../output/event-text.ts";
import type { Columns } from "../output/table.ts";
import { stateCell, whyText } from "../output/words.ts";
import { componentState, stepTextWithAge } from "./current-step.ts";
import { blockCode, nodeHint } from "./failure-advice.ts";
import { clockText, driftText, livenessText, storeText } from "./reason.ts";

export const STATUS_COLUMNS: Columns = [
  "SERVICE",
  "NODE",
  "STATE",
  { name: "DESIRED", rank: 1 },
  { name: "APPLIED", rank: 2 },
  { name: "REPORT", rank: 3 },
  { name: "WHY", rank: 4 },
];

export function statusRow(status: ServiceStatus): Cell[] {
  const { service, node, state, desired, appliedGeneration, reportAgeMs, reason, stale } = status;
  const age = reportAgeMs === undefined ? "none" : `${ageText(reportAgeMs)} ago`;
  return [
    service,
    node,
    stateCell(state),
    desired?.generation ?? "?",
    appliedGeneration ?? "-",
    stale ? styled("yellow", `${age}, stale`) : age,
    reason ?? "",
  ];
}

/** Everything about one service on one node. */
export function statusDetails(status: ServiceStatus, nowMs: number): Cell[][] {
  return [
    [styled("bold", `${status.service}@${status.node}`), "  ", stateCell(status.state)],
    ...desiredLines(status, nowMs),
    ...labeled("waiting", status.pendingMs === undefined ? [] : [ageText(status.pendingMs)]),
    ...labeled("why", status.reason === undefined ? [] : [status.reason]),
    ...status.components.map((component) => componentLine(component, nowMs)),
    ...labeled(
      "drift",
      status.drift.map(
        (drift) => `${driftText(drift)}, for ${ageText(msSince(drift.since, nowMs))}, ${repairsText(drift.repairs)}`,
      ),
    ),
    ...labeled(
      "blocked",
      status.blocked.map(
        ({ component, reason, message, ...block }) =>
          `${component ? `${component}: ` : ""}${reason}: ${message}${codeText(blockCode({ reason, ...block }))}`,
      ),
    ),
    ...failureLines(status, nowMs),
    ...labeled("hint", status.converged ? [] : hintsOf(status)),
  ];
}

function desiredLines({ desired, appliedGeneration, reportAgeMs }: ServiceStatus, nowMs: number): Cell[][] {
  const written = desired && `by ${desired.author}, ${ageText(msSince(desired.at, nowMs))} ago (${desired.command})`;
  const message = whyText(desired?.message);
  const report = reportAgeMs === undefined ? "never reported" : `reported ${ageText(reportAgeMs)} ago`;
  return [
    ...labeled("desired", desired ? [`generation ${desired.generation} ${written}${message}`] : ["none on the bus"]),
    ...labeled("applied", [`generation ${appliedGeneration ?? "none"}, ${report}`]),
  ];
}

function componentLine(component: ObservedComponent, nowMs: number): Cell[] {
  const { name, state, image, startedAt, exitCode, restarts, health, step } = component;
  const shown = componentState(component);
  const facts = [
    image,
    state === "running" && startedAt !== undefined ? `up ${ageText(msSince(startedAt, nowMs))}` : undefined,
    state === "exited" && exitCode !== undefined ? `exit code ${exitCode}` : undefined,
    restarts ? `${restarts} restarts` : undefined,
    shown === "starting" ? undefined : health,
  ].filter((fact) => fact !== undefined);
  const now = step === undefined ? "" : `, ${stepTextWithAge(step, nowMs)}`;
  const more = facts.length === 0 ? "" : styled("dim", ` (${facts.join(", ")})`);
  return [label("component"), `${name}: ${shown}`, styled("cyan", now), more];
}

function failureLines({ failure }: ServiceStatus, nowMs: number): Cell[][] {
  if (failure === undefined) return [];
  const { generation, component, code, message, at, previousServing, exitCode, lines } = failure;
  const exit = exitCode === undefined ? "" : `, exit code ${exitCode}`;
  const running = previousServing ? "; the previous version is still running" : "";
  const ago = ageText(msSince(at, nowMs));
  return [
    ...labeled("failed", [`generation ${generation}, ${component}, ${ago} ago: ${message} (${code}${exit})${running}`]),
    ...lines.map((line): Cell[] => [label(""), styled("dim", `| ${line}`)]),
  ];
}

function codeText(code: string | undefined): string {
  return code === undefined ? "" : ` (${code})`;
}

/** What to do about a failure and each block, once each. */
function hintsOf({ failure, blocked }: ServiceStatus): string[] {
  const hints = [...(failure === undefined ? [] : [failure]), ...blocked].map((problem) =>
    nodeHint("reason" in problem ? { ...problem, ...present({ code: blockCode(problem) }) } : problem),
  );
  return [...new Set(hints)].filter((hint) => hint !== undefined);
}

function repairsText(repairs: number): string {
  return repairs === 0 ? "not repaired" : `repaired ${repairs === 1 ? "once" : `${repairs} times`}`;
}

function labeled(name: string, texts: readonly string[]): Cell[][] {
  return texts.map((text) => [label(name), text]);
}

const LABEL_COLUMNS = 13;

function label(name: string): Cell {
  return styled("dim", `  ${name}`.padEnd(LABEL_COLUMNS));
}

/** Blanks before the later lines of a line that is too long: below its text, if it has a label. */
export function hangingOf([first = ""]: readonly Cell[]): number {
  const text = textOf(first);
  return text.startsWith("  ") && text.length === LABEL_COLUMNS ? LABEL_COLUMNS : 2;
}

export function absentLine(liveness: NodeLiveness): Cell[] {
  return [styled("yellow", livenessText(liveness))];
}

/** Of nodes that are online; the lines of the others say it too. */
export function clockLines(services: readonly ServiceStatus[]): Cell[][] {
  const wrong = services.filter(({ liveness, clockAheadMs }) => liveness === "online" && clockAheadMs !== undefined);
  const texts = wrong.map(({ node, clockAheadMs = 0 }) => clockText(node, clockAheadMs));
  return [...new Set(texts)].map((text) => [styled("yellow", text)]);
}

/** What keeps the agents of these nodes from storing anything, once for each node. */
export function storeLines(nodes: readonly Pick<NodeLiveness, "node" | "storeProblem">[]): Cell[][] {
  const problems = new Map(nodes.flatMap(({ node, storeProblem }) => (storeProblem ? [[node, storeProblem]] : [])));
  return [...problems].flatMap(([node, problem]): Cell[][] => [
    [styled("red", `${node}: ${storeText(problem)}`)],
    [styled("dim", `  ${problem.hint}`)],
  ]);
}

export function eventLine(event: McpEvent, nowMs: number): Cell[] {
  const { at, kind, node } = event;
  const who = node === NONE ? "operator" : node;
  return [label("event"), `${ageText(msSince(at, nowMs))} ago  ${who}  ${kind}  ${eventText(event)}`];
}

/** A stale state is only the last known one; `pending` comes from the bus and is never stale. */
function lastKnown({ state, stale }: ServiceStatus): string {
  return stale && state !== "pending" ? `last known ${state}` : state;
}

/** The last line: "No drift." only when every service shown has converged, by a fresh report, without a remark. */
export function closingLine({ converged, services }: StatusOutput): Cell[] {
  const remarked = services.filter(({ drift }) => drift.length > 0).length;
  if (converged && remarked > 0)
    return [styled("green", "All converged;"), ` ${remarked} of ${services.length} with a remark.`];
  if (converged) return [styled("green", "No drift.")];
  const open = services.filter((status) => !status.converged);
  const names = open.map((status) => `${status.service}@${status.node} (${lastKnown(status)})`);
  return [`${open.length} of ${services.length} not converged: ${names.join(", ")}`];
}
