/**
 * Every subject of the system, gathered by what one can do with it, and who may: written down once more, apart from the
 * lists of schemas/wire/rights.ts, so that a mistake there does not excuse itself.
 */
import {
  bucketStream,
  EVENT_STREAM,
  fileStream,
  keySubject,
  NODES_BUCKET,
  OBSERVED_BUCKET,
  PRESENCE_BUCKET,
  REVOKED_KEY,
  STREAMS,
  TRUST_BUCKET,
} from "../../src/schemas/wire/buckets.ts";
import { AUTH_QUEUE } from "../../src/schemas/wire/rights.ts";
import {
  broadcastSubject,
  CLAIMS_UPDATE,
  claimsLookup,
  eventSubject,
  loginSubject,
  NONE,
  USER_INFO,
} from "../../src/schemas/wire/subjects.ts";
import type { RoleName } from "./bus-roles.ts";

import { api, type Capability, keyGet, OPERATORS } from "./capability.ts";
import { ofNode } from "./node-capabilities.ts";
import { ofConsumer, ofStream } from "./stream-capabilities.ts";

const WHOLE: Readonly<Record<string, readonly RoleName[]>> = {
  [bucketStream(OBSERVED_BUCKET)]: ["ada", ...OPERATORS],
  [bucketStream(PRESENCE_BUCKET)]: ["ada", ...OPERATORS],
  [bucketStream(NODES_BUCKET)]: ["ada", ...OPERATORS],
};

export interface BusFacts {
  /** Public keys: of the control account, of the server. */
  readonly control: string;
  readonly server: string;
  readonly inboxes: { readonly operator: string; readonly admin: string };
}

function ofAll(keys: BusFacts): Capability[] {
  const account = (call: string) => `$SYS.REQ.ACCOUNT.${keys.control}.${call}`;
  return [
    ...OPERATORS.map((role) => ({
      what: `hear the answers to ${role}`,
      subjects: [`${keys.inboxes[role]}.x`],
      subscribe: [role],
    })),
    ...STREAMS.map(({ name }) => ({
      what: `read ${name} whole`,
      subjects: [api(`DIRECT.GET.${name}`)],
      publish: WHOLE[name] ?? OPERATORS,
    })),
    {
      what: "ask every node",
      subjects: [broadcastSubject("ping", "id")],
      publish: OPERATORS,
      subscribe: ["rift", "vade"],
    },
    {
      what: "tell an operator's own act",
      subjects: [eventSubject({ node: NONE, severity: "info", kind: "operator-wrote" })],
      publish: OPERATORS,
    },
    {
      what: "revoke an operator",
      subjects: [keySubject(TRUST_BUCKET, REVOKED_KEY), keySubject(TRUST_BUCKET, "another")],
      publish: ["admin"],
    },
    {
      what: "read who is revoked",
      subjects: [keyGet(TRUST_BUCKET, REVOKED_KEY)],
      publish: ["rift", "vade", ...OPERATORS],
    },
    { what: "read anything else of trust", subjects: [keyGet(TRUST_BUCKET, "another")], publish: OPERATORS },
    {
      what: "hear that somebody is revoked",
      subjects: [`mcp.v1.trust.${REVOKED_KEY}`, "mcp.v1.trust.another"],
      subscribe: ["rift", "vade"],
    },
    {
      what: "read an event by its subject",
      subjects: [
        api(`DIRECT.GET.${EVENT_STREAM}.${eventSubject({ node: "rift", severity: "info", kind: "agent-started" })}`),
      ],
      publish: OPERATORS,
    },
    { what: "log in", subjects: [loginSubject], publish: ["login"] },
    { what: "hear logins", subjects: [`${loginSubject} ${AUTH_QUEUE}`], publish: ["login"], subscribe: ["auth"] },
    { what: "take logins away", subjects: [`${loginSubject} another`], publish: ["login"] },
    { what: "write into object stores that are nobody's", subjects: ["$O.another.C.x"], publish: OPERATORS },
    { what: "list streams", subjects: ["INFO", "STREAM.NAMES", "STREAM.LIST"].map(api), publish: ["admin"] },
    {
      what: "steer JetStream itself",
      subjects: [
        `ACCOUNT.PURGE.${keys.control}`,
        "META.LEADER.STEPDOWN",
        "SERVER.REMOVE",
        `ACCOUNT.STREAM.MOVE.${keys.control}.${EVENT_STREAM}`,
        "DIRECT.GET",
      ].map(api),
    },
    {
      what: "use JetStream by another name",
      subjects: ["$JS.hub.API.INFO", "JS.MCP.API.STREAM.NAMES", "$JS.hub.API.$KV.mcp-desired.rift.web"],
    },
    { what: "ask the server about oneself", subjects: [USER_INFO], publish: ["rift", "vade", "pager", "ada"] },
    {
      what: "make the server know an account, and ask what it knows of one",
      subjects: [CLAIMS_UPDATE, claimsLookup(keys.control)],
      publish: ["enroll"],
    },
    {
      what: "ask the server about others, or steer it",
      subjects: [
        "$SYS.REQ.CLAIMS.LIST",
        "$SYS.REQ.CLAIMS.PACK",
        "$SYS.REQ.CLAIMS.DELETE",
        `$SYS.REQ.ACCOUNT.${keys.control}.CLAIMS.UPDATE`,
      ]
        .concat(["CONNZ", "SUBSZ", "LEAFZ", "JSZ", "INFO", "STATZ", "CONNS"].map(account))
        .concat(["$SYS.REQ.SERVER.PING", "$SYS.REQ.SERVER.PING.VARZ"])
        .concat(["VARZ", "CONNZ", "JSZ", "ACCOUNTZ"].map((call) => `$SYS.REQ.SERVER.${keys.server}.${call}`)),
    },
    {
      what: "ask the server about one's own account",
      subjects: ["SERVER.PING.CONNZ", "ACCOUNT.PING.CONNZ", "ACCOUNT.PING.STATZ"].map((call) => `$SYS.REQ.${call}`),
      isImportedByAll: true,
    },
    {
      what: "hear what the server tells its system account",
      subjects: [`$SYS.ACCOUNT.${keys.control}.CONNECT`, `$SYS.SERVER.${keys.server}.STATSZ`, "$JS.EVENT.ADVISORY.API"],
    },
    {
      what: "hear anybody's answers",
      subjects: ["_INBOX.x", "_INBOX_mcp.x", "_INBOX_login.x", "_INBOX_auth.x", "_R_.x.y"],
    },
    {
      what: "use what is nobody's",
      subjects: [
        "mcp.v1.nowhere",
        "mcp.v1.anything",
        "mcp.v2.agent.rift.ping.id",
        "anything",
        `mcp.v1.wake.rift`,
        "$KV.another.key",
      ],
    },
  ];
}

/** Every capability; no subject twice. */
export function capabilities(keys: BusFacts): Capability[] {
  return [
    ...ofNode("rift"),
    ...ofNode("vade"),
    ...ofConsumer("pager"),
    ...ofConsumer("ada"),
    ...STREAMS.flatMap(({ name }) => ofStream(name, true)),
    ...["rift", "vade"].flatMap((node) => ofStream(fileStream(node), false)),
    ...ofAll(keys),
  ];
}
