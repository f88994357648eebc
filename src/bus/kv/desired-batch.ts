/**
 * Writes many desired documents at once, with a bounded number in flight. Each is a compare-and-set with its own result,
 * as in desired-writes.ts. The index of a node is written once, after all of its documents.
 */
import pLimit, { type LimitFunction } from "p-limit";
import type { DesiredService } from "../../schemas/service/desired.ts";
import { hasCode, McpError } from "../../values/error.ts";
import type { NodeName, ServiceName } from "../../values/names.ts";
import type { Connection } from "../connection/connection.ts";
import type { DesiredBatch, NodeServices, StoredDesired, WriteOutcome } from "../ports/operator-bus.ts";
import { writeDocument } from "./desired-writes.ts";
import { indexError, listServices, putIndex } from "./node-index.ts";

/** Writes in flight. Fewer do not keep a server busy that syncs every write. */
const PIPELINE = 128;

interface Writing {
  readonly connection: Connection;
  readonly batch: DesiredBatch;
  readonly limit: LimitFunction;
}

/** One outcome for each write, in the same order. Index problems go to `batch.onIndexProblem`. */
export async function writeManyDesired(connection: Connection, batch: DesiredBatch): Promise<WriteOutcome[]> {
  const writing = { connection, batch, limit: pLimit(PIPELINE) };
  const outcomes = batch.writes.map((write) => writing.limit(() => writeOne(writing, write)));
  const written = byNode(batch.writes, ({ document }) => document.node);
  const stored = byNode(batch.bucket.documents, ({ document }) => document.node);
  const outcomeOf = new Map(batch.writes.map((write, index) => [write, outcomes[index]]));
  const indexes = [...new Set([...stored.keys(), ...written.keys()])].map(async (node) => {
    const services = (stored.get(node) ?? []).map(serviceOf);
    for (const write of written.get(node) ?? []) {
      const outcome = await outcomeOf.get(write);
      if (outcome !== undefined && "revision" in outcome) services.push(serviceOf(write));
    }
    await updateIndex(writing, node, services);
  });
  const [results] = await Promise.all([Promise.all(outcomes), Promise.all(indexes)]);
  return results;
}

async function writeOne({ connection, batch }: Writing, { document, revision }: StoredDesired): Promise<WriteOutcome> {
  const { node, service } = document;
  try {
    if (batch.signal.aborted) throw new McpError("E_INTERRUPTED", `${service} on ${node} was not written`);
    return { revision: await writeDocument(connection, document, revision) };
  } catch (error) {
    if (error instanceof McpError) return { error };
    throw error;
  } finally {
    batch.onSettled?.();
  }
}

/** Writes the index on top of the version that was read; if somebody changed it since, reads it again. */
async function updateIndex(
  { connection, batch, limit }: Writing,
  node: NodeName,
  stored: readonly ServiceName[],
): Promise<void> {
  const index: NodeServices = batch.bucket.indexes.get(node) ?? { services: [], revision: 0 };
  const missing = stored.filter((service) => !index.services.includes(service));
  if (missing.length === 0) return;
  await limit(async () => {
    try {
      await putIndex(connection, node, { ...index, services: [...index.services, ...missing] });
    } catch (error) {
      if (!hasCode(error, "E_CONFLICT") && !hasCode(error, "E_BUS_UNREACHABLE"))
        return batch.onIndexProblem(indexError(node, error));
      await listServices(connection, node, missing).catch((cause) => batch.onIndexProblem(indexError(node, cause)));
    }
  });
}

function serviceOf({ document }: { readonly document: DesiredService }): ServiceName {
  return document.service;
}

function byNode<T>(items: readonly T[], nodeOf: (item: T) => NodeName): Map<NodeName, T[]> {
  const groups = new Map<NodeName, T[]>();
  for (const item of items) {
    const group = groups.get(nodeOf(item));
    if (group === undefined) groups.set(nodeOf(item), [item]);
    else group.push(item);
  }
  return groups;
}
