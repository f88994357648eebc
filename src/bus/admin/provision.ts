/**
 * Creates the missing streams of schemas/wire/buckets.ts, and compares the settings of those that exist.
 * Rule: an existing stream is never changed; its owner decides about differences.
 */
import { isDeepStrictEqual } from "node:util";
import {
  JetStreamApiCodes,
  JetStreamApiError,
  PersistMode,
  type StreamConfig,
  type StreamInfo,
} from "@nats-io/jetstream";
import { REPEATED_STREAMS, STREAMS, type StreamSettings } from "../../schemas/wire/buckets.ts";
import { present } from "../../values/present.ts";
import { Connection, type Live } from "../connection/connection.ts";
import { NEEDED_PAYLOAD_BYTES, payloadWarning } from "../connection/server-limits.ts";
import { canPersistLater, versionWarning } from "../connection/server-version.ts";
import type { BusSettings } from "../connection/settings.ts";
import { foreignStreams } from "./foreign-streams.ts";

export interface SettingDifference {
  readonly setting: string;
  readonly want: unknown;
  readonly have: unknown;
}

export interface StreamReport {
  readonly name: string;
  readonly result: "created" | "unchanged" | "differs" | "missing";
  readonly differences: readonly SettingDifference[];
}

export interface ProvisionReport {
  readonly streams: readonly StreamReport[];
  /** What the server lacks, one line each. */
  readonly warnings: readonly string[];
  /** Streams and durable consumers that are not mcp's, one line each; absent when these credentials may not list streams. */
  readonly foreign?: readonly string[];
}

export interface ProvisionOptions {
  /** 3 needs a cluster of three servers. */
  readonly replicas: 1 | 3;
  /** False: only compare, and report missing streams as `missing`. */
  readonly create: boolean;
}

/** @throws McpError E_BUS_UNREACHABLE, E_BUS_UNPROVISIONED (JetStream off), E_REFUSED, E_BUS */
export async function provision(settings: BusSettings, options: ProvisionOptions): Promise<ProvisionReport> {
  const connection = await Connection.connected(settings, () => undefined);
  try {
    const streams = await provisionStreams(connection, options);
    const foreign = await foreignStreams(connection);
    return { streams, warnings: warningsOf(connection.requireConnected("provision")), ...present({ foreign }) };
  } finally {
    await connection.close();
  }
}

/** @throws McpError as `provision` */
export async function provisionStreams(connection: Connection, options: ProvisionOptions): Promise<StreamReport[]> {
  const streams: StreamReport[] = [];
  for (const stream of STREAMS) streams.push(await provisionStream(connection, stream, options));
  return streams;
}

async function provisionStream(
  connection: Connection,
  settings: StreamSettings,
  options: ProvisionOptions,
): Promise<StreamReport> {
  const wanted = { ...settings, subjects: [...settings.subjects], num_replicas: options.replicas };
  const info = await streamInfo(connection, settings.name);
  if (info === undefined && !options.create) return { name: settings.name, result: "missing", differences: [] };
  const config = info?.config ?? (await createStream(connection, wanted)).config;
  const differences = differencesBetween(wanted, config);
  if (differences.length > 0) return { name: settings.name, result: "differs", differences };
  return { name: settings.name, result: info === undefined ? "created" : "unchanged", differences };
}

async function streamInfo(connection: Connection, name: string): Promise<StreamInfo | undefined> {
  return connection.call(`read the settings of stream ${name}`, async ({ jsm }) => {
    try {
      return await jsm.streams.info(name);
    } catch (error) {
      if (error instanceof JetStreamApiError && error.code === JetStreamApiCodes.StreamNotFound) return undefined;
      throw error;
    }
  });
}

/** The new stream, or the one that somebody else created at the same time. */
async function createStream(
  connection: Connection,
  wanted: Partial<StreamConfig> & { name: string },
): Promise<StreamInfo> {
  try {
    return await connection.call(`create stream ${wanted.name}`, ({ nc, jsm }) =>
      jsm.streams.add({ ...wanted, ...persistence(wanted, nc.info?.version ?? "") }),
    );
  } catch (error) {
    const created = await streamInfo(connection, wanted.name);
    if (created === undefined) throw error;
    return created;
  }
}

/** It cannot be changed later, so a stream without it is not reported as different. Replicated streams do not need it. */
function persistence({ name, num_replicas }: Partial<StreamConfig>, version: string): Partial<StreamConfig> {
  const later = name !== undefined && REPEATED_STREAMS.includes(name) && num_replicas === 1 && canPersistLater(version);
  return later ? { persist_mode: PersistMode.Async } : {};
}

/** Compares only the settings of `wanted`. The server may leave out a setting that is false. */
export function differencesBetween(wanted: object, config: object): SettingDifference[] {
  const current = new Map(Object.entries(config));
  return Object.entries(wanted).flatMap(([setting, want]) => {
    const have: unknown = current.get(setting) ?? (want === false ? false : null);
    return isDeepStrictEqual(have, want) ? [] : [{ setting, want, have }];
  });
}

/** Only what the server reports. No client can see whether it syncs each write; `mcp doctor` reminds of that. */
function warningsOf({ nc: { info } }: Live): string[] {
  const warnings = [versionWarning(info?.version ?? ""), payloadWarning(info?.max_payload ?? NEEDED_PAYLOAD_BYTES)];
  return warnings.filter((warning) => warning !== undefined);
}
