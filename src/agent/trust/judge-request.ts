/**
 * Whether a node that requires signatures answers a request. Pure, except that it records request ids. A request that acts
 * contains the agent's boot nonce, which is new at each start: a request that is kept for later or replayed has no effect.
 * A client that does not know the nonce receives it and asks again.
 */

import type { AgentRequest, RequestVerb } from "../../schemas/wire/request.ts";
import { covers, coversAll, mayCommand, type OperatorClaims, type OperatorScope } from "../../trust/operator-claims.ts";
import { requestSigner } from "../../trust/proof.ts";
import { type RequestScope, scopeOfRequest } from "../../trust/request-rules.ts";
import { isoTime } from "../../trust/signed-facts.ts";
import { messageOf } from "../../values/error.ts";
import type { NodeName, ServiceName } from "../../values/names.ts";
import { latestClock, wrongDate } from "./clocks.ts";
import { judgeSigner, type Obeyed } from "./judge-signer.ts";
import type { SeenRequests } from "./seen-requests.ts";

export interface RequestFacts extends Obeyed {
  readonly node: NodeName;
  readonly boot: string;
  /** The agent's clock, Unix milliseconds. */
  readonly nowMs: number;
  /** The bus's clock; undefined when it does not say. */
  serverTime(): Promise<number | undefined>;
  readonly seen: SeenRequests;
  /** The service of a container or of a transfer; undefined when it does not exist. */
  serviceOf(thing: { readonly kind: "container" | "transfer"; readonly id: string }): Promise<ServiceName | undefined>;
}

export type RequestVerdict =
  /** `signer`: the same for each request of one operator. */
  | { readonly kind: "admitted"; readonly signer: string }
  | { readonly kind: "refused"; readonly reason: string }
  /** The client must ask again with the boot nonce. */
  | { readonly kind: "challenged" };

/** An expired JWT stays valid for this long, since clocks differ. */
const EXPIRY_MS = 5 * 60_000;

export async function judgeRequest(request: AgentRequest, facts: RequestFacts): Promise<RequestVerdict> {
  const read = signerOf(request);
  if ("refusal" in read) return refused(read.refusal);
  const { claims } = read;
  const { author, at } = request;
  const verdict = judgeSigner({ claims, author, at }, facts);
  const latestMs = await latestClock({ now: () => facts.nowMs, serverTime: facts.serverTime }, [at]);
  const refusal =
    "refusal" in verdict
      ? verdict.refusal
      : (wrongDate(at, latestMs) ?? expired(claims, facts) ?? misaddressed(request, facts));
  if (refusal !== undefined || "refusal" in verdict) return refused(refusal ?? "");
  const signer = `${claims.issuer} ${claims.name}`;
  const reach = scopeOfRequest(request.body);
  if (reach === "read-only") return { kind: "admitted", signer };
  const excess = await beyondScope({ verb: request.body.verb, reach }, verdict.scope, facts);
  if (excess !== undefined) return refused(`${claims.name} (${verdict.scope.role}) may not ${excess}`);
  if (request.node === undefined) return refused("it changes something, so it must be sent to one node");
  if (request.boot !== facts.boot) return { kind: "challenged" };
  // Renewing or ending one's own stream twice is harmless, and happens every few seconds.
  if (reach.kind !== "own-stream" && !facts.seen.isNew(signer, request))
    return refused("it was sent before, or long ago");
  return { kind: "admitted", signer };
}

function refused(reason: string): RequestVerdict {
  return { kind: "refused", reason };
}

function signerOf(request: AgentRequest): { readonly claims: OperatorClaims } | { readonly refusal: string } {
  try {
    return { claims: requestSigner(request) };
  } catch (error) {
    return { refusal: messageOf(error) };
  }
}

function expired({ name, expiresAtS }: OperatorClaims, { nowMs }: RequestFacts): string | undefined {
  if (expiresAtS === undefined || nowMs <= expiresAtS * 1_000 + EXPIRY_MS) return undefined;
  return `the rights of ${name} expired at ${isoTime(expiresAtS)}; by this node's clock it is ${new Date(nowMs).toISOString()}`;
}

function misaddressed({ node }: AgentRequest, facts: RequestFacts): string | undefined {
  return node === undefined || node === facts.node ? undefined : `it is addressed to ${node}`;
}

/** What the signer is not allowed to do, for the message; undefined when it is allowed. */
async function beyondScope(
  { verb, reach }: { readonly verb: RequestVerb; readonly reach: RequestScope },
  scope: OperatorScope,
  facts: RequestFacts,
): Promise<string | undefined> {
  const { node } = facts;
  const commandsHere = scope.role !== "viewer" && covers(scope.nodes, node);
  const unless = (may: boolean, what: string) => (may ? undefined : what);
  if (reach.kind === "own-stream") return unless(commandsHere, `${verb} on ${node}`);
  if (reach.kind === "all-services") return unless(commandsHere && coversAll(scope.services), `${verb} on ${node}`);
  const service = reach.kind === "service" ? reach.service : await facts.serviceOf(reach);
  // A missing container or transfer reveals nothing; the request's handler reports that it is missing.
  if (service === undefined) return unless(commandsHere, `${verb} on ${node}`);
  return unless(mayCommand(scope, node, service), `${verb} ${service} on ${node}`);
}
