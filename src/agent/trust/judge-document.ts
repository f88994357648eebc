/**
 * Whether a node that requires signatures may accept a document; accept.ts decides whether it is the next one. Pure. What an
 * expired JWT signed during its lifetime remains valid, even if it arrives late. A stolen key must be useless later: a
 * document that was not on the bus at the last complete reading, although its JWT had expired by then, was created after
 * that reading and is backdated.
 */
import type { DesiredService } from "../../schemas/service/desired.ts";
import { mayCommand, type OperatorClaims } from "../../trust/operator-claims.ts";
import { documentSigner } from "../../trust/proof.ts";
import { CLOCK_SKEW_MS, isoTime } from "../../trust/signed-facts.ts";
import { messageOf } from "../../values/error.ts";
import { isAhead } from "./clocks.ts";
import { judgeSigner, type Obeyed } from "./judge-signer.ts";

export interface DocumentFacts extends Obeyed {
  readonly document: DesiredService;
  /** The document accepted before. */
  readonly accepted: DesiredService | undefined;
  /** The later of the node's clock and the bus's, Unix milliseconds. */
  readonly latestMs: number;
  /** Unix milliseconds of this node's last complete reading; undefined: never or unknown. */
  readonly lastReadMs: number | undefined;
}

/** Clocks of issuer and node may differ, and one replica of the bus may lag behind another. */
const LATE_MS = 10 * 60_000;

/** @returns why it is refused; undefined when it may be accepted */
export function reasonToRefuse(facts: DocumentFacts): string | undefined {
  const { document, trust } = facts;
  const { node, service, author, at, incarnation } = document;
  const read = signerOf(document);
  if ("refusal" in read) return read.refusal;
  const { claims } = read;
  const verdict = judgeSigner({ claims, author, at }, facts);
  if ("refusal" in verdict) return verdict.refusal;
  if (!mayCommand(verdict.scope, node, service)) {
    return `its signer ${claims.name} (${verdict.scope.role}) may not change ${service} on ${node}`;
  }
  if (trust.incarnation !== undefined && incarnation !== trust.incarnation) {
    return "it was written for another enrollment of this node; if the node was enrolled again, restart its agent";
  }
  return predates(document, facts) ?? tooLate(claims, facts.lastReadMs);
}

function signerOf(document: DesiredService): { readonly claims: OperatorClaims } | { readonly refusal: string } {
  try {
    return { claims: documentSigner(document) };
  } catch (error) {
    return { refusal: messageOf(error) };
  }
}

/** A date that is ahead of the clocks was accepted by a release that did not check it: it must not block what follows. */
function predates({ at }: DesiredService, { accepted, latestMs }: DocumentFacts): string | undefined {
  if (accepted === undefined || isAhead(accepted.at, latestMs)) return undefined;
  if (!(Date.parse(at) < Date.parse(accepted.at) - CLOCK_SKEW_MS)) return undefined;
  return `it is dated ${at}, before the accepted generation ${accepted.generation} (${accepted.at})`;
}

function tooLate({ name, expiresAtS }: OperatorClaims, lastReadMs: number | undefined): string | undefined {
  if (expiresAtS === undefined || lastReadMs === undefined) return undefined;
  if (expiresAtS * 1_000 + LATE_MS >= lastReadMs) return undefined;
  const read = new Date(lastReadMs).toISOString();
  return `the rights of ${name} expired at ${isoTime(expiresAtS)}, and it was not on the bus at ${read}: it may be backdated`;
}
