/**
 * Plans an adoption: the spec of the service with the adopted containers, and the settings that are lost when a container is
 * replaced. Pure. The spec is read back from its definition, so that a later `plan` shows no change.
 */

import { isDeepStrictEqual } from "node:util";
import type { AdoptedComponent } from "../../schemas/output/adopt-output.ts";
import { SERVICE_DEFAULTS } from "../../schemas/service/definition-defaults.ts";
import { specOf } from "../../schemas/service/desired.ts";
import { shownSpec } from "../../schemas/service/redact.ts";
import type { ComponentSpec, ServiceSpec } from "../../schemas/service/spec.ts";
import { specToDefinition } from "../../schemas/service/spec-to-definition.ts";
import type { DescribedContainer, UnsupportedSetting } from "../../schemas/wire/live-container.ts";
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

/** @throws McpError E_CONFLICT if a container cannot be adopted, E_DEFINITION if a definition cannot express it */
export function planAdoption(
  snapshot: NodeSnapshot,
  matches: readonly Match[],
  described: ReadonlyMap<string, DescribedContainer>,
): Adoption {
  const reasons = matches.flatMap(({ container: { id, name } }) => {
    const found = described.get(id);
    const why = found === undefined ? "it no longer exists" : found.refusal;
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

/** The definition with hidden values. */
export function shownDefinition(spec: ServiceSpec, node: string): string {
  return writeDefinition(specToDefinition(shownSpec(spec), [node]));
}

function readOne(snapshot: NodeSnapshot, component: ComponentName, found: DescribedContainer) {
  const { spec, name, id } = found;
  const { env, foreign } = sortEnv(spec.env);
  const before = specOf(snapshot.stored)?.components.find((one) => one.name === component);
  const own: ComponentSpec = { ...spec, name: component, env, ...agentSettings(before, spec) };
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
    ...(name === ownName ? [] : [`name: it will be renamed from ${name} to ${ownName}`]),
    ...(restart.policy === "no" ? ['restart: "no", as it was started: it is not restarted after a failure'] : []),
  ];
}

/** Settings that only the agent uses are kept from the current spec: a container does not show them. */
function agentSettings(before: ComponentSpec | undefined, read: DescribedContainer["spec"]): Partial<ComponentSpec> {
  if (before === undefined) return {};
  const { dependsOn, minUpMs, overlap, pull, health } = before;
  // A network check needs a published port, which the container may not have.
  const canCheck = health?.check.kind === "cmd" || isDeepStrictEqual(before.ports, read.ports);
  return { dependsOn, minUpMs, overlap, pull, ...present({ health: read.health ?? (canCheck ? health : undefined) }) };
}

/** mcp sets these aliases by itself. */
function isOurAlias({ field, value }: UnsupportedSetting, names: readonly string[]): boolean {
  return field === "network alias" && names.includes(value);
}

function sortEnv(env: ComponentSpec["env"]): { env: Record<string, string>; foreign: UnsupportedSetting[] } {
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
    throw new McpError(
      "E_DEFINITION",
      `nothing was adopted, because a definition cannot express this:\n${error.message}`,
      {
        hint: "start the container with other options first, or choose another component name",
        details: error.details,
      },
    );
  }
}
