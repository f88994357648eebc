/** Prints a sync: a line for each node with changes, the total, failures, and what was left alone. */

import type { SyncCounts, SyncNode, SyncOutput, SyncResult } from "../../schemas/output/sync-output.ts";
import { type Cell, type StyleName, styled } from "../../terminal/cell.ts";
import { durationText } from "../output/age.ts";
import { counted } from "../output/counted.ts";
import { ownLines } from "../output/error-report.ts";
import type { Output } from "../output/output.ts";
import { differenceLine } from "../output/words.ts";
import { livenessText } from "../status/reason.ts";

const COLUMNS = ["NODE", "CREATED", "UPDATED", "UNCHANGED", "PENDING", "CONFLICT", "REFUSED", "RETIRED"];
const DIFFERENCES_SHOWN = 5;
const NAMES_SHOWN = 10;

/** Outcomes in the order of the closing line, with their colors. */
const STYLES = {
  created: "green",
  updated: "green",
  unchanged: "dim",
  conflict: "red",
  refused: "red",
  retired: "yellow",
} as const satisfies Partial<Record<keyof SyncCounts, StyleName>>;

export function printSync(out: Output, output: SyncOutput): void {
  const changed = output.nodes.filter(hasChanges);
  if (changed.length > 0) out.table(COLUMNS, changed.map(row));
  const quiet = output.nodes.length - changed.length;
  if (quiet > 0 && changed.length > 0) out.print(`${counted(quiet, "other node")} unchanged`);
  for (const cells of closing(output)) out.print(...cells);
  printFailures(out, output);
  printLeftAlone(out, output);
}

function hasChanges({ created, updated, conflict, retired, refused, pending }: SyncNode): boolean {
  return created + updated + conflict + retired + refused + pending > 0;
}

function row({ node, created, updated, unchanged, pending, conflict, refused, retired }: SyncNode): Cell[] {
  return [
    node,
    created,
    updated,
    unchanged,
    marked("yellow", pending),
    marked("red", conflict),
    marked("red", refused),
    retired,
  ];
}

function marked(style: StyleName, count: number): Cell {
  return count === 0 ? count : styled(style, count);
}

/** `12 created, 3 updated, 85 unchanged on 10 nodes in 1.2s`, then the pending nodes. */
function closing({ dryRun, total, nodes, tookMs }: SyncOutput): Cell[][] {
  const parts = Object.entries(STYLES).flatMap(([outcome, style]) => {
    const count = total[outcome as keyof typeof STYLES];
    return count === 0 ? [] : [styled(style, `${count} ${outcome}`), ", "];
  });
  const what = parts.length === 0 ? ["nothing to do"] : parts.slice(0, -1);
  const prefix = dryRun ? [styled("yellow", "dry run, nothing was written: ")] : [];
  const lines: Cell[][] = [[...prefix, ...what, ` on ${counted(nodes.length, "node")} in ${durationText(tookMs)}`]];
  const waiting = nodes.filter(({ pending }) => pending > 0);
  if (waiting.length === 0) return lines;
  const names = shortList(waiting.map(livenessText));
  return [...lines, [styled("yellow", `${total.pending} pending: `), `${names}; applied when back`]];
}

function printFailures(out: Output, { results, broken, reseeded = [] }: SyncOutput): void {
  for (const { message } of broken) {
    const [first = "", ...more] = ownLines("E_DEFINITION", message);
    out.complain(styled("red", "broken: "), first);
    for (const line of more) out.complain(`  ${line}`);
  }
  for (const { error } of reseeded)
    if (error !== undefined) out.complain(styled("red", "not restored: "), error.message);
  const failed = results.filter(({ error }) => error !== undefined);
  for (const result of failed) printFailure(out, result);
  for (const hint of new Set(failed.map(({ error }) => error?.hint ?? "")))
    out.complain(styled("cyan", "hint: "), hint);
  for (const { service, node, outcome } of results) {
    if (outcome !== "retired") continue;
    out.note(
      `${service}@${node} was undeployed and stays undeployed; \`mcp deploy ${service}@${node}\` brings it back`,
    );
  }
}

function printFailure(out: Output, { outcome, error, differences }: SyncResult): void {
  const [first = "", ...more] = ownLines(error?.code, error?.message ?? "");
  out.complain(styled("red", `${outcome}: `), first, styled("dim", ` (${error?.code})`));
  for (const line of more) out.complain(`  ${line}`);
  for (const difference of differences.slice(0, DIFFERENCES_SHOWN)) out.complain(...differenceLine(difference));
  if (differences.length > DIFFERENCES_SHOWN) out.complain(`  and ${differences.length - DIFFERENCES_SHOWN} more`);
}

function printLeftAlone(out: Output, { others, unmanaged, silent, reseeded }: SyncOutput): void {
  const returned = reseeded?.filter(({ outcome }) => outcome === "returned").length;
  if (returned !== undefined) out.note(`${counted(returned, "accepted state")} restored from the nodes`);
  for (const { node, name, image, state, service } of unmanaged) {
    const whose = service === undefined ? "unmanaged" : `of ${service}, which has no desired state there`;
    out.note(`${node}: container ${name} (${image}, ${state}) is ${whose}; left alone`);
  }
  if (others.length > 0) {
    out.note(
      `without a definition here, left alone: ${shortList(others.map(({ service, node }) => `${service}@${node}`))}`,
    );
  }
  if (silent.length > 0)
    out.note(`no answer about undeclared containers: ${shortList(silent.map(({ node }) => node))}`);
}

function shortList(names: readonly string[]): string {
  const shown = names.slice(0, NAMES_SHOWN).join(", ");
  return names.length > NAMES_SHOWN ? `${shown} and ${names.length - NAMES_SHOWN} more` : shown;
}
