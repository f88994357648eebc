/**
 * Restores the accepted documents that the bus has lost, byte for byte, from the nodes. Nothing changes on a node, which
 * keeps what it accepted. A document on the bus is replaced only if it is older; by force also one that does not descend
 * from what the node accepted.
 */
import type { DesiredBucket, JunkDesired, OperatorBus, StoredDesired } from "../../bus/ports/operator-bus.ts";
import type { NodeFailure, NodeLiveness } from "../../schemas/output/liveness-output.ts";
import type { ReseedResult } from "../../schemas/output/sync-output.ts";
import type { DesiredService } from "../../schemas/service/desired.ts";
import { isSameState, isSuccessor } from "../../schemas/service/lineage.ts";
import { serviceKey } from "../../schemas/wire/buckets.ts";
import type { McpError } from "../../values/error.ts";
import type { NodeName } from "../../values/names.ts";
import { refOf } from "../change/ancestry.ts";
import { askFleet } from "../fleet/ask-fleet.ts";
import { keysError } from "../junk/junk-text.ts";

/** An empty bus lists no nodes, so every node gets this long to answer. */
const IDLE_MS = 3_000;

export interface ReseedPorts {
  readonly bus: OperatorBus;
  readonly signal: AbortSignal;
  onIndexProblem(error: McpError): void;
}

export interface ReseedPlan {
  /** With the expected revision. */
  readonly writes: readonly StoredDesired[];
  /** The bus has another document that is not older and no successor: a person must decide. */
  readonly conflicts: readonly ReseedConflict[];
}

/** `accepted`: what the node accepted. `junk`: what this workstation has no keys to judge. */
export type ReseedConflict =
  | { readonly accepted: DesiredService; readonly stored: DesiredService }
  | { readonly accepted: DesiredService; readonly junk: JunkDesired };

export interface Offers {
  readonly documents: readonly DesiredService[];
  /** Nodes that answered with an error. */
  readonly failed: readonly NodeFailure[];
}

/** Asks every node, or one, for its accepted documents. @param known the nodes on the bus, which it waits for */
export async function askAccepted(
  { bus, signal }: ReseedPorts,
  known: readonly NodeLiveness[],
  only: NodeName | undefined,
): Promise<Offers> {
  const asked = known.filter(({ node }) => only === undefined || node === only);
  const expected = asked.filter(({ liveness }) => liveness === "online").map(({ node }) => node);
  const nodes = only === undefined ? {} : { nodes: [only] };
  const question = {
    body: { verb: "accepted" },
    ...nodes,
    expectedNodes: { expected, othersToo: true },
    idleMs: IDLE_MS,
    signal,
  } as const;
  const answers = [...(await askFleet(bus, question))].flatMap(([node, replies]) =>
    replies.map((reply) => ({ node, reply })),
  );
  return {
    documents: answers.flatMap(({ node, reply: { body } }) =>
      body?.verb === "accepted" ? body.documents.filter((document) => document.node === node) : [],
    ),
    failed: answers.flatMap(({ node, reply: { error } }) =>
      error === undefined ? [] : [{ node, code: error.code, message: error.message }],
    ),
  };
}

/**
 * The offered documents that the bus lacks, and over what counts for nothing also the newest document that counts.
 * @param force replaces what does not descend from them. Pure.
 */
export function planReseed(
  { documents, junk = [] }: DesiredBucket,
  offers: readonly DesiredService[],
  { force }: { readonly force: boolean },
): ReseedPlan {
  const stored = new Map(documents.map((one) => [keyOf(one.document), one]));
  const junkOf = new Map(junk.map((one) => [keyOf(one), one]));
  const writes: StoredDesired[] = [];
  const conflicts: ReseedConflict[] = [];
  const offered = new Set(offers.map(keyOf));
  const buried = documents.filter((one) => one.junk !== undefined && !offered.has(keyOf(one.document)));
  for (const document of [...offers, ...buried.map((one) => one.document)]) {
    const now = stored.get(keyOf(document));
    const over = junkOf.get(keyOf(document));
    const revision = over?.revision ?? now?.revision ?? 0;
    const isOlder = now === undefined || now.document.generation < document.generation;
    if (over?.needsKeys) conflicts.push({ accepted: document, junk: over });
    else if (!isOlder && isSuccessorOrSame(now.document, document)) {
      if (over !== undefined) writes.push({ document: now.document, revision });
    } else if (isOlder || force) writes.push({ document, revision });
    else conflicts.push({ accepted: document, stored: now.document });
  }
  return { writes, conflicts };
}

function keyOf({ node, service }: Pick<DesiredService, "node" | "service">): string {
  return serviceKey(node, service);
}

function isSuccessorOrSame(stored: DesiredService, accepted: DesiredService): boolean {
  const floor = refOf(accepted);
  if (stored.generation === floor.generation) return isSameState(refOf(stored), floor);
  return isSuccessor(stored, floor, accepted);
}

/** The bucket after the documents are restored. */
export function reseededBucket(bucket: DesiredBucket, { writes }: ReseedPlan): DesiredBucket {
  const returned = new Set(writes.map(({ document: { node, service } }) => serviceKey(node, service)));
  const others = bucket.documents.filter(({ document: { node, service } }) => !returned.has(serviceKey(node, service)));
  const junk = bucket.junk?.filter(({ node, service }) => !returned.has(serviceKey(node, service))) ?? [];
  return { ...bucket, documents: [...others, ...writes], junk };
}

/** Writes the planned documents. Never throws for a single one: its result has the error. */
export async function restoreAccepted(
  { bus, signal, onIndexProblem }: ReseedPorts,
  bucket: DesiredBucket,
  { writes }: ReseedPlan,
): Promise<ReseedResult[]> {
  const outcomes = await bus.writeManyDesired({ writes, bucket, signal, onIndexProblem });
  return writes.map(({ document }, index) => {
    const outcome = outcomes[index];
    return outcome !== undefined && "error" in outcome
      ? failedResult(document, outcome.error)
      : { ...keyFactsOf(document), outcome: "returned" };
  });
}

export function conflictResult(conflict: ReseedConflict): ReseedResult {
  const { accepted } = conflict;
  if ("stored" in conflict) {
    const error = { code: "E_REGRESSED", message: forkText(accepted, conflict.stored) };
    return { ...keyFactsOf(accepted), outcome: "conflict", error };
  }
  const { code, message } = keysError(conflict.junk);
  return { ...keyFactsOf(accepted), outcome: "refused", error: { code, message } };
}

function forkText({ service, node, generation }: DesiredService, stored: DesiredService): string {
  const is =
    stored.generation === generation
      ? `another generation ${generation} of ${service} than the bus has`
      : `generation ${generation} of ${service}, and the bus has generation ${stored.generation} by ${stored.author}, which does not descend from it`;
  return `${node} accepted ${is}; \`mcp sync --reseed --force\` restores what ${node} accepted, \`mcp deploy ${service} --force\` replaces both`;
}

export function returnedResult(document: DesiredService): ReseedResult {
  return { ...keyFactsOf(document), outcome: "returned" };
}

function failedResult(document: DesiredService, { code, message }: McpError): ReseedResult {
  return { ...keyFactsOf(document), outcome: code === "E_CONFLICT" ? "conflict" : "refused", error: { code, message } };
}

function keyFactsOf({ service, node, generation }: DesiredService) {
  return { service, node, generation };
}
