/**
 * What adopting containers comes to: the service's spec with what was read from them, and what is lost with their next
 * replacement. Pure. The spec is what the definition says when it is read again, so that it plans to nothing.
 */

import { isDeepStrictEqual } from "node:util";
import type { AdoptedComponent } from "../../schemas/output/adopt-output.ts";
import { SERVICE_DEFAULTS } from "../../schemas/service/definition-defaults.ts";
import { specOf } from "../../schemas/service/desired.ts";
import { shownSpec } from "../../schemas/service/redact.ts";
import type { ComponentSpec, ServiceSpec } from "../../schemas/service/spec.ts";
import { specToDefinition } from "../../schemas/service/spec-to-definition.ts";
import type { DescribedContainer, Unsaid } from "../../schemas/wire/live-container.ts";
import { McpError } from "../../values/error.ts";
import { type ComponentName, containerName } from "../../values/names.ts";
import { present } from "../../values/present.ts";
import { type NodeSnapshot, requireNoClash } from "../change/read-snapshot.ts";
import { isVariableName } from "../definition/check-env.ts";
import { parseDefinition } from "../definition/read-definition.ts";
import { writeDefinition } from "../definition/write-definition.ts";
import type { Match } from "./match-containers.ts";
import { refused } from "./sort-matches.ts";

export interface Adoption {
  readonly spec: ServiceSpec;
  /** Container ids by component. */
  readonly adopt: Readonly<Record<ComponentName, string>>;
  readonly components: readonly AdoptedComponent[];
}

/** @throws McpError E_CONFLICT for what cannot be adopted, E_DEFINITION for what no definition may say */
export function planAdoption(
  snapshot: NodeSnapshot,
  matches: readonly Match[],
  described: ReadonlyMap<string, DescribedContainer>,
): Adoption {
  const reasons = matches.flatMap(({ container: { id, name } }) => {
    const found = described.get(id);
    const why = found === undefined ? "it is gone" : found.refusal;
    return why === undefined ? [] : [`${name}: ${why}`];
  });
  if (reasons.length > 0) throw refused(reasons);
  const read = matches.flatMap(({ component, container: { id } }) => {
    const found = described.get(id);
    return found === undefined ? [] : [readOne(snapshot, component, found)];
  });
  const start = specOf(snapshot.stored) ?? { name: snapshot.service, ...SERVICE_DEFAULTS, components: [] };
  const own = new Map(read.map((one) => [one.own.name, one.own]));
  const kept = start.components.map((component) => own.get(component.name) ?? component);
  const added = [...own.values()].filter(({ name }) => !kept.some((component) => component.name === name));
  const merged = { ...start, components: [...kept, ...added] };
  const spec = asDefinition(merged, snapshot);
  requireNoClash(spec, snapshot);
  const adopt = Object.fromEntries(read.map(({ own, shown }) => [own.name, shown.containerId]));
  return { spec, adopt, components: read.map(({ shown }) => shown) };
}

/** The definition as it may be shown. */
export function shownDefinition(spec: ServiceSpec, node: string): string {
  return writeDefinition(specToDefinition(shownSpec(spec), [node]));
}

function readOne(snapshot: NodeSnapshot, component: ComponentName, found: DescribedContainer) {
  const { spec, name, id } = found;
  const { env, foreign } = sortEnv(spec.env);
  const before = specOf(snapshot.stored)?.components.find((one) => one.name === component);
  const own: ComponentSpec = { ...spec, name: component, env, ...agentsPart(before, spec) };
  const ownName = containerName(snapshot.service, component);
  const shown: AdoptedComponent = {
    component,
    containerId: id,
    containerName: name,
    image: spec.image,
    env: Object.keys(env),
    unsaid: [...found.unsaid.filter((one) => !isOurAlias(one, [ownName, component])), ...foreign],
    remarks: [...found.remarks, ...ownRemarks(spec, { name, ownName })],
  };
  return { own, shown };
}

function ownRemarks({ restart }: DescribedContainer["spec"], { name, ownName }: { name: string; ownName: string }) {
  return [
    ...(name === ownName ? [] : [`name: it is renamed from ${name} to ${ownName}`]),
    ...(restart.policy === "no" ? ['restart: "no", as it was started: nothing brings it back when it fails'] : []),
  ];
}

/** What only the agent uses is kept where the component is desired already: containers tell nothing of it. */
function agentsPart(before: ComponentSpec | undefined, read: DescribedContainer["spec"]): Partial<ComponentSpec> {
  if (before === undefined) return {};
  const { dependsOn, minUpMs, overlap, pull, health } = before;
  // A check over the network goes to a published port, which the container may not have.
  const canCheck = health?.check.kind === "cmd" || isDeepStrictEqual(before.ports, read.ports);
  return { dependsOn, minUpMs, overlap, pull, ...present({ health: read.health ?? (canCheck ? health : undefined) }) };
}

/** What replaces it gets these by itself. */
function isOurAlias({ field, value }: Unsaid, names: readonly string[]): boolean {
  return field === "network alias" && names.includes(value);
}

function sortEnv(env: ComponentSpec["env"]): { env: Record<string, string>; foreign: Unsaid[] } {
  const entries = Object.entries(env);
  return {
    env: Object.fromEntries(entries.filter(([name]) => isVariableName(name))),
    foreign: entries.filter(([name]) => !isVariableName(name)).map(([value]) => ({ field: "env", value })),
  };
}

function asDefinition(spec: ServiceSpec, { node, service }: NodeSnapshot): ServiceSpec {
  const text = writeDefinition(specToDefinition(spec, [node]));
  try {
    return parseDefinition(`${service}.toml`, text, service).spec;
  } catch (error) {
    if (!(error instanceof McpError) || error.code !== "E_DEFINITION") throw error;
    throw new McpError("E_DEFINITION", `nothing was adopted, since no definition may say this:\n${error.message}`, {
      hint: "start the container in another way first, or take another name for its component",
      details: error.details,
    });
  }
}
