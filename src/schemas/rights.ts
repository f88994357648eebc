/**
 * The subjects that one node's credentials may use, and nothing beyond them: direct gets of its own desired keys and of
 * the revocation list, its
 * own observed state, presence and events, its answers, its wake-ups and requests, and its own file bucket (the forms of get
 * and purge that name a stream only, so never on a bucket that others share), and the server's word on itself (its time).
 * No consumer, no listing.
 * deploy/nats.conf shows these for one node, and a test keeps the two in step.
 */
import {
  bucketStream,
  DESIRED_BUCKET,
  EVENT_STREAM,
  fileStream,
  fileSubjects,
  keySubject,
  OBSERVED_BUCKET,
  PRESENCE_BUCKET,
  REVOKED_KEY,
  serviceKey,
  TRUST_BUCKET,
} from "./buckets.ts";
import type { NodeName } from "./names.ts";
import {
  broadcastRoot,
  CLAIMS_UPDATE,
  eventsOf,
  loginSubject,
  repliesOf,
  requestsOf,
  throughDomain,
  trustRoot,
  USER_INFO,
  wakesOf,
} from "./subjects.ts";

export interface Rights {
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
}

/** The inbox of one node; nobody else may listen below it. */
export const nodeInbox = (node: NodeName) => `_INBOX_${node}`;

/** With `domain`, the rights of a node that is connected to a leaf node and reaches that domain through it. */
export function nodeRights(node: NodeName, domain?: string): Rights {
  return {
    publish: [
      `$JS.API.DIRECT.GET.${bucketStream(DESIRED_BUCKET)}.${keySubject(DESIRED_BUCKET, serviceKey(node, "*"))}`,
      `$JS.API.DIRECT.GET.${bucketStream(TRUST_BUCKET)}.${keySubject(TRUST_BUCKET, REVOKED_KEY)}`,
      keySubject(OBSERVED_BUCKET, serviceKey(node, "*")),
      keySubject(PRESENCE_BUCKET, node),
      eventsOf(node),
      repliesOf(node),
      `$JS.API.DIRECT.GET.${fileStream(node)}`,
      `$JS.API.STREAM.PURGE.${fileStream(node)}`,
      fileSubjects(node),
      USER_INFO,
    ].map((subject) => throughDomain(subject, domain)),
    subscribe: [`${nodeInbox(node)}.>`, wakesOf(node), requestsOf(node), broadcastRoot, trustRoot],
  };
}

export const consumerInbox = (name: string) => `_INBOX_${name}`;

/** A consumer of events reads its own durable of the event stream, which an operator made for it. */
export function consumerRights(name: string): Rights {
  return {
    publish: [
      `$JS.API.CONSUMER.INFO.${EVENT_STREAM}.${name}`,
      `$JS.API.CONSUMER.MSG.NEXT.${EVENT_STREAM}.${name}`,
      `$JS.ACK.${EVENT_STREAM}.${name}.>`,
      USER_INFO,
    ],
    subscribe: [`${consumerInbox(name)}.>`],
  };
}

export const LOGIN_INBOX = "_INBOX_login";

/** Everybody who logs in shares these; what is sent and answered is sealed, since they could listen to each other. */
export const LOGIN_RIGHTS: Rights = { publish: [loginSubject], subscribe: [`${LOGIN_INBOX}.>`] };

export const ENROL_INBOX = "_INBOX_enrol";

/** In the system account: make the server know an account. */
export const ENROL_RIGHTS: Rights = { publish: [CLAIMS_UPDATE], subscribe: [`${ENROL_INBOX}.>`] };
