/** Prints a purge: what is removed, what is kept, each with its reason, and the nodes that did not answer. */

import type { PurgedContainer, PurgeOutput } from "../../schemas/output/purge-output.ts";
import { styled } from "../../terminal/cell.ts";
import { counted } from "../output/counted.ts";
import type { Output } from "../output/output.ts";
import { livenessText } from "../status/reason.ts";
import type { PurgePlan } from "./plan-purge.ts";

export function printPurge(out: Output, purge: Omit<PurgeOutput, "results">): void {
  const { services, containers, kept, silent, failed, dryRun } = purge;
  for (const { service, node, generation, reason } of services) {
    out.print(styled("yellow", "retire "), `${service}@${node} (generation ${generation}): ${reason}`);
  }
  for (const container of containers) out.print(styled("yellow", "remove "), ...about(container));
  if (services.length + containers.length === 0) out.print("nothing to purge");
  else if (dryRun) out.note("dry run: nothing was done");
  for (const { service, node, reason } of kept.services) out.note(`kept: ${service}@${node}: ${reason}`);
  for (const container of kept.containers) out.note("kept: ", ...about(container));
  for (const { node, message } of failed) out.warn(`cannot list the orphans on ${node}: ${message}`);
  for (const nodeLiveness of silent) out.warn(`unknown orphans on ${nodeLiveness.node}: ${livenessText(nodeLiveness)}`);
}

/** `1 service and 2 containers` */
export function countText({ services, containers }: PurgePlan): string {
  const parts = [counted(services.length, "service"), counted(containers.length, "container")];
  return parts.filter((part) => !part.startsWith("0 ")).join(" and ");
}

function about({ node, name, state, reason }: PurgedContainer): string[] {
  return [`${name} on ${node} (${state}): ${reason}`];
}
