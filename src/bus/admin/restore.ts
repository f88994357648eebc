/**
 * Restores a backup. Rule: the bus wins unless the backup has a newer generation; nothing is deleted. An empty desired
 * bucket gets the whole history, which agents do not see until it is complete (mute-desired-stream.ts). A bucket in use
 * gets only the newest document of each service, and only if it is newer.
 */

import type { DesiredService } from "../../schemas/service/desired.ts";
import type { RevocationList } from "../../schemas/service/proof.ts";
import {
  DESIRED_BUCKET,
  EVENT_STREAM,
  NODES_BUCKET,
  OBSERVED_BUCKET,
  parseServiceKey,
  serviceKey,
} from "../../schemas/wire/buckets.ts";
import { hasCode, McpError } from "../../values/error.ts";
import { Connection } from "../connection/connection.ts";
import type { BusSettings } from "../connection/settings.ts";
import { listDesired } from "../kv/desired-bucket.ts";
import { BY_SHAPE } from "../kv/newest-valid.ts";
import { listNodes } from "../kv/node-buckets.ts";
import { listServices } from "../kv/node-index.ts";
import { listObserved } from "../kv/observed-bucket.ts";
import { putEvent, putKey } from "../kv/publish-with-ack.ts";
import { currentSerial, writeRevocations } from "../kv/revocations.ts";
import { type CheckedBackup, checkFile, itemsOf, keyOf } from "./backup-file.ts";
import {
  type BackupCounts,
  type BackupHeader,
  type BackupItem,
  type BackupPart,
  CODECS,
  zeroCounts,
} from "./backup-format.ts";
import { canMute, muteDesired, unmuteDesired } from "./mute-desired-stream.ts";
import { type ProvisionOptions, provisionStreams } from "./provision.ts";

export interface RestoreOptions {
  /** Replicas of streams that are created. */
  readonly replicas: ProvisionOptions["replicas"];
  /** Only count, write nothing. */
  readonly dryRun: boolean;
}

export interface RestoreResult {
  readonly header: BackupHeader;
  readonly inFile: BackupCounts;
  /** What was written, or with `dryRun` would be written. */
  readonly restored: BackupCounts;
}

/** Opens the file at each call. It is read twice: to check it and to write its items. */
export type ReadLines = () => AsyncIterable<string>;

interface Restoring {
  readonly connection: Connection;
  readonly dryRun: boolean;
  /** True if the whole history is restored. */
  readonly history: boolean;
  readonly checked: CheckedBackup;
  /** The desired state on the bus, by key; updated with each write. */
  readonly present: Map<string, { generation: number; revision: number }>;
  /** Keys of observed state and names of nodes on the bus. */
  readonly taken: Record<"observed" | "nodes", Set<string>>;
  /** The revocation list on the bus: serial (0: none) and revision. */
  readonly revocations: { readonly serial: number; readonly revision: number };
  /** True if the event stream is empty. */
  readonly noEvents: boolean;
  readonly restored: Record<BackupPart, number>;
}

/**
 * Safe to run again after an error: it continues.
 * @throws McpError E_FILE for a damaged or incomplete file, before anything is written; E_CONFLICT if somebody writes the
 *   same service at the same time; as Connection.call
 */
export async function restoreBus(
  settings: BusSettings,
  readLines: ReadLines,
  options: RestoreOptions,
): Promise<RestoreResult> {
  const checked = await checkFile(readLines());
  const connection = await Connection.connected(settings, () => undefined);
  try {
    const streams = await provisionStreams(connection, { replicas: options.replicas, create: !options.dryRun });
    const missing = new Set(streams.filter(({ result }) => result === "missing").map(({ name }) => name));
    const restoring = await readBusState(connection, checked, { dryRun: options.dryRun, incomplete: missing.size > 0 });
    await write(restoring, readLines());
    return { header: checked.header, inFile: checked.counts, restored: restoring.restored };
  } finally {
    await connection.close();
  }
}

