/**
 * Every NATS subject of the control plane, with builder, wildcard and parser; no other module writes or splits one.
 *   $KV.mcp-desired.<node>.<service>     operators → bucket          (buckets.ts names the buckets)
 *   mcp.v1.wake.<node>.<service>         republished desired write → that node: a hint to read again
 *   mcp.v1.event.<node>.<severity>.<kind>.<service>.<component>      node → event stream, `_` where there is none
 *   mcp.v1.agent.<node>.<verb>.<reqid>   operator → one node         mcp.v1.agents.<verb>.<reqid>   → every node
 *   mcp.v1.reply.<node>.<reqid>          node → operator, any number of answers, the last one marked
 *   mcp.v1.trust.<key>                   republished trust bucket → every node
 *   mcp.v1.login                         a person who logs in → the login exchange
 */
import type { NodeName } from "../../values/names.ts";

const ROOT = "mcp.v1";

/** Answered by the server: facts about this connection, and the server's time. */
export const USER_INFO = "$SYS.REQ.USER.INFO";

/** Of the server, in its system account: takes an account's JWT. */
export const CLAIMS_UPDATE = "$SYS.REQ.CLAIMS.UPDATE";

/** Of the server, in its system account: answers with the account's JWT, or an empty message. */
export const claimsLookup = (account: string) => `$SYS.REQ.ACCOUNT.${account}.CLAIMS.LOOKUP`;

/**
 * The subject that reaches a stream's subject through a JetStream domain, for example from behind a leaf node. API and
 * key-value subjects get the domain's prefix; all others stay the same.
 */
export function throughDomain(subject: string, domain: string | undefined): string {
  if (domain === undefined) return subject;
  if (subject.startsWith("$JS.API.")) return subject.replace("$JS.API.", `$JS.${domain}.API.`);
  return subject.startsWith("$KV.") ? `$JS.${domain}.API.${subject}` : subject;
}

/** Nobody ever listens or answers here. */
export const NOWHERE = `${ROOT}.nowhere`;

/** In place of a missing node, service or component of an event. */
export const NONE = "_";

export const wakeRoot = `${ROOT}.wake.>`;
export const wakesOf = (node: NodeName) => `${ROOT}.wake.${node}.>`;
/** The service a wake-up names (or `_index`). */
export const serviceOfWake = (subject: string): string | undefined => subject.split(".")[4];

export interface EventAddress {
  readonly node: string;
  readonly severity: string;
  readonly kind: string;
  readonly service?: string | undefined;
  readonly component?: string | undefined;
}

export const eventRoot = `${ROOT}.event.>`;
export const eventsOf = (node: string) => `${ROOT}.event.${node}.*.*.*.*`;
export const eventSubject = (a: EventAddress) =>
  `${ROOT}.event.${a.node}.${a.severity}.${a.kind}.${a.service ?? NONE}.${a.component ?? NONE}`;

/** A filter over events: a given part must be equal, an absent part matches everything. */
export const eventFilter = (a: Partial<EventAddress>) =>
  `${ROOT}.event.${a.node ?? "*"}.${a.severity ?? "*"}.${a.kind ?? "*"}.${a.service ?? "*"}.${a.component ?? "*"}`;

export function parseEventSubject(subject: string): EventAddress | undefined {
  const [org, version, word, node, severity, kind, service, component, ...rest] = subject.split(".");
  if (`${org}.${version}` !== ROOT || word !== "event" || rest.length > 0) return undefined;
  if (!node || !severity || !kind || !service || !component) return undefined;
  const present = (token: string) => (token === NONE ? undefined : token);
  return { node, severity, kind, service: present(service), component: present(component) };
}

export const requestSubject = (node: NodeName, verb: string, requestId: string) =>
  `${ROOT}.agent.${node}.${verb}.${requestId}`;
export const requestRoot = `${ROOT}.agent.>`;
export const requestsOf = (node: NodeName) => `${ROOT}.agent.${node}.>`;
export const broadcastSubject = (verb: string, requestId: string) => `${ROOT}.agents.${verb}.${requestId}`;
export const broadcastRoot = `${ROOT}.agents.>`;

export interface RequestAddress {
  /** Undefined for a request to every node. */
  readonly node?: NodeName;
  readonly verb: string;
  readonly requestId: string;
}

export function parseRequestSubject(subject: string): RequestAddress | undefined {
  const tokens = subject.split(".");
  if (`${tokens[0]}.${tokens[1]}` !== ROOT) return undefined;
  const [, , word, first, second, third, ...rest] = tokens;
  if (rest.length > 0) return undefined;
  if (word === "agents" && first && second && !third) return { verb: first, requestId: second };
  if (word === "agent" && first && second && third) return { node: first, verb: second, requestId: third };
  return undefined;
}

export const replySubject = (node: NodeName, requestId: string) => `${ROOT}.reply.${node}.${requestId}`;
export const replyRoot = `${ROOT}.reply.>`;
export const repliesOf = (node: NodeName) => `${ROOT}.reply.${node}.*`;
export const repliesTo = (requestId: string) => `${ROOT}.reply.*.${requestId}`;
export const nodeOfReply = (subject: string): NodeName | undefined => subject.split(".")[3];

/** The republished trust bucket → every node: a hint to read the revocation list again. */
export const trustRoot = `${ROOT}.trust.>`;

/** A token of MCIAS, sealed, for a user JWT, sealed. */
export const loginSubject = `${ROOT}.login`;
