/**
 * From what is wanted and what the bus, the node and this workstation know to the document to write, or why not. Pure.
 * Nobody overwrites a state that this workstation has not seen, and nothing is written upon a bus that has lost what
 * the node accepted, unless forced.
 */
import type { StoredDesired } from "../../bus/operator-bus.ts";
import { type DesiredService, isTombstone, type StateRef } from "../../schemas/desired.ts";
import { diffSpecs } from "../../schemas/diff.ts";
import type { FieldDifference } from "../../schemas/drift.ts";
import { McpError } from "../../schemas/error.ts";
import type { NodeName, ServiceName } from "../../schemas/names.ts";
import { present } from "../../schemas/present.ts";
import type { ServiceSpec } from "../../schemas/spec.ts";
import { documentHash, hashOf } from "../../schemas/spec-hash.ts";

export interface Known {
  readonly node: NodeName;
  readonly service: ServiceName;
  /** What the bus holds. */
  readonly stored: StoredDesired | undefined;
  /** What this workstation last saw. */
  readonly seen: StateRef | undefined;
  /** What the node says it accepted. */
  readonly accepted: StateRef | undefined;
}

export interface Signature {
  readonly author: string;
  readonly at: string;
  readonly writeId: string;
  readonly command: string;
  readonly message: string | undefined;
}

export interface Wish {
  /** Undefined: the service shall be gone. */
  readonly spec: ServiceSpec | undefined;
  readonly force: boolean;
  /** Writes a new generation although nothing differs, so that a failed one is tried again. */
  readonly retry: boolean;
  /** Only for changes of a whole service: a change of one field merges with whatever is there. */
  readonly checkSeen: boolean;
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
}

/** @throws McpError E_CONFLICT, E_REGRESSED */
export function makeChange(known: Known, wish: Wish, signature: Signature): Change {
  const { stored, node } = known;
  const have = specOf(stored);
  const differences = differencesOf(wish.spec, stored);
  const place = { node, differences, revision: stored?.revision ?? 0, before: stored?.document.generation ?? 0 };
  const same = isSame(wish.spec, stored);
  if (same && !wish.retry && !isRegressed(known)) return place;
  if (!wish.force && isRegressed(known)) throw regressed(known);
  if (!same && !wish.force && wish.checkSeen) demandSeen(known, wish, differences);
  const header = headerOf(known, wish, signature);
  const document: DesiredService =
    wish.spec === undefined
      ? { ...header, absent: true, ...present({ retired: have }) }
      : { ...header, spec: wish.spec };
  return { ...place, document };
}

export function refOf(document: DesiredService): StateRef {
  return { generation: document.generation, hash: documentHash(document) };
}

function headerOf(known: Known, wish: Wish, signature: Signature) {
  const { node, service, stored, seen, accepted } = known;
  const highest = Math.max(stored?.document.generation ?? 0, seen?.generation ?? 0, accepted?.generation ?? 0);
  const overrides = wish.force ? accepted : undefined;
  const { message, ...signed } = signature;
  return {
    version: 1 as const,
    node,
    service,
    generation: highest + 1,
    base: stored === undefined ? null : refOf(stored.document),
    ...present({ force: overrides, message }),
    ...signed,
  };
}

function specOf(stored: StoredDesired | undefined): ServiceSpec | undefined {
  return stored === undefined || isTombstone(stored.document) ? undefined : stored.document.spec;
}

function differencesOf(want: ServiceSpec | undefined, stored: StoredDesired | undefined): FieldDifference[] {
  const have = specOf(stored);
  if (want !== undefined) return diffSpecs(want, have);
  return have === undefined ? [] : [{ field: "service", want: "(removed)", have: have.name }];
}

function isSame(want: ServiceSpec | undefined, stored: StoredDesired | undefined): boolean {
  const have = specOf(stored);
  if (want === undefined) return stored !== undefined && have === undefined;
  return have !== undefined && hashOf(have) === hashOf(want);
}

/** The node accepted something newer than the bus holds: the bus has lost it. */
function isRegressed({ stored, accepted }: Known): boolean {
  return accepted !== undefined && accepted.generation > (stored?.document.generation ?? 0);
}

function regressed({ service, node, stored, accepted }: Known): McpError {
  const holds = stored === undefined ? "nothing" : `generation ${stored.document.generation}`;
  const text = `${node} accepted generation ${accepted?.generation} of ${service}, but the bus holds ${holds}: it has lost newer state`;
  return new McpError("E_REGRESSED", text, { hint: "if your definition is the newest truth, repeat with `--force`" });
}

function demandSeen({ service, node, stored, seen }: Known, wish: Wish, differences: readonly FieldDifference[]): void {
  if (stored === undefined || refOf(stored.document).hash === seen?.hash) return;
  const { document } = stored;
  const since =
    seen === undefined ? "which this workstation has never seen" : `since you last saw generation ${seen.generation}`;
  const what = document.message === undefined ? "" : ` ("${document.message}")`;
  const text = `${document.author} wrote generation ${document.generation} of ${service}@${node} at ${document.at}${what}, ${since}`;
  throw new McpError("E_CONFLICT", text, {
    hint: `look with \`mcp plan ${service}\`; your version wins with \`mcp ${wish.spec ? "deploy" : "undeploy"} ${service} --force\``,
    details: { author: document.author, at: document.at, generation: document.generation, differences },
  });
}