async function write(restoring: Restoring, lines: AsyncIterable<string>): Promise<void> {
  const { connection, dryRun, history } = restoring;
  try {
    if (history && !dryRun) await muteDesired(connection);
    for await (const item of itemsOf(lines)) await restoreItem(restoring, item);
    if (!dryRun) await finish(restoring);
  } catch (cause) {
    if (!(cause instanceof McpError) || !history || dryRun) throw cause;
    const hint = "run the same restore again: it continues where it stopped. Until then, agents keep what they run";
    throw new McpError(cause.code, "the restore is incomplete", { cause, hint });
  }
}

/** `incomplete`: a dry run on a bus without all streams; a missing stream counts as empty. */
async function readBusState(
  connection: Connection,
  checked: CheckedBackup,
  { dryRun, incomplete }: { readonly dryRun: boolean; readonly incomplete: boolean },
): Promise<Restoring> {
  const orEmpty = async <T>(list: Promise<T[]>): Promise<T[]> => {
    try {
      return await list;
    } catch (error) {
      if (incomplete && hasCode(error, "E_BUS_UNPROVISIONED")) return [];
      throw error;
    }
  };
  const desired = await orEmpty(listDesired({ connection, validity: BY_SHAPE }));
  const observed = await orEmpty(listObserved(connection));
  const nodes = await orEmpty(listNodes(connection));
  const [events] = await orEmpty(
    connection.call("count the events", async ({ jsm }) => [(await jsm.streams.info(EVENT_STREAM)).state.messages]),
  );
  const [revocations] = await orEmpty(currentSerial(connection).then((current) => [current]));
  return {
    connection,
    dryRun,
    history: incomplete || (await canMute(connection)),
    checked,
    present: new Map(
      desired.map(({ document: { node, service, generation }, revision }) => [
        serviceKey(node, service),
        { generation, revision },
      ]),
    ),
    taken: {
      observed: new Set(observed.map(({ value }) => keyOf(value))),
      nodes: new Set(nodes.map(({ node }) => node)),
    },
    revocations: revocations ?? { serial: 0, revision: 0 },
    noEvents: (events ?? 0) === 0,
    restored: zeroCounts(),
  };
}

async function restoreItem(restoring: Restoring, item: BackupItem): Promise<void> {
  const { connection, dryRun, restored, noEvents } = restoring;
  if (item.part === "desired") return restoreDesired(restoring, item.value);
  if (item.part === "revocations") return restoreRevocations(restoring, item.value);
  if (item.part === "events") {
    if (!noEvents) return;
    if (!dryRun) await putEvent(connection, item.value);
    restored.events += 1;
    return;
  }
  const key = item.part === "nodes" ? item.value.node : keyOf(item.value);
  if (restoring.taken[item.part].has(key)) return;
  const at = { bucket: item.part === "nodes" ? NODES_BUCKET : OBSERVED_BUCKET, key };
  if (!dryRun) await putKey(connection, at, { value: Buffer.from(JSON.stringify(item.value)) });
  restored[item.part] += 1;
}

/** Restored first, so that no node accepts documents by an older list when it reads again. */
async function restoreRevocations(restoring: Restoring, list: RevocationList): Promise<void> {
  const { connection, dryRun, restored, revocations } = restoring;
  if (list.serial <= revocations.serial) return;
  if (!dryRun) await writeRevocations(connection, list, revocations.revision);
  restored.revocations += 1;
}

async function restoreDesired(
  { connection, dryRun, history, checked, present, restored }: Restoring,
  document: DesiredService,
): Promise<void> {
  const key = keyOf(document);
  const { generation: current, revision: expected } = present.get(key) ?? { generation: 0, revision: 0 };
  const wanted = history || document.generation === checked.newest.get(key);
  if (!wanted || document.generation <= current) return;
  const value = CODECS.desired.encode(document);
  const revision = dryRun ? expected : await putKey(connection, { bucket: DESIRED_BUCKET, key }, { value, expected });
  present.set(key, { generation: document.generation, revision });
  restored.desired += 1;
}

/** Makes the restored state visible to agents: the bucket answers again, and each written index wakes its node. */
async function finish({ connection, history, present }: Restoring): Promise<void> {
  if (history) await unmuteDesired(connection);
  const services = new Map<string, string[]>();
  for (const address of [...present.keys()].map(parseServiceKey)) {
    if (address !== undefined) services.set(address.node, [...(services.get(address.node) ?? []), address.service]);
  }
  for (const [node, names] of services) await listServices(connection, node, names);
}
