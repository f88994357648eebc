/**
 * The accounts of the bus, with their exports and imports. The control account has all streams and exports. Each node,
 * consumer of events and viewer has an account, and so has the login; each imports its own subjects and nothing else. Rule: only
 * this module decides what crosses, from the same rights that a user inside one account would get.
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
/** The account of a consumer of events or of a viewer. A name is used for only one of the two. */
export const consumerAccount = (name: string) => `V_${name}`;

/** service: requests go in, answers come out · stream: messages come out. */
export type BorderType = "service" | "stream";

export interface AccountExport {
  readonly subject: string;
  readonly type: BorderType;
  /** True if a request can have several answers. */
  readonly manyAnswers?: boolean;
}

export interface AccountImport {
  /** In the exporting account. */
  readonly subject: string;
  readonly type: BorderType;
  /** In the importing account, if it differs. */
  readonly localSubject?: string;
}

const service = (subject: string): AccountExport => ({ subject, type: "service" });
const stream = (subject: string): AccountExport => ({ subject, type: "stream" });

/**
 * An account without JetStream answers every JetStream call itself, with an error, unless it imports the first of these
 * calls. So every account imports that one, from a subject where nobody listens.
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

/** Subjects to publish are imported as services, subjects to listen to as streams. */
function importsOf({ publish, subscribe }: Rights): readonly AccountImport[] {
  const services = publish.filter((subject) => subject !== USER_INFO);
  const streams = subscribe.filter((subject) => !subject.startsWith("_INBOX"));
  return [
    ...services.map((subject) => ({ subject, type: "service" as const })),
    ...streams.map((subject) => ({ subject, type: "stream" as const })),
    { subject: NOWHERE, type: "service", localSubject: API_INFO },
  ];
}

/** Limits per account, so that stolen credentials cannot use up the server. */
export interface AccountLimits {
  readonly connections: number;
  /** Connections of leaf servers. */
  readonly leaves: number;
  /** Per connection. */
  readonly subscriptions: number;
  /** Per message, including headers. */
  readonly payloadBytes: number;
}

const KIB = 1024;

/**
 * Enough for an agent, its doctor, the leaf server of its site and dead connections that the server has not noticed; for a
 * subscription per running transfer; and for the chunks of files.
 */
export const NODE_LIMITS: AccountLimits = { connections: 16, leaves: 2, subscriptions: 512, payloadBytes: 1024 * KIB };

/** They send acknowledgments and short requests. A few instances may share one name. */
export const CONSUMER_LIMITS: AccountLimits = { connections: 16, leaves: 0, subscriptions: 64, payloadBytes: 16 * KIB };

/** Shared by everyone who logs in, each for a moment. A flood blocks logins and nothing else. */
export const LOGIN_LIMITS: AccountLimits = { connections: 256, leaves: 0, subscriptions: 8, payloadBytes: 64 * KIB };
