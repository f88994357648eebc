/**
 * What each kind of credentials may publish and listen to, and nothing beyond it. Rule: nodes, consumers, viewers and the
 * login are walled in by accounts of their own (accounts.ts makes the border from these lists), so what is not here does
 * not exist for them. Operators are in the control account, where a list is a rail and no wall: the server answers to
 * whatever reply subject a request names, with its own rights.
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
  /** Of what `publish` allows. */
  readonly denyPublish?: readonly string[];
  /** A queue group behind a subject allows it to members of that group alone. */
  readonly subscribe: readonly string[];
  /** Beside `publish`: to answer what was heard, so often and for so long. */
  readonly answers?: { readonly max: number; readonly withinMs: number };
}

/** The inbox of one node; nobody else may listen below it. */
export const nodeInbox = (node: NodeName) => `_INBOX_${node}`;

/**
 * A node: direct gets of its own desired keys and of the revocation list, its own observed state, presence and events,
 * its answers, its wake-ups and requests, its own file bucket (the forms of get and purge that name a stream only, so
 * never on a bucket that others share), and the server's word on itself (its time). No consumer, no listing.
 * With `domain`, the rights of a node that
 * is connected to a leaf node and reaches that domain through it.
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

/** JetStream domain of the servers with the streams, where leaf servers of sites dial them. */
export const HUB_DOMAIN = "hub";

/** What a node's credentials say: its rights, also as they are called behind the leaf server of a site. */
export function nodeUserRights(node: NodeName): Rights {
  const [here, there] = [nodeRights(node), nodeRights(node, HUB_DOMAIN)];
  return { publish: [...new Set([...here.publish, ...there.publish])], subscribe: here.subscribe };
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

/**
 * A viewer: a consumer of events who also reads observed state, presence and nodes whole, by direct gets that name the
 * stream alone. Neither desired state, which carries environments, nor requests.
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
  "$JS.API.STREAM.CREATE.*",
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
  eventRoot, // restored ones are of nodes
];

const OF_ROLE = {
  operator: { publish: OPERATOR_PUBLISH, denyPublish: STREAMS.map(({ name }) => `$JS.API.STREAM.PURGE.${name}`) },
  admin: { publish: ADMIN_PUBLISH, denyPublish: STREAMS.map(({ name }) => `$JS.API.STREAM.DELETE.${name}`) },
};

/** mcp-auth hears logins, each one of its instances some of them, and answers; it says nothing by itself. */
export const AUTH_QUEUE = "mcp-auth";

export function authRights(): Rights {
  return {
    publish: [],
    subscribe: [`${loginSubject} ${AUTH_QUEUE}`],
    answers: { max: 1, withinMs: 60_000 },
  };
}

export const LOGIN_INBOX = "_INBOX_login";

/** Everybody who logs in shares these; what is sent and answered is sealed, since they could listen to each other. */
export const LOGIN_RIGHTS: Rights = { publish: [loginSubject], subscribe: [`${LOGIN_INBOX}.>`] };

export const ENROL_INBOX = "_INBOX_enrol";

/** In the system account: make the server know an account, and ask what it knows of one. */
export const ENROL_RIGHTS: Rights = { publish: [CLAIMS_UPDATE, claimsLookup("*")], subscribe: [`${ENROL_INBOX}.>`] };
