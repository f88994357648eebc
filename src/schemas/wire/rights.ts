/**
 * What each kind of credentials may publish and listen to. Rule: nodes, consumers, viewers and the login have accounts of
 * their own, whose imports accounts.ts makes from these lists; other subjects do not exist for them. Operators are in the
 * control account. There a list protects against mistakes, not against attacks: the server sends answers to any reply
 * subject that a request names, with its own rights.
 */

import type { NodeName } from "../../values/names.ts";
import {
  bucketStream,
  DESIRED_BUCKET,
  EVENT_STREAM,
  fileStream,
  fileSubjects,
  keySubject,
  NODES_BUCKET,
  OBSERVED_BUCKET,
  PRESENCE_BUCKET,
  REVOKED_KEY,
  STREAMS,
  serviceKey,
  TRUST_BUCKET,
} from "./buckets.ts";
import {
  broadcastRoot,
  CLAIMS_UPDATE,
  claimsLookup,
  eventRoot,
  eventsOf,
  loginSubject,
  NONE,
  repliesOf,
  replyRoot,
  requestRoot,
  requestsOf,
  throughDomain,
  trustRoot,
  USER_INFO,
  wakesOf,
} from "./subjects.ts";

export interface Rights {
  readonly publish: readonly string[];
  /** Exceptions from `publish`. */
  readonly denyPublish?: readonly string[];
  /** A queue group after a subject allows it only to members of that group. */
  readonly subscribe: readonly string[];
  /** In addition to `publish`: answers to received messages, limited in number and time. */
  readonly answers?: { readonly max: number; readonly withinMs: number };
}

/** The inbox of one node; nobody else may listen below it. */
export const nodeInbox = (node: NodeName) => `_INBOX_${node}`;

/**
 * A node: direct gets of its own desired keys and of the revocation list, its own observed state, presence and events,
 * its answers, its wake-ups and requests, its own file bucket (the forms of get and purge that name a stream only, so
 * never on a bucket that others share), and the server's information about itself (its time). No consumer, no listing.
 * With `domain`: the rights of a node that reaches that domain through a leaf node.
 */
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

/** JetStream domain of the servers with the streams, if sites have leaf servers. */
export const HUB_DOMAIN = "hub";

/** The rights in a node's credentials, also under their names behind the leaf server of a site. */
export function nodeUserRights(node: NodeName): Rights {
  const [here, there] = [nodeRights(node), nodeRights(node, HUB_DOMAIN)];
  return { publish: [...new Set([...here.publish, ...there.publish])], subscribe: here.subscribe };
}

export const consumerInbox = (name: string) => `_INBOX_${name}`;

/** A consumer of events reads its own durable consumer of the event stream, which an operator created. */
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

/**
 * A viewer: a consumer of events that also reads all observed state, presence and nodes, by direct gets that name only the
 * stream. Not desired state, which holds environment variables, and no requests.
 */
export function viewerRights(name: string): Rights {
  const { publish, subscribe } = consumerRights(name);
  const reads = [OBSERVED_BUCKET, PRESENCE_BUCKET, NODES_BUCKET].map(
    (bucket) => `$JS.API.DIRECT.GET.${bucketStream(bucket)}`,
  );
  return { publish: [...publish, ...reads], subscribe };
}

/** The inbox of one operator, by public key; nobody else may listen below it. */
export const operatorInbox = (publicKey: string) => `_INBOX_${publicKey}`;

/**
 * An operator in the control account. The role `operator` reads everything, writes desired state, publishes events, sends
 * requests to nodes, and moves files, for which it may create a node's file bucket. The role `admin` also creates, changes and
 * restores streams, writes nodes and trust, creates durable consumers, and purges streams that a stolen node has filled, where
 * the stream permits that (buckets.ts). Only admins delete streams: the file buckets of nodes, never a provisioned stream.
 * @param inbox as `operatorInbox`
 * @param domain JetStream domain, for operators who connect to a leaf server
 */
export function operatorRights(role: "operator" | "admin", inbox: string, domain?: string): Rights {
  const { publish, denyPublish } = OF_ROLE[role];
  const reached = (subjects: readonly string[]) => subjects.map((subject) => throughDomain(subject, domain));
  return {
    publish: reached(publish),
    denyPublish: reached(denyPublish),
    subscribe: [`${inbox}.>`, replyRoot, keySubject(OBSERVED_BUCKET, ">")],
  };
}

const OPERATOR_PUBLISH = [
  "$JS.API.STREAM.INFO.*",
  "$JS.API.STREAM.MSG.GET.*",
  "$JS.API.DIRECT.GET.>",
  "$JS.API.CONSUMER.CREATE.>",
  "$JS.API.CONSUMER.MSG.NEXT.>",
  // Of file buckets: their names share no token, so a list cannot tell them from others.
  "$JS.API.STREAM.PURGE.*",
  "$O.>",
  keySubject(DESIRED_BUCKET, ">"),
  eventsOf(NONE),
  requestRoot,
  broadcastRoot,
];

const ADMIN_PUBLISH = [
  ...OPERATOR_PUBLISH.filter((subject) => subject !== eventsOf(NONE)),
  "$JS.API.INFO",
  // Not for operators: a stream of their own could copy what others push, and every request.
  "$JS.API.STREAM.CREATE.*",
  "$JS.API.STREAM.UPDATE.*",
  "$JS.API.STREAM.DELETE.*",
  "$JS.API.STREAM.NAMES",
  "$JS.API.STREAM.LIST",
  "$JS.API.CONSUMER.DURABLE.CREATE.>",
  "$JS.API.CONSUMER.INFO.>",
  "$JS.API.CONSUMER.NAMES.*",
  "$JS.API.CONSUMER.LIST.*",
  "$JS.API.CONSUMER.DELETE.>",
  ...[OBSERVED_BUCKET, PRESENCE_BUCKET, NODES_BUCKET, TRUST_BUCKET].map((bucket) => keySubject(bucket, ">")),
  eventRoot, // restored events are of nodes
];

const OF_ROLE = {
  operator: { publish: OPERATOR_PUBLISH, denyPublish: STREAMS.map(({ name }) => `$JS.API.STREAM.PURGE.${name}`) },
  admin: { publish: ADMIN_PUBLISH, denyPublish: STREAMS.map(({ name }) => `$JS.API.STREAM.DELETE.${name}`) },
};

/** mcp-auth receives logins, shared among its instances, and answers; it publishes nothing else. */
export const AUTH_QUEUE = "mcp-auth";

export function authRights(): Rights {
  return {
    publish: [],
    subscribe: [`${loginSubject} ${AUTH_QUEUE}`],
    answers: { max: 1, withinMs: 60_000 },
  };
}

export const LOGIN_INBOX = "_INBOX_login";

/** Everyone who logs in shares these. They could listen to each other, so all messages are sealed. */
export const LOGIN_RIGHTS: Rights = { publish: [loginSubject], subscribe: [`${LOGIN_INBOX}.>`] };

export const ENROLL_INBOX = "_INBOX_enrol";

/** In the system account: push an account to the server, and read what the server has. */
export const ENROLL_RIGHTS: Rights = { publish: [CLAIMS_UPDATE, claimsLookup("*")], subscribe: [`${ENROLL_INBOX}.>`] };
