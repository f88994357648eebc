/**
 * Limits an operator's bus to the operator's scope: what a node would refuse fails with E_REFUSED before it is stored on the
 * bus. Only documents with this operator as author are checked; restored documents have their own proof.
 */
import type { DesiredService } from "../schemas/service/desired.ts";
import type { AgentReply, RequestBody } from "../schemas/wire/request.ts";
import { type OperatorRights, requestScopeError, scopeError } from "../trust/scope-error.ts";
import type { McpError } from "../values/error.ts";
import type { AskOptions } from "./ports/ask-options.ts";
import type { DesiredBatch, OperatorBus, WriteOutcome } from "./ports/operator-bus.ts";

export function withinScope(bus: OperatorBus, rights: OperatorRights): OperatorBus {
  const scopeErrorOf = ({ proof, author, command, service, node }: DesiredService) =>
    proof === undefined && author === bus.author ? scopeError(rights, { verb: command, service, node }) : undefined;
  return {
    ...bus,
    rights,
    writeDesired: async (document, revision) => {
      const refusal = scopeErrorOf(document);
      if (refusal !== undefined) throw refusal;
      return await bus.writeDesired(document, revision);
    },
    writeManyDesired: (batch) => writeAllowed(bus, batch, scopeErrorOf),
    ask: (body, options) => askAllowed(bus, body, { rights, options }),
  };
}

async function writeAllowed(
  bus: OperatorBus,
  batch: DesiredBatch,
  refusalOf: (document: DesiredService) => McpError | undefined,
): Promise<WriteOutcome[]> {
  const refusals = batch.writes.map(({ document }) => refusalOf(document));
  const writes = batch.writes.filter((_, index) => refusals[index] === undefined);
  const outcomes = (await bus.writeManyDesired({ ...batch, writes })).values();
  return refusals.map((error) => (error === undefined ? (outcomes.next().value as WriteOutcome) : { error }));
}

/** Sends nothing to nodes outside the scope: each gets an E_REFUSED answer. Throws the refusal if all are outside. */
async function* askAllowed(
  bus: OperatorBus,
  body: RequestBody,
  { rights, options }: { readonly rights: OperatorRights; readonly options: AskOptions },
): AsyncGenerator<AgentReply> {
  const checked = (options.nodes ?? []).map((node) => ({ node, refusal: requestScopeError(rights, body, node) }));
  const refused = checked.filter(({ refusal }) => refusal !== undefined);
  const [first] = refused;
  if (first?.refusal === undefined) return yield* bus.ask(body, options);
  if (refused.length === checked.length) throw first.refusal;
  for (const { node, refusal } of refused) {
    if (refusal === undefined) continue;
    const { code, message, hint } = refusal;
    yield { version: 1, id: "", node, sequence: 0, last: true, error: { code, message, hint } };
  }
  const nodes = checked.filter(({ refusal }) => refusal === undefined).map(({ node }) => node);
  yield* bus.ask(body, { ...options, nodes });
}
