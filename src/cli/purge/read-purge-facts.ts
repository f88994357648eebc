/** Reads everything that a purge depends on, at the same time: desired state, reports, definitions and orphans. */
import type { OperatorBus } from "../../bus/ports/operator-bus.ts";
import { hasCode, McpError } from "../../values/error.ts";
import type { NodeName, Selector } from "../../values/names.ts";
import { didYouMean } from "../../values/nearest.ts";
import { type AllDefinitions, readAll } from "../definition/find-definition.ts";
import { readFleet } from "../fleet/fleet.ts";
import { askNodes, type NodesAnswers } from "../ps/ask-nodes.ts";
import { summarize } from "../status/summarize.ts";
import type { PurgeFacts } from "./plan-purge.ts";

export interface PurgeQuestion {
  readonly bus: OperatorBus;
  readonly servicesDir: string;
  readonly selector: Selector | undefined;
  readonly node: NodeName | undefined;
  readonly idleMs: number;
  readonly nowMs: number;
  readonly signal: AbortSignal;
}

export type PurgeView = PurgeFacts & Pick<NodesAnswers, "silent" | "failed">;

/** @throws McpError E_NOT_FOUND for an unknown service or node, and without any definition */
export async function readPurgeFacts(question: PurgeQuestion): Promise<PurgeView> {
  const { bus, servicesDir, selector, node, idleMs, nowMs, signal } = question;
  const [fleet, definitions, asked] = await Promise.all([
    readFleet(bus, nowMs),
    readDefinitions(servicesDir),
    askNodes(bus, { body: { verb: "orphans" }, only: selector?.node ?? node, idleMs, signal }),
  ]);
  if (selector === undefined) requireDefinitions(definitions, servicesDir);
  const orphans = [...asked.answers].flatMap(([from, replies]) =>
    replies.flatMap(({ body }) =>
      body?.verb === "orphans" ? body.containers.map((container) => ({ node: from, ...container })) : [],
    ),
  );
  const { answered, silent, failed } = asked;
  const facts = { desired: fleet.desired, statuses: summarize(fleet), definitions, orphans, answered };
  if (selector !== undefined) requireKnown(facts, selector);
  return { ...facts, silent, failed };
}

async function readDefinitions(servicesDir: string): Promise<AllDefinitions> {
  try {
    return await readAll(servicesDir);
  } catch (error) {
    if (!hasCode(error, "E_NOT_FOUND")) throw error;
    return { definitions: [], failures: [] }; // the directory does not exist
  }
}

/** Without definitions, everything would seem unneeded. */
function requireDefinitions({ definitions, failures }: AllDefinitions, servicesDir: string): void {
  if (definitions.length + failures.length > 0) return;
  throw new McpError("E_NOT_FOUND", `there is no definition in ${servicesDir}, so it is unknown what is needed`, {
    hint: "name the service to purge, or use the workstation with the definitions",
  });
}

function requireKnown({ desired, orphans }: PurgeFacts, { service, node }: Selector): void {
  const existing = [...desired, ...orphans];
  if (existing.some((one) => one.service === service && (node === undefined || one.node === node))) return;
  const where = node === undefined ? "" : ` on ${node}`;
  const names = existing.map((one) => one.service);
  throw new McpError(
    "E_NOT_FOUND",
    `no desired state and no container of "${service}"${where}${didYouMean(service, names)}`,
  );
}
