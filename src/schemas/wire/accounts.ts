/**
 * The accounts of the bus and what crosses their borders. The control plane's own, with all streams, exports; each node,
 * each consumer of events, each viewer and the login has an account that imports literally what is its own and nothing else. Rule:
 * what a border lets through is decided here only, from the same rights that a user of one account would get.
 */

import type { NodeName } from "../../values/names.ts";
import {
  bucketStream,
  DESIRED_BUCKET,
  EVENT_STREAM,
  OBSERVED_BUCKET,
  PRESENCE_BUCKET,
  TRUST_BUCKET,
} from "./buckets.ts";
import { consumerRights, LOGIN_RIGHTS, nodeRights, type Rights, viewerRights } from "./rights.ts";
import {
  broadcastRoot,
  eventRoot,
  loginSubject,
  NOWHERE,
  replyRoot,
  requestRoot,
  trustRoot,
  USER_INFO,
  wakeRoot,
} from "./subjects.ts";

export const CONTROL_ACCOUNT = "MCP";
export const SYSTEM_ACCOUNT = "SYS";
export const LOGIN_ACCOUNT = "LOGIN";
export const nodeAccount = (node: NodeName) => `N_${node}`;
/** Of a consumer of events or of a viewer; a name is one or the other. */
export const consumerAccount = (name: string) => `V_${name}`;

/** service: requests go in and answers come back · stream: messages come out. */
export type BorderType = "service" | "stream";

export interface AccountExport {
  readonly subject: string;
  readonly type: BorderType;
  /** More than one answer may come to a request. */
  readonly manyAnswers?: boolean;
}

export interface AccountImport {
  /** As the exporting account has it. */
  readonly subject: string;
  readonly type: BorderType;
  /** As it is called on this side of the border, where that differs. */
  readonly localSubject?: string;
}

const service = (subject: string): AccountExport => ({ subject, type: "service" });
const stream = (subject: string): AccountExport => ({ subject, type: "stream" });

/**
 * An account without JetStream answers every call of its API with an error of its own, unless
 * it imports the first of them from elsewhere; every account imports that one from nowhere.
 */
const API_INFO = "$JS.API.INFO";

export const CONTROL_EXPORTS: readonly AccountExport[] = [
  service(`$JS.API.DIRECT.GET.${bucketStream(DESIRED_BUCKET)}.>`),
  service(`$JS.API.DIRECT.GET.${bucketStream(TRUST_BUCKET)}.>`),
  service(`$KV.${OBSERVED_BUCKET}.>`),
  service(`$KV.${PRESENCE_BUCKET}.>`),
  service(eventRoot),
  service(replyRoot),
  { ...service("$JS.API.DIRECT.GET.*"), manyAnswers: true },
  service("$JS.API.STREAM.PURGE.*"),
  service("$O.>"),
  service(`$JS.API.CONSUMER.INFO.${EVENT_STREAM}.*`),
  { ...service(`$JS.API.CONSUMER.MSG.NEXT.${EVENT_STREAM}.*`), manyAnswers: true },
  service(`$JS.ACK.${EVENT_STREAM}.>`),
  service(loginSubject),
  service(NOWHERE),
  stream(wakeRoot),
  stream(requestRoot),
  stream(broadcastRoot),
  stream(trustRoot),
];

export const nodeImports = (node: NodeName) => importsOf(nodeRights(node));
export const consumerImports = (name: string) => importsOf(consumerRights(name));
export const viewerImports = (name: string) => importsOf(viewerRights(name));
export const LOGIN_IMPORTS = importsOf(LOGIN_RIGHTS);

/** What may be published goes through the border as a service; what is listened to comes through as a stream. */
function importsOf({ publish, subscribe }: Rights): readonly AccountImport[] {
  const services = publish.filter((subject) => subject !== USER_INFO);
  const streams = subscribe.filter((subject) => !subject.startsWith("_INBOX"));
  return [
    ...services.map((subject) => ({ subject, type: "service" as const })),
    ...streams.map((subject) => ({ subject, type: "stream" as const })),
    { subject: NOWHERE, type: "service", localSubject: API_INFO },
  ];
}

/** How much of a server one account may take, so that stolen credentials leave the rest to others. */
export interface AccountLimits {
  readonly connections: number;
  /** Connections of leaf servers. */
  readonly leaves: number;
  /** Of one connection. */
  readonly subscriptions: number;
  /** Of one message, headers included. */
  readonly payloadBytes: number;
}

const KIB = 1024;

/**
 * Room for an agent, its doctor and connections that the server has not seen die, a leaf server's of its site among them; for a subscription to each transfer
 * under way; and for the chunks of files.
 */
export const NODE_LIMITS: AccountLimits = { connections: 16, leaves: 2, subscriptions: 512, payloadBytes: 1024 * KIB };

/** They send acknowledgements and short questions; one name may be shared by a few instances. */
export const CONSUMER_LIMITS: AccountLimits = { connections: 16, leaves: 0, subscriptions: 64, payloadBytes: 16 * KIB };

/** Shared by all who log in, each for a moment: who floods it keeps others from logging in and from nothing else. */
export const LOGIN_LIMITS: AccountLimits = { connections: 256, leaves: 0, subscriptions: 8, payloadBytes: 64 * KIB };
