/** The history of one service on one node from its stored documents, and the state that a rollback restores. Pure. */
import { isDeepStrictEqual } from "node:util";
import type { StoredDesired } from "../../bus/ports/operator-bus.ts";
import type { HistoryEntry } from "../../schemas/output/history-output.ts";
import { type DesiredService, isTombstone, specOf } from "../../schemas/service/desired.ts";
import type { ServiceSpec } from "../../schemas/service/spec.ts";
import { McpError } from "../../values/error.ts";
import { present } from "../../values/present.ts";
import { differencesOf } from "../change/make-change.ts";
import type { CliSettings } from "../settings/read-settings.ts";
import { documentSignature } from "./document-signature.ts";

/** @param documents oldest first. @param trust from mcp.toml. @returns newest first */
export function historyEntries(documents: readonly StoredDesired[], trust: CliSettings["trust"]): HistoryEntry[] {
  const distinct = documents.filter(
    ({ document }, index) => document.writeId !== documents[index - 1]?.document.writeId,
  );
  return distinct
    .map((stored, index) => ({
      ...entryOf(stored, distinct[index - 1]),
      signature: documentSignature(stored.document, trust),
    }))
    .reverse();
}

function entryOf(stored: StoredDesired, before: StoredDesired | undefined): Omit<HistoryEntry, "signature"> {
  const { generation, at, author, command, message, base, force } = stored.document;
  const differences = before === undefined && base !== null ? undefined : differencesOf(specOf(stored), before);
  return {
    generation,
    at,
    author,
    command,
    ...present({ message }),
    retired: isTombstone(stored.document),
    forced: force !== undefined,
    ...present({ differences }),
  };
}

export interface EarlierState {
  readonly document: DesiredService;
  readonly spec: ServiceSpec;
}

/**
 * The state that a rollback restores: generation `to`, otherwise the newest one that differs from the stored state.
 * @param documents oldest first, not empty. @throws McpError E_NOT_FOUND, E_USAGE if that generation is a tombstone
 */
export function earlierState(documents: readonly StoredDesired[], to: number | undefined): EarlierState {
  const newest = documents.at(-1);
  const found =
    to === undefined ? lastOther(documents) : documents.findLast(({ document }) => document.generation === to);
  const target = newest === undefined ? "the service" : `${newest.document.service}@${newest.document.node}`;
  if (found === undefined) throw notKeptError(target, documents, to);
  const spec = specOf(found);
  if (spec !== undefined) return { document: found.document, spec };
  throw new McpError("E_USAGE", `generation ${to} of ${target} undeployed it, so there is nothing to restore`, {
    hint: `to undeploy it: \`mcp undeploy ${target}\``,
  });
}

function lastOther(documents: readonly StoredDesired[]): StoredDesired | undefined {
  const now = documents.at(-1);
  const current = now === undefined ? undefined : specOf(now);
  return documents.findLast((stored) => {
    const spec = specOf(stored);
    return spec !== undefined && !isDeepStrictEqual(spec, current);
  });
}

function notKeptError(target: string, documents: readonly StoredDesired[], to: number | undefined): McpError {
  const kept = documents.map(({ document }) => document.generation);
  const hint = `\`mcp history ${target}\` shows them; generations ${Math.min(...kept)} to ${Math.max(...kept)} are kept`;
  if (to === undefined) return new McpError("E_NOT_FOUND", `${target} has no earlier state that differs`, { hint });
  return new McpError("E_NOT_FOUND", `${target} has no generation ${to} any more`, { hint });
}
