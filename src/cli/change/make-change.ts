/**
 * Makes the document to write from a request and a snapshot, or says why not. Pure. Without `force` it never overwrites a
 * state that this workstation has not seen, and never writes on a bus that has lost accepted or seen state.
 */

import type { StoredDesired } from "../../bus/ports/operator-bus.ts";
import {
  type DesiredService,
  type StateRef,
  type StoppedHere,
  specOf,
  stoppedHereOf,
} from "../../schemas/service/desired.ts";
import { diffSpecs } from "../../schemas/service/diff.ts";
import { documentVersion } from "../../schemas/service/document-version.ts";
import type { FieldDifference } from "../../schemas/service/drift.ts";
import { fitsDocument, isSameState } from "../../schemas/service/lineage.ts";
import { rejectionOf } from "../../schemas/service/rejection.ts";
import type { ServiceSpec } from "../../schemas/service/spec.ts";
import { serviceHash } from "../../schemas/service/spec-hash.ts";
import type { ComponentName, NodeName } from "../../values/names.ts";
import { present } from "../../values/present.ts";
import { junkError } from "../junk/junk-text.ts";
import { adoptedContainers, isAdopted } from "./adopted.ts";
import { ancestryOf, carriedAncestry, refOf } from "./ancestry.ts";
import { longAncestryError, regressedError, unseenError } from "./conflict.ts";
import type { ServiceSnapshot } from "./service-snapshot.ts";
import { withStoppedHere } from "./stopped-here.ts";

export interface Signature {
  readonly author: string;
  readonly at: string;
  readonly writeId: string;
  readonly command: string;
  readonly message: string | undefined;
}

export interface ChangeRequest {
  /** Undefined: remove the service. */
  readonly spec: ServiceSpec | undefined;
  readonly force: boolean;
  /** Writes a new generation although nothing differs, to try a failed one again. */
  readonly retry: boolean;
  /** Refuses to overwrite what this workstation has not seen. */
  readonly checkSeen: boolean;
  /**
   * True when the request is about the whole service: its author has then seen the result. False when it changes one
   * field or component: the rest stays as unseen as before.
   */
  readonly whole: boolean;
  /** Image tags that have moved in the registry: a change although the spec is the same. */
  readonly moved?: readonly FieldDifference[];
  /** Ids of running containers to adopt, by component. */
  readonly adopt?: Readonly<Record<ComponentName, string>>;
  /** Stops it on this node only, or (null) ends that; absent: no change. */
  readonly stoppedHere?: StoppedHere | null;
}

export interface Change {
  readonly node: NodeName;
  readonly differences: readonly FieldDifference[];
  /** Undefined when nothing differs. */
  readonly document?: DesiredService;
  /** The revision of the key that the write expects. */
  readonly revision: number;
  /** The generation in the bucket now; 0 for none. */
  readonly before: number;
  /** True when the new state counts as seen by this workstation. */
  readonly marksSeen: boolean;
  /** True when only `--force` made it possible. */
  readonly forced: boolean;
}

/** @throws McpError E_CONFLICT with `details: ConflictDetails`, E_REGRESSED */
export function makeChange(snapshot: ServiceSnapshot, asked: ChangeRequest, signature: Signature): Change {
  const { stored } = snapshot;
  const { spec, stoppedHere } = withStoppedHere(asked.spec, stored, asked.stoppedHere);
  const request = { ...asked, spec };
  const { moved = [] } = asked;
  const differences = [...differencesOf(request.spec, stored), ...moved];
  const unchanged = unchangedOf(snapshot, request, differences);
  const lost = lostState(snapshot);
  const stands = stoppedHere?.at === stoppedHereOf(stored?.document)?.at;
  const same =
    moved.length === 0 && isSame(spec, stored) && stands && isAdopted(snapshot, request) && isTakenByNode(snapshot);
  if (same && !request.retry && lost === undefined) return unchanged;
  const { junk } = snapshot;
  if (junk !== undefined && (junk.needsKeys || !request.force)) throw junkError(junk);
  const unseen = !same && request.checkSeen && stored !== undefined && !isSeen(snapshot);
  if (lost !== undefined && !request.force) throw regressedError(snapshot, lost);
  if (unseen && !request.force) throw unseenError(stored.document, { seen: snapshot.seen, differences });
  const header = headerOf(snapshot, request, signature);
  const document: DesiredService =
    spec === undefined
      ? { ...header, absent: true, ...present({ retired: specOf(stored) }) }
      : { ...header, spec, ...present({ stoppedHere }) };
  const marksSeen = unchanged.marksSeen || specOf(stored) === undefined; // nothing was stored before
  return { ...unchanged, document, marksSeen, forced: unseen || lost !== undefined || junk !== undefined };
}

