/** Why a change is not written: somebody else wrote what this workstation has not seen, or the bus lost state. Pure. */
import type { StoredDesired } from "../../bus/ports/operator-bus.ts";
import { validateDesired } from "../../schemas/generated/validators.ts";
import type { ConflictDetails } from "../../schemas/output/change-output.ts";
import type { DesiredService, StateRef } from "../../schemas/service/desired.ts";
import type { FieldDifference } from "../../schemas/service/drift.ts";
import { McpError } from "../../values/error.ts";
import { present } from "../../values/present.ts";
import { shortened } from "../../values/quoted.ts";
import { MAX_MESSAGE } from "../output/words.ts";
import type { ServiceSnapshot } from "./service-snapshot.ts";

interface Unseen {
  readonly seen: StateRef | undefined;
  /** What the refused change would change. */
  readonly differences: readonly FieldDifference[];
}

/** Somebody else wrote a state that this workstation has not seen. */
export function unseenError(stored: DesiredService, { seen, differences }: Unseen): McpError {
  const { service } = stored;
  const which =
    seen === undefined
      ? "which this workstation has not seen"
      : `after generation ${seen.generation}, the last one that this workstation has seen`;
  return new McpError("E_CONFLICT", `${wroteText(stored)}, ${which}`, {
    hint: `compare with \`mcp plan ${service}\`; overwrite with \`mcp deploy ${service} --force\``,
    details: detailsOf(stored, differences),
  });
}

/** Somebody else wrote between reading and writing. */
export function overtakenError(stored: DesiredService, differences: readonly FieldDifference[]): McpError {
  return new McpError("E_CONFLICT", `${wroteText(stored)} just now; nothing was written`, {
    hint: `see \`mcp status ${stored.service}\`, then repeat the command`,
    details: detailsOf(stored, differences),
  });
}

/** The bus has lost the state `lost`, which the node accepted or this workstation has seen. */
export function regressedError(snapshot: ServiceSnapshot, lost: StateRef): McpError {
  return new McpError("E_REGRESSED", regressedText(snapshot, lost), {
    hint: `restore what the nodes accepted with \`mcp sync --reseed\`; or, if your definition is newer, \`mcp deploy ${snapshot.service} --force\``,
  });
}

function regressedText({ service, node, stored, accepted }: ServiceSnapshot, lost: StateRef): string {
  const now = stored?.document.generation ?? 0;
  const what = `generation ${lost.generation} of ${service}@${node}`;
  const who = lost === accepted ? `${node} accepted` : "this workstation has seen";
  if (lost.generation === now) return `${who} another ${what} than the bus has: the bus was set back to an older state`;
  if (lost.generation < now)
    return `${who} ${what}, and the bus does not show that its generation ${now} descends from it`;
  const has = now === 0 ? "nothing" : `generation ${now}`;
  return `${who} ${what}, but the bus has ${has}: it has lost newer state`;
}

/** The node has missed so many states that a document cannot name them all. */
export function longAncestryError({ service, node }: ServiceSnapshot, accepted: StateRef): McpError {
  const text = `${node} accepted generation ${accepted.generation} of ${service}, and more generations followed than a document can name`;
  return new McpError("E_REGRESSED", text, {
    hint: `override generation ${accepted.generation} with \`mcp deploy ${service} --force\``,
  });
}

/** The stored document that E_CONFLICT of the bus carries; undefined when there is none. */
export function storedAtConflict({ details }: McpError): StoredDesired | undefined {
  if (typeof details !== "object" || details === null || !("document" in details) || !("revision" in details)) return;
  const document = validateDesired(details.document);
  if (!document.success || typeof details.revision !== "number") return;
  return { document: document.data, revision: details.revision };
}

function wroteText({ service, node, author, generation, at, message }: DesiredService): string {
  const why = message === undefined ? "" : ` ("${shortened(message, MAX_MESSAGE)}")`;
  return `${service}@${node}: ${author} wrote generation ${generation} at ${at}${why}`;
}

function detailsOf(stored: DesiredService, differences: readonly FieldDifference[]): ConflictDetails {
  const { service, node, generation, author, at, command, message } = stored;
  return { service, node, generation, author, at, command, ...present({ message }), differences };
}
