/** Why a change is not written: who wrote what this workstation has not seen, or what the bus has lost. Pure. */
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
  /** What the refused change would have changed. */
  readonly differences: readonly FieldDifference[];
}

/** Somebody wrote what this workstation has not seen. */
export function unseenError(standing: DesiredService, { seen, differences }: Unseen): McpError {
  const { service } = standing;
  const which =
    seen === undefined
      ? "which this workstation has never seen"
      : `after generation ${seen.generation}, the last one that this workstation saw`;
  return new McpError("E_CONFLICT", `${wroteText(standing)}, ${which}`, {
    hint: `look with \`mcp plan ${service}\`; yours wins with \`mcp deploy ${service} --force\``,
    details: detailsOf(standing, differences),
  });
}

/** Somebody was quicker, between reading and writing. */
export function overtakenError(standing: DesiredService, differences: readonly FieldDifference[]): McpError {
  return new McpError("E_CONFLICT", `${wroteText(standing)} just now; nothing of yours was written`, {
    hint: `look with \`mcp status ${standing.service}\`, then repeat the command`,
    details: detailsOf(standing, differences),
  });
}

/** The bus has lost `lost`, which the node accepted or this workstation saw. */
export function regressedError({ service, node, stored, accepted }: ServiceSnapshot, lost: StateRef): McpError {
  const holds = stored === undefined ? "nothing" : `generation ${stored.document.generation}`;
  const who = lost === accepted ? `${node} accepted` : "this workstation has seen";
  const isFork = lost.generation === stored?.document.generation;
  const text = isFork
    ? `${who} another generation ${lost.generation} of ${service}@${node} than the bus holds: the bus was set back`
    : `${who} generation ${lost.generation} of ${service}@${node}, but the bus holds ${holds}: it has lost newer state`;
  return new McpError("E_REGRESSED", text, {
    hint: `put back what the nodes accepted with \`mcp sync --reseed\`; if your definition is the newest truth, write it with \`mcp deploy ${service} --force\``,
  });
}

/** What stands there, as the bus tells it with E_CONFLICT; undefined when it is gone. */
export function standingOf({ details }: McpError): StoredDesired | undefined {
  if (typeof details !== "object" || details === null || !("document" in details) || !("revision" in details)) return;
  const document = validateDesired(details.document);
  if (!document.success || typeof details.revision !== "number") return;
  return { document: document.data, revision: details.revision };
}

function wroteText({ service, node, author, generation, at, message }: DesiredService): string {
  const why = message === undefined ? "" : ` ("${shortened(message, MAX_MESSAGE)}")`;
  return `${service}@${node}: ${author} wrote generation ${generation} at ${at}${why}`;
}

function detailsOf(standing: DesiredService, differences: readonly FieldDifference[]): ConflictDetails {
  const { service, node, generation, author, at, command, message } = standing;
  return { service, node, generation, author, at, command, ...present({ message }), differences };
}