export function differencesOf(want: ServiceSpec | undefined, stored: StoredDesired | undefined): FieldDifference[] {
  const have = specOf(stored);
  if (want !== undefined) return diffSpecs(want, have);
  return have === undefined ? [] : [{ field: "service", want: "(removed)", have: have.name }];
}

function unchangedOf(
  snapshot: ServiceSnapshot,
  { whole }: ChangeRequest,
  differences: readonly FieldDifference[],
): Change {
  const { stored, node, junk } = snapshot;
  return {
    node,
    differences,
    revision: stored?.revision ?? junk?.revision ?? 0,
    before: stored?.document.generation ?? 0,
    marksSeen: whole || isSeen(snapshot),
    forced: false,
  };
}

function headerOf(snapshot: ServiceSnapshot, request: ChangeRequest, signature: Signature) {
  const { node, service, stored, seen, accepted } = snapshot;
  const highest = Math.max(stored?.document.generation ?? 0, seen?.generation ?? 0, accepted?.generation ?? 0);
  const force = request.force ? (accepted ?? lostState(snapshot)) : undefined;
  const { message, ...signed } = signature;
  const generation = highest + 1;
  return {
    version: documentVersion(request.spec),
    node,
    service,
    generation,
    base: stored === undefined ? ((snapshot.junk && accepted) ?? null) : refOf(stored.document),
    ancestry: ancestryFor(snapshot, request),
    ...present({ force, message, adopted: adoptedContainers(snapshot, request, generation) }),
    ...present({ incarnation: snapshot.incarnation ?? stored?.document.incarnation }),
    ...signed,
    at: later(signed.at, stored?.document.at),
  };
}

/** @throws McpError E_REGRESSED when it does not fit into a document */
function ancestryFor(snapshot: ServiceSnapshot, { force }: ChangeRequest): readonly StateRef[] {
  const { stored, accepted, history } = snapshot;
  if (stored === undefined || accepted === undefined) return carriedAncestry(stored?.document);
  const ancestry = ancestryOf(stored.document, accepted, history) ?? [];
  if (fitsDocument(ancestry)) return ancestry;
  if (force) return [];
  throw longAncestryError(snapshot, accepted);
}

/** Clocks of workstations differ by this much at most, else a node refuses what they date. */
const CLOCK_SKEW_MS = 5 * 60_000;

/**
 * A node refuses a document that is dated before the one it replaces, so a slightly later date is inherited. A date far
 * ahead proves nothing but a wrong clock: inherited, it would outlive the rights of everybody who writes.
 */
function later(at: string, before: string | undefined): string {
  const [atMs, beforeMs] = [Date.parse(at), Date.parse(before ?? "")];
  return before !== undefined && beforeMs > atMs && beforeMs <= atMs + CLOCK_SKEW_MS ? before : at;
}

function isSame(want: ServiceSpec | undefined, stored: StoredDesired | undefined): boolean {
  const have = specOf(stored);
  if (want === undefined) return stored !== undefined && have === undefined;
  return have !== undefined && serviceHash(have) === serviceHash(want);
}

/** False when the node rejects the stored document, or was enrolled again since: writing it again can fix that. */
export function isTakenByNode({ stored, junk, incarnation, report }: ServiceSnapshot): boolean {
  if (junk !== undefined) return false;
  if (stored === undefined) return true;
  const { document } = stored;
  const refused = report && rejectionOf(report)?.writeId === document.writeId;
  return !refused && (incarnation ?? document.incarnation) === document.incarnation;
}

/** True when the stored state is the one that this workstation has seen last. */
function isSeen({ stored, seen }: ServiceSnapshot): boolean {
  return stored !== undefined && refOf(stored.document).hash === seen?.hash;
}

/** What the node accepted, or else what this workstation has seen, if the bus has lost it; undefined otherwise. */
export function lostState({ stored, seen, accepted, history }: ServiceSnapshot): StateRef | undefined {
  if (accepted !== undefined && !descends(stored?.document, accepted, history)) return accepted;
  return seen !== undefined && seen.generation > (stored?.document.generation ?? 0) ? seen : undefined;
}

function descends(
  stored: DesiredService | undefined,
  accepted: StateRef,
  history: ServiceSnapshot["history"],
): boolean {
  if (stored === undefined || stored.generation < accepted.generation) return false;
  if (stored.generation === accepted.generation) return isSameState(refOf(stored), accepted);
  return ancestryOf(stored, accepted, history) !== undefined;
}
