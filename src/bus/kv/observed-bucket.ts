/**
 * Reads observed state with an operator's permissions, and follows the reports of one service. A subscription delivers
 * reports at once; because its messages can be lost, the stored report is also read at the start, after every reconnect
 * and every few seconds.
 */
import { EventEmitter, on } from "node:events";
import type { ObservedService } from "../../schemas/service/observed.ts";
import { keySubject, OBSERVED_BUCKET, serviceKey } from "../../schemas/wire/buckets.ts";
import { observedCodec } from "../../schemas/wire/codec.ts";
import type { NodeName, ServiceName } from "../../values/names.ts";
import type { Connection } from "../connection/connection.ts";
import type { Aged } from "../ports/operator-bus.ts";
import { listBucket, readAged } from "./bucket-list.ts";
import { directGet } from "./direct-get.ts";

/** Longest delay of a report whose message was lost. */
const REREAD_MS = 3000;

export interface ServiceOnNode {
  readonly node: NodeName;
  readonly service: ServiceName;
}

const address = ({ node, service }: ServiceOnNode) => ({ bucket: OBSERVED_BUCKET, key: serviceKey(node, service) });

export function readObserved(connection: Connection, at: ServiceOnNode): Promise<Aged<ObservedService> | undefined> {
  return readAged(connection, address(at), observedCodec);
}

export function listObserved(connection: Connection): Promise<Aged<ObservedService>[]> {
  const keyOf = ({ node, service }: ObservedService) => serviceKey(node, service);
  return listBucket(connection, { bucket: OBSERVED_BUCKET, keys: "*.*", codec: observedCodec, keyOf });
}

/** Yields each report once and in order: the stored one, then new ones until `signal` aborts or the caller stops. */
export async function* followObserved(
  connection: Connection,
  at: ServiceOnNode,
  signal: AbortSignal,
): AsyncGenerator<ObservedService> {
  const stopped = new AbortController();
  const over = AbortSignal.any([signal, stopped.signal]);
  try {
    const isNew = newReports();
    for await (const [bytes] of on(reportsOf(connection, at, over), "report", { signal: over })) {
      const report = decoded(connection, at, bytes);
      if (report !== undefined && isNew(report)) yield report;
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    stopped.abort();
  }
}

/** Emits `report` with bytes. It subscribes before the first read, so that no report is missed in between. */
function reportsOf(connection: Connection, at: ServiceOnNode, over: AbortSignal): EventEmitter {
  const reports = new EventEmitter();
  const { bucket, key } = address(at);
  connection.subscribe(keySubject(bucket, key), (message) => reports.emit("report", message.data), over);
  const reread = async () => {
    try {
      const stored = await directGet(connection, { bucket, key });
      if (stored !== undefined && !stored.deleted) reports.emit("report", stored.data);
    } catch (error) {
      if (connection.isConnected()) connection.problem(`follow ${key}`, error);
    }
  };
  connection.onConnect(() => void reread(), over);
  const timer = setInterval(() => connection.isConnected() && void reread(), REREAD_MS);
  over.addEventListener("abort", () => clearInterval(timer), { once: true });
  return reports;
}

function decoded(
  connection: Connection,
  { node, service }: ServiceOnNode,
  bytes: Uint8Array,
): ObservedService | undefined {
  try {
    const report = observedCodec.decode(bytes);
    return report.node === node && report.service === service ? report : undefined;
  } catch (error) {
    connection.problem(`read a report of ${service} on ${node}`, error);
    return undefined;
  }
}

/** True for a report that was not seen before. Counters rise within one run of the agent; reports of earlier runs are old. */
function newReports(): (report: ObservedService) => boolean {
  const past = new Set<string>();
  const last = { boot: "", report: -1 };
  return ({ boot, report }) => {
    if (past.has(boot) || (boot === last.boot && report <= last.report)) return false;
    if (boot !== last.boot) past.add(last.boot);
    Object.assign(last, { boot, report });
    return true;
  };
}
