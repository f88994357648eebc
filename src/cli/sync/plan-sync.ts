/**
 * Plans a sync: what to write for each service on each node, or why not. Pure. It removes a component only with `prune`, and
 * replaces a tombstone only with `force`.
 */

import type { SyncOutcome } from "../../schemas/output/sync-output.ts";
import { isTombstone, specOf } from "../../schemas/service/desired.ts";
import type { FieldDifference } from "../../schemas/service/drift.ts";
import type { ServiceSpec } from "../../schemas/service/spec.ts";
import { type OperatorRights, scopeError } from "../../trust/scope-error.ts";
import { McpError } from "../../values/error.ts";
import type { NodeName } from "../../values/names.ts";
import { didYouMean } from "../../values/nearest.ts";
import {
  type Change,
  differencesOf,
  isTakenByNode,
  lostState,
  makeChange,
  type Signature,
} from "../change/make-change.ts";
import { requireRegistries } from "../change/require-registry.ts";
import type { ServiceSnapshot } from "../change/service-snapshot.ts";
import type { Definition } from "../definition/read-definition.ts";
import { agentError } from "../fleet/require-agent.ts";
import type { SyncView } from "./sync-view.ts";

export interface SyncOptions {
  readonly force: boolean;
  readonly prune: boolean;
  /** True after the accepted states were restored: state that only this workstation has seen may be written again. */
  readonly reseed: boolean;
  readonly node: NodeName | undefined;
  /** What the operator may change; undefined if the credentials do not limit it. */
  readonly rights: OperatorRights | undefined;
  /** A new write id at each call. */
  signature(): Signature;
}

export interface SyncItem {
  readonly snapshot: ServiceSnapshot;
  /** The spec of the definition. */
  readonly spec: ServiceSpec;
  readonly outcome: SyncOutcome;
  readonly differences: readonly FieldDifference[];
  /** The change to write; absent if there is none. */
  readonly change?: Change;
  readonly error?: McpError;
}

/** One item for each service on each of its nodes, in the order of the definitions. */
export function planSync(view: SyncView, options: SyncOptions): SyncItem[] {
  return view.definitions.flatMap((definition) => {
    const text = JSON.stringify(definition.spec);
    const nodes = definition.nodes.filter((node) => options.node === undefined || node === options.node);
    return nodes.map((node) => planOne({ view, options, definition, text }, node));
  });
}

interface Planning {
  readonly view: SyncView;
  readonly options: SyncOptions;
  readonly definition: Definition;
  /** The spec as JSON, for a fast comparison. */
  readonly text: string;
}

function planOne({ view, options, definition, text }: Planning, node: NodeName): SyncItem {
  const { spec } = definition;
  const snapshot = view.snapshotOf(node, spec.name);
  const item = { snapshot, spec, differences: [] };
  const lost = lostState(snapshot);
  const isCurrent = lost === undefined && JSON.stringify(specOf(snapshot.stored)) === text;
  if (isCurrent && isTakenByNode(snapshot)) return { ...item, outcome: "unchanged" };
  if (!options.force && isUnknown(view, snapshot))
    return { ...item, outcome: "refused", error: unknownNode(view, node) };
  const refusal = options.rights && scopeError(options.rights, { verb: "sync", service: spec.name, node });
  try {
    const remembered = options.reseed && lost !== undefined && lost !== snapshot.accepted;
    const { change, ...planned } = compare({ ...options, force: options.force || remembered }, definition, item);
    if (change === undefined) return planned;
    return refusal === undefined ? { ...planned, change } : { ...planned, outcome: "refused", error: refusal };
  } catch (error) {
    if (!(error instanceof McpError)) throw error;
    if (refusal !== undefined)
      return { ...item, differences: differencesOf(spec, snapshot.stored), outcome: "refused", error: refusal };
    return { ...item, differences: differencesOf(spec, snapshot.stored), outcome: "conflict", error };
  }
}

/** @throws McpError E_CONFLICT, E_REGRESSED */
function compare(options: SyncOptions, definition: Definition, item: Pick<SyncItem, "snapshot" | "spec">): SyncItem {
  const { snapshot, spec } = item;
  const { force, prune } = options;
  const request = { spec, force, retry: false, checkSeen: true, whole: true };
  const change = makeChange(snapshot, request, options.signature());
  const { differences } = change;
  if (change.document === undefined) return { ...item, differences, outcome: "unchanged" };
  const { stored } = snapshot;
  if (stored !== undefined && isTombstone(stored.document) && !force)
    return { ...item, differences: [], outcome: "retired" };
  const error = imageError(definition, snapshot) ?? agentError(snapshot, change.document);
  if (error !== undefined) return { ...item, differences, outcome: "refused", error };
  if (stored === undefined) return { ...item, differences, change, outcome: "created" };
  const removed = prune ? [] : missingComponents(spec, specOf(stored));
  if (removed.length > 0) return { ...item, differences, outcome: "refused", error: pruneError(snapshot, removed) };
  return { ...item, differences, change, outcome: isTombstone(stored.document) ? "created" : "updated" };
}

function imageError(definition: Definition, { stored }: ServiceSnapshot): McpError | undefined {
  try {
    requireRegistries(definition, definition.spec, specOf(stored));
    return undefined;
  } catch (error) {
    if (error instanceof McpError && error.code === "E_DEFINITION") return error;
    throw error;
  }
}

function missingComponents(want: ServiceSpec, have: ServiceSpec | undefined): string[] {
  const wanted = new Set(want.components.map(({ name }) => name));
  return (have?.components ?? []).map(({ name }) => name).filter((name) => !wanted.has(name));
}

function pruneError({ service, node }: ServiceSnapshot, removed: readonly string[]): McpError {
  const names = removed.map((name) => `"${name}"`).join(", ");
  return new McpError("E_UNCONFIRMED", `${service}@${node}: the definition no longer has ${names}`, {
    hint: `\`mcp sync --prune\` or \`mcp deploy ${service}\` removes such components`,
  });
}

/** State for a mistyped node name would wait for ever. */
function isUnknown({ nodes }: SyncView, { node, stored, seen }: ServiceSnapshot): boolean {
  return !nodes.has(node) && stored === undefined && seen === undefined;
}

function unknownNode({ nodes }: SyncView, node: NodeName): McpError {
  return new McpError("E_NOT_FOUND", `the bus knows no node "${node}"${didYouMean(node, [...nodes.keys()])}`, {
    hint: `start its agent, record it with \`mcp node add ${node}\`, or write its state now with \`--force\``,
  });
}
