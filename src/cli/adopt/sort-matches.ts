/** Sorts the matching containers: to adopt, already owned, not running. Refuses those that cannot be adopted. Pure. */

import { specOf } from "../../schemas/service/desired.ts";
import type { ServiceSpec } from "../../schemas/service/spec.ts";
import { McpError } from "../../values/error.ts";
import { containerName } from "../../values/names.ts";
import type { NodeSnapshot } from "../change/read-snapshot.ts";
import type { FoundContainers } from "./find-containers.ts";
import type { Match } from "./match-containers.ts";

export interface SortedMatches {
  readonly toAdopt: readonly Match[];
  /** They already belong to the service. */
  readonly owned: readonly Match[];
  /** Only the prefix of their name matched, and they are not running. */
  readonly notRunning: readonly Match[];
}

/** @throws McpError E_CONFLICT naming every container that cannot be adopted */
export function sortMatches({ matches, containers }: FoundContainers, snapshot: NodeSnapshot): SortedMatches {
  const spec = specOf(snapshot.stored);
  if (spec !== undefined && !spec.active) {
    throw new McpError(
      "E_CONFLICT",
      `${snapshot.service}@${snapshot.node} is stopped, and would stop the adopted containers`,
      {
        hint: `mcp start ${snapshot.service}@${snapshot.node}`,
      },
    );
  }
  const owned = matches.filter((match) => isOwned(match, snapshot.service, spec));
  const others = matches.filter((match) => !owned.includes(match));
  const notRunning = others.filter(({ named, container }) => !named && container.state !== "running");
  const toAdopt = others.filter((match) => !notRunning.includes(match));
  const reasons = toAdopt.flatMap((match) => refusal(match, { snapshot, containers, toAdopt, owned }));
  if (reasons.length > 0) throw refused(reasons);
  return { toAdopt, owned, notRunning };
}

/** @param reasons one line for each container */
export function refused(reasons: readonly string[]): McpError {
  return new McpError("E_CONFLICT", `nothing was adopted: ${reasons.join("; ")}`, {
    hint: "adopt the others one by one: `mcp adopt <service>/<component>`",
  });
}

/** An orphan of mcp is adopted like any other container. */
function isOwned({ container, component }: Match, service: string, spec: ServiceSpec | undefined): boolean {
  const isDesired = spec?.components.some(({ name }) => name === component) ?? false;
  return container.service === service && container.component === component && isDesired;
}

interface Reasons extends Pick<SortedMatches, "toAdopt" | "owned"> {
  readonly snapshot: NodeSnapshot;
  readonly containers: FoundContainers["containers"];
}

function refusal(match: Match, { snapshot, containers, toAdopt, owned }: Reasons): string[] {
  const { component, container } = match;
  const { service } = snapshot;
  const name = containerName(service, component);
  const say = (why: string) => [`${container.name} ${why}`];
  const owner = `${container.service}/${container.component}`;
  if (container.service !== undefined && owner !== `${service}/${component}`) return say(`already belongs to ${owner}`);
  const current = containers.find((c) => c.service === service && c.component === component && c.id !== container.id);
  const twin = [...toAdopt, ...owned].find((other) => other !== match && other.component === component);
  const rival = current?.name ?? twin?.container.name;
  if (rival !== undefined) return say(`cannot be ${service}/${component}: ${rival} already is`);
  const holder = containers.find((c) => c.name === name && c.id !== container.id);
  return holder === undefined ? [] : say(`cannot be renamed to ${name}: another container has that name`);
}
