/**
 * Whether a document in the desired bucket counts for an operator's commands. Everybody who may write there can write
 * anything, so shape, address, numbers and date are judged always; signer and scope where keys are pinned. What does not
 * count changes no node either; commands go past it in the history. Pure.
 */
import { type DesiredService, MAX_GENERATION, MAX_GENERATION_STEP, type StateRef } from "../schemas/service/desired.ts";
import { fitsDocument, isSameState } from "../schemas/service/lineage.ts";
import { documentHash } from "../schemas/service/spec-hash.ts";
import { messageOf } from "../values/error.ts";
import type { NodeName, ServiceName } from "../values/names.ts";
import { mayCommand } from "./operator-claims.ts";
import { documentSigner } from "./proof.ts";
import { CLOCK_SKEW_MS, wrongAuthor, wrongTime } from "./signed-facts.ts";

/** Public keys whose users' signatures count; none at all: a bus without signatures. */
export interface PinnedKeys {
  readonly signers: readonly string[];
  readonly exchange: readonly string[];
}

export interface StoredFacts {
  readonly document: DesiredService;
  /** Of the key that it is stored under. */
  readonly node: NodeName;
  readonly service: ServiceName;
  /** The later of the workstation's clock and the bus's, Unix milliseconds. */
  readonly latestMs: number;
  readonly keys: PinnedKeys;
}

export function hasKeys({ signers, exchange }: PinnedKeys): boolean {
  return signers.length + exchange.length > 0;
}

/** Why the document counts for nothing; undefined when it counts. */
export function reasonToIgnore(facts: StoredFacts): string | undefined {
  return (
    misaddressed(facts) ??
    implausible(facts.document) ??
    wrongDate(facts) ??
    (hasKeys(facts.keys) ? unproven(facts) : undefined)
  );
}

/** Why the document counts only as history, see `isHistory`; undefined unless its signer is among the removed operators' public keys. */
export function removedSigner({ document, keys }: StoredFacts, removed: ReadonlySet<string>): string | undefined {
  if (removed.size === 0 || !hasKeys(keys)) return undefined;
  const { name, publicKey } = documentSigner(document);
  return removed.has(publicKey) ? `its signer ${name} was removed` : undefined;
}

/** True when the document is what its node accepted, or below it: the node will not decide about it again. */
export function isHistory(document: DesiredService, accepted: StateRef | undefined): boolean {
  if (accepted === undefined) return false;
  const { generation } = document;
  return generation < accepted.generation || isSameState({ generation, hash: documentHash(document) }, accepted);
}

/** True when no number of changes leads from one generation to the other. */
export function isLeap(from: number, to: number): boolean {
  return to - from > MAX_GENERATION_STEP;
}

function misaddressed({ document, node, service }: StoredFacts): string | undefined {
  if (document.node === node && document.service === service) return undefined;
  return `it is addressed to ${document.service}@${document.node}`;
}

function implausible({ generation, base, ancestry = [] }: DesiredService): string | undefined {
  const isNumber = Number.isSafeInteger(generation) && generation >= 1 && generation <= MAX_GENERATION;
  if (!isNumber || isLeap(base?.generation ?? 0, generation))
    return `generation ${generation} is not a valid generation number`;
  if (base !== null && base.generation >= generation)
    return `generation ${generation} says that it is based on generation ${base.generation}`;
  return fitsDocument(ancestry) ? undefined : "its ancestry is longer than a document may have";
}

function wrongDate({ document: { at }, latestMs }: StoredFacts): string | undefined {
  const atMs = Date.parse(at);
  if (Number.isNaN(atMs)) return "its time is not a valid date";
  return atMs > latestMs + CLOCK_SKEW_MS ? `it is dated ${at}, ahead of every clock` : undefined;
}

function unproven({ document, node, service, keys }: StoredFacts): string | undefined {
  try {
    const claims = documentSigner(document);
    const { name, role, issuer } = claims;
    const { author, at } = document;
    if (![...keys.signers, ...keys.exchange].includes(issuer))
      return `its signer ${name} was admitted by ${issuer}, which is not among the keys in [trust]`;
    if (!mayCommand(claims, node, service)) return `its signer ${name} (${role}) may not change ${service} on ${node}`;
    return wrongAuthor({ claims, author, at }) ?? wrongTime({ claims, author, at });
  } catch (error) {
    return messageOf(error);
  }
}
