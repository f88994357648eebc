/**
 * Writes that count only when a stream has stored them: one round trip each, never queued, never repeated here.
 */
import type { JetStreamPublishOptions } from "@nats-io/jetstream";
import { keySubject } from "../schemas/buckets.ts";
import { eventCodec } from "../schemas/codec.ts";
import type { McpEvent } from "../schemas/event.ts";
import { eventSubject } from "../schemas/subjects.ts";
import type { Link } from "./link.ts";
import type { BucketKey } from "./stored-message.ts";

/** Through a JetStream domain a bucket's subjects lie below its API prefix. */
export function domainSubject(link: Link, subject: string): string {
  const { domain } = link.settings;
  return domain === undefined ? subject : `$JS.${domain}.API.${subject}`;
}

export interface KeyPut {
  readonly value: Uint8Array;
  /** The revision that the key must be at; 0: never written. */
  readonly expected?: number;
}

/**
 * Stores a key's value and returns its revision.
 * @throws McpError E_CONFLICT when it is at another; as Link.call
 */
export async function putKey(link: Link, at: BucketKey, { value, expected }: KeyPut): Promise<number> {
  const options: Partial<JetStreamPublishOptions> =
    expected === undefined ? {} : { expect: { lastSubjectSequence: expected } };
  const ack = await link.call(`write ${at.key} of ${at.bucket}`, ({ js }) =>
    js.publish(domainSubject(link, keySubject(at.bucket, at.key)), value, options),
  );
  return ack.seq;
}

/** Stores an event; its random id is the message id, so a repeated one is stored once. @throws McpError as Link.call */
export async function putEvent(link: Link, event: McpEvent): Promise<void> {
  const options = { msgID: event.id };
  await link.call(`publish event ${event.kind}`, ({ js }) =>
    js.publish(eventSubject(event), eventCodec.encode(event), options),
  );
}
