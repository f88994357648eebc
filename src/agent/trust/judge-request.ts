/**
 * Whether a node that asks for proofs answers a request. Pure but for the memory of what was asked. A request that acts
 * names the agent's boot nonce, which is new at each start: one that was kept for later, or sent again, does nothing. Who
 * does not know the nonce is told it, and asks again.
 */

import type { AgentRequest, RequestVerb } from "../../schemas/wire/request.ts";
import { covers, coversAll, mayCommand, type OperatorClaims, type OperatorScope } from "../../trust/operator-claims.ts";
import { requestSigner } from "../../trust/proof.ts";
import { type RequestScope, scopeOfRequest } from "../../trust/request-rules.ts";
import { messageOf } from "../../values/error.ts";
import type { NodeName, ServiceName } from "../../values/names.ts";
import { isoTime, judgeSigner, type Obeyed } from "./judge-signer.ts";
import type { SeenRequests } from "./seen-requests.ts";

export interface RequestFacts extends Obeyed {
  readonly node: NodeName;
  readonly boot: string;
  /** The agent's clock, Unix milliseconds. */
  readonly nowMs: number;
  readonly seen: SeenRequests;
  /** The service of a container or of a transfer; undefined when there is none such. */
  serviceOf(thing: { readonly kind: "container" | "transfer"; readonly id: string }): Promise<ServiceName | undefined>;
}

export type RequestVerdict =
  /** `signer`: the same text for each request of one operator. */
  | { readonly kind: "admitted"; readonly signer: string }
  | { readonly kind: "refused"; readonly reason: string }
  /** To be asked again with the boot nonce. */
  | { readonly kind: "challenged" };

/** An expired JWT is good for so long after, since clocks differ. */
const EXPIRY_MS = 5 * 60_000;

export async function judgeRequest(request: AgentRequest, facts: RequestFacts): Promise<RequestVerdict> {
  const read = signerOf(request);
  if ("refusal" in read) return refused(read.refusal);
  const { claims } = read;
  const { author, at } = request;
  const verdict = judgeSigner({ claims, author, at }, facts);
  const refusal = "refusal" in verdict ? verdict.refusal : (expired(claims, facts) ?? misaddressed(request, facts));
  if (refusal !== undefined || "refusal" in verdict) return refused(refusal ?? "");
  const signer = `${claims.issuer} ${claims.name}`;
  const reach = scopeOfRequest(request.body);
  if (reach === "read-only") return { kind: "admitted", signer };
  const excess = await beyondScope({ verb: request.body.verb, reach }, verdict.scope, facts);
  if (excess !== undefined) return refused(`${claims.name} (${verdict.scope.role}) may not ${excess}`);
  if (request.node === undefined) return refused("it changes something, so it must be sent to one node");
  if (request.boot !== facts.boot) return { kind: "challenged" };
  // To prolong or end one's own stream once more does no harm, and comes every few seconds.
  if (reach.kind !== "own-stream" && !facts.seen.isNew(request)) return refused("it was sent before, or long ago");
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

/** What the signer may not do, in words; undefined when they may. */
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
  // What is not there gives nothing away; whoever serves the request says so.
  if (service === undefined) return unless(commandsHere, `${verb} on ${node}`);
  return unless(mayCommand(scope, node, service), `${verb} ${service} on ${node}`);
}
