/**
 * Writes a planned sync: all documents in one batch, all seen states to one file, one event for each service. A failed write
 * is the outcome of its item and is not thrown.
 */
import pLimit from "p-limit";
import type { DesiredBucket } from "../../bus/ports/operator-bus.ts";
import type { DesiredService } from "../../schemas/service/desired.ts";
import type { McpEvent } from "../../schemas/wire/event.ts";
import { type McpError, messageOf } from "../../values/error.ts";
import type { ServiceName } from "../../values/names.ts";
import { present } from "../../values/present.ts";
import { refOf } from "../change/ancestry.ts";
import { type WritePorts, writeError } from "../change/write-change.ts";
import { operatorEvent } from "../fleet/operator-event.ts";
import type { SyncItem } from "./plan-sync.ts";

const EVENTS_AT_ONCE = 64;

export interface SyncWritePorts extends WritePorts {
  readonly signal: AbortSignal;
  /** Called after each document with the number written so far. */
  onWritten(count: number): void;
}

/** @returns the items with their outcomes. */
export async function writeSync(
  ports: SyncWritePorts,
  bucket: DesiredBucket,
  items: readonly SyncItem[],
): Promise<SyncItem[]> {
  const planned = items.flatMap((item) => {
    const { document, revision } = item.change ?? {};
    return document === undefined || revision === undefined ? [] : [{ item, document, revision }];
  });
  const count = { done: 0 };
  const outcomes = await ports.bus.writeManyDesired({
    writes: planned,
    bucket,
    signal: ports.signal,
    onSettled: () => ports.onWritten(++count.done),
    onIndexProblem: ({ message, hint }) => ports.onProblem(`${message}; ${hint}`),
  });
  const failures = new Map<SyncItem, McpError>();
  for (const [index, { item, document }] of planned.entries()) {
    const outcome = outcomes[index];
    if (outcome !== undefined && "error" in outcome) failures.set(item, writeError(document, outcome.error));
  }
  const written = planned.filter(({ item }) => !failures.has(item));
  await Promise.all([rememberAll(ports, items, failures), publishAll(ports, written)]);
  return items.map((item) => failed(item, failures.get(item)));
}

function failed({ change, ...item }: SyncItem, error: McpError | undefined): SyncItem {
  if (error !== undefined) return { ...item, error, outcome: error.code === "E_CONFLICT" ? "conflict" : "refused" };
  return change === undefined ? item : { ...item, change };
}

/** Records each stored state that equals the definition, regardless of its author. */
async function rememberAll(
  { seen, onProblem }: WritePorts,
  items: readonly SyncItem[],
  failures: ReadonlyMap<SyncItem, McpError>,
): Promise<void> {
  const states = items.flatMap((item) => {
    const { snapshot, change, outcome } = item;
    const document = change?.document ?? (outcome === "unchanged" ? snapshot.stored?.document : undefined);
    if (document === undefined || failures.has(item)) return [];
    const ref = refOf(document);
    return ref.hash === snapshot.seen?.hash ? [] : [{ node: snapshot.node, service: snapshot.service, ...ref }];
  });
  if (states.length === 0) return;
  await seen.writeAll(states).catch((error) => {
    onProblem(`${messageOf(error)}; the next changes from this workstation will be reported as conflicts`);
  });
}

interface Written {
  readonly item: SyncItem;
  readonly document: DesiredService;
}

async function publishAll({ bus, onProblem }: WritePorts, written: readonly Written[]): Promise<void> {
  const byService = new Map<ServiceName, Written[]>();
  for (const one of written) {
    const group = byService.get(one.document.service) ?? [];
    group.push(one);
    byService.set(one.document.service, group);
  }
  const limit = pLimit(EVENTS_AT_ONCE);
  const events = [...byService.values()].map((group) => limit(() => bus.publishEvent(eventOf(group))));
  const failures = (await Promise.allSettled(events)).filter((result) => result.status === "rejected");
  const [first] = failures;
  if (first === undefined) return;
  onProblem(
    `the changes are written, but ${failures.length} event(s) could not be published: ${messageOf(first.reason)}`,
  );
}

/** One event for a service, for all of its nodes. */
function eventOf(written: readonly Written[]): McpEvent {
  const [first] = written;
  if (first === undefined) throw new TypeError("an event needs at least one written document");
  const { service, author, at, command, message, generation } = first.document;
  const nodes = written.map(({ document }) => ({ node: document.node, generation: document.generation }));
  const forced = written.some(({ item }) => item.change?.forced === true);
  const where = written.length === 1 ? `${service}@${first.document.node}` : `${service} on ${written.length} nodes`;
  const fields = [...new Set(written.flatMap(({ item }) => item.differences.map(({ field }) => field)))];
  return operatorEvent("operator-wrote", {
    service,
    at,
    message: `${author}: ${command} ${where}${forced ? ", forced" : ""}`,
    ...(written.length === 1 ? { generation } : {}),
    author,
    data: { nodes, command, forced, fields, ...present({ message }) },
  });
}
