/**
 * From what is wanted and what the bus, the node and this workstation know to the document to write, or why not. Pure.
 * Nobody overwrites a state that this workstation has not seen, and nothing is written upon a bus that has lost what
 * was accepted or seen, unless forced.
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
import type { FieldDifference } from "../../schemas/service/drift.ts";
import type { ServiceSpec } from "../../schemas/service/spec.ts";
import { documentHash, serviceHash } from "../../schemas/service/spec-hash.ts";
import type { ComponentName, NodeName } from "../../values/names.ts";
import { present } from "../../values/present.ts";
import { adoptedBy, isAdopted } from "./adopted.ts";
import { regressedError, unseenError } from "./conflict.ts";
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
  /** Undefined: the service shall be gone. */
  readonly spec: ServiceSpec | undefined;
  readonly force: boolean;
  /** Writes a new generation although nothing differs, so that a failed one is tried again. */
  readonly retry: boolean;
  /** Refuses to overwrite what this workstation has not seen. */
  readonly checkSeen: boolean;
  /**
   * True when the wish says everything about the service, so that whoever writes it has seen the result. False when
   * it changes one field or component of whatever is there: the rest is as unseen as before.
   */
  readonly whole: boolean;
  /** Running containers to be taken over, by id, each as the container of its component. */
  readonly adopt?: Readonly<Record<ComponentName, string>>;
  /** Stops it on this node alone, or (null) ends that; absent: stays as it is. */
  readonly stoppedHere?: StoppedHere | null;
}

export interface Change {
  readonly node: NodeName;
  readonly differences: readonly FieldDifference[];
  /** Undefined when nothing differs. */
  readonly document?: DesiredService;
  /** The bucket's revision to write upon. */
  readonly revision: number;
  /** The generation in the bucket now; 0 for none. */
  readonly before: number;
  /** Whether the state that stands afterwards counts as seen by this workstation. */
  readonly marksSeen: boolean;
  /** True when only `--force` made it possible. */
  readonly forced: boolean;
}

/** @throws McpError E_CONFLICT with `details: ConflictDetails`, E_REGRESSED */
export function makeChange(known: ServiceSnapshot, asked: ChangeRequest, signature: Signature): Change {
  const { stored } = known;
  const { spec, stoppedHere } = withStoppedHere(asked.spec, stored, asked.stoppedHere);
  const wish = { ...asked, spec };
  const differences = differencesOf(wish.spec, stored);
  const place = placeOf(known, wish, differences);
  const lost = lostState(known);
  const stands = stoppedHere?.at === stoppedHereOf(stored?.document)?.at;
  const same = isSame(spec, stored) && stands && isAdopted(known, wish) && isTakenByNode(known);
  if (same && !wish.retry && lost === undefined) return place;
  const unseen = !same && wish.checkSeen && stored !== undefined && !isSeen(known);
  if (lost !== undefined && !wish.force) throw regressedError(known, lost);
  if (unseen && !wish.force) throw unseenError(stored.document, { seen: known.seen, differences });
  const header = headerOf(known, wish, signature);
  const document: DesiredService =
    spec === undefined
      ? { ...header, absent: true, ...present({ retired: specOf(stored) }) }
      : { ...header, spec, ...present({ stoppedHere }) };
  const marksSeen = place.marksSeen || specOf(stored) === undefined; // there was nothing else to see
  return { ...place, document, marksSeen, forced: unseen || lost !== undefined };
}

export function refOf(document: DesiredService): StateRef {
  return { generation: document.generation, hash: documentHash(document) };
}

export function differencesOf(want: ServiceSpec | undefined, stored: StoredDesired | undefined): FieldDifference[] {
  const have = specOf(stored);
  if (want !== undefined) return diffSpecs(want, have);
  return have === undefined ? [] : [{ field: "service", want: "(removed)", have: have.name }];
}

function placeOf(known: ServiceSnapshot, { whole }: ChangeRequest, differences: readonly FieldDifference[]): Change {
  const { stored, node } = known;
  return {
    node,
    differences,
    revision: stored?.revision ?? 0,
    before: stored?.document.generation ?? 0,
    marksSeen: whole || isSeen(known),
    forced: false,
  };
}

function headerOf(known: ServiceSnapshot, wish: ChangeRequest, signature: Signature) {
  const { node, service, stored, seen, accepted } = known;
  const highest = Math.max(stored?.document.generation ?? 0, seen?.generation ?? 0, accepted?.generation ?? 0);
  const force = wish.force ? (accepted ?? lostState(known)) : undefined;
  const { message, ...signed } = signature;
  const generation = highest + 1;
  return {
    version: 1 as const,
    node,
    service,
    generation,
    base: stored === undefined ? null : refOf(stored.document),
    ...present({ force, message, adopted: adoptedBy(known, wish, generation) }),
    ...present({ incarnation: known.incarnation ?? stored?.document.incarnation }),
    ...signed,
    at: later(signed.at, stored?.document.at),
  };
}

/** Clocks of workstations differ; what is written upon a state is not dated before it, which its node would refuse. */
function later(at: string, before: string | undefined): string {
  return before !== undefined && Date.parse(before) > Date.parse(at) ? before : at;
}

function isSame(want: ServiceSpec | undefined, stored: StoredDesired | undefined): boolean {
  const have = specOf(stored);
  if (want === undefined) return stored !== undefined && have === undefined;
  return have !== undefined && serviceHash(have) === serviceHash(want);
}

/** False for what its node refuses: it says so, or is enrolled anew since. To write the same once more may mend that. */
export function isTakenByNode({ stored, incarnation, report }: ServiceSnapshot): boolean {
  if (stored === undefined) return true;
  const { document } = stored;
  return report?.refused !== document.writeId && (incarnation ?? document.incarnation) === document.incarnation;
}

/** True when the state on the bus is the one this workstation saw last. */
function isSeen({ stored, seen }: ServiceSnapshot): boolean {
  return stored !== undefined && refOf(stored.document).hash === seen?.hash;
}

/** What the node accepted, else what this workstation saw, when the bus no longer holds it nor anything upon it. */
export function lostState({ stored, seen, accepted }: ServiceSnapshot): StateRef | undefined {
  const now = stored === undefined ? { generation: 0, hash: "" } : refOf(stored.document);
  const isFork = accepted?.generation === now.generation && accepted.hash !== now.hash;
  if (accepted !== undefined && (isFork || accepted.generation > now.generation)) return accepted;
  return seen !== undefined && seen.generation > now.generation ? seen : undefined;
}
