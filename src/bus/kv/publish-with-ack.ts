/** Writes that return when a stream has stored them: one round trip each, not queued, not repeated. */
import type { JetStreamPublishOptions } from "@nats-io/jetstream";
import { headers } from "@nats-io/nats-core";
import { keySubject } from "../../schemas/wire/buckets.ts";
import { eventCodec } from "../../schemas/wire/codec.ts";
import type { McpEvent } from "../../schemas/wire/event.ts";
import { eventSubject, throughDomain } from "../../schemas/wire/subjects.ts";
import type { Connection } from "../connection/connection.ts";
import { type BucketKey, DELETED, OPERATION_HEADER } from "./direct-get.ts";

/** The subject to publish on for a stream behind a JetStream domain: see `throughDomain`. */
export function domainSubject(connection: Connection, subject: string): string {
  return throughDomain(subject, connection.settings.domain);
}

/** A subject of the JetStream API. `call` is for example `DIRECT.GET.<stream>`. */
export function apiSubject(connection: Connection, call: string): string {
  const { domain } = connection.settings;
  return domain === undefined ? `$JS.API.${call}` : `$JS.${domain}.API.${call}`;
}

export interface KeyPut {
  readonly value: Uint8Array;
  /** The revision that the key must have; 0: never written. */
  readonly expected?: number;
}

/**
 * Stores a key's value and returns its revision.
 * @throws McpError E_CONFLICT if the key has another revision; as Connection.call
 */
export async function putKey(connection: Connection, at: BucketKey, { value, expected }: KeyPut): Promise<number> {
  const options: Partial<JetStreamPublishOptions> =
    expected === undefined ? {} : { expect: { lastSubjectSequence: expected } };
  const ack = await connection.call(`write ${at.key} of ${at.bucket}`, ({ js }) =>
    js.publish(domainSubject(connection, keySubject(at.bucket, at.key)), value, options),
  );
  return ack.seq;
}

/** Writes a deletion marker, as key-value clients do; the history stays. @throws McpError as putKey */
export async function deleteKey(connection: Connection, at: BucketKey, expected: number): Promise<void> {
  const marks = headers();
  marks.set(OPERATION_HEADER, DELETED);
  const options = { headers: marks, expect: { lastSubjectSequence: expected } };
  await connection.call(`delete ${at.key} of ${at.bucket}`, ({ js }) =>
    js.publish(domainSubject(connection, keySubject(at.bucket, at.key)), new Uint8Array(), options),
  );
}

/** Stores an event; its id is the message id, so the stream stores a repeated event once. @throws McpError as Connection.call */
export async function putEvent(connection: Connection, event: McpEvent): Promise<void> {
  const options = { msgID: event.id };
  await connection.call(`publish event ${event.kind}`, ({ js }) =>
    js.publish(eventSubject(event), eventCodec.encode(event), options),
  );
}
