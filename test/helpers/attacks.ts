/**
 * Attacks with stolen credentials, such as the key of node rift, through an ordinary client, by name. None may reach anything
 * that belongs to others.
 */
import { headers } from "@nats-io/nats-core";
import type { Attacker, IsolationCheck } from "./isolation-check.ts";

export interface Attack {
  readonly name: string;
  run(attacker: Attacker, check: IsolationCheck): void;
}

const VADE_KEY = "$KV.mcp-desired.vade.web";
const event = (node: string) => `mcp.v1.event.${node}.error.drift-fight.web._`;

/** Reply subjects that an attacker may choose: the server answers with its own rights. */
const TARGETS: Readonly<Record<string, string | ((check: IsolationCheck) => string)>> = {
  "another's desired state": VADE_KEY,
  "its own desired state": "$KV.mcp-desired.rift.web",
  "another's index": "$KV.mcp-desired.vade._index",
  "another's observed state": "$KV.mcp-observed.vade.web",
  "another's presence": "$KV.mcp-presence.vade",
  "another's record": "$KV.mcp-nodes.vade",
  "the revocation list": "$KV.mcp-trust.revoked",
  "another's events": event("vade"),
  "operators' events": event("_"),
  "another's requests": "mcp.v1.agent.vade.restart.id",
  "its own requests": "mcp.v1.agent.rift.restart.id",
  "requests to all": "mcp.v1.agents.ping.id",
  "another's wake-ups": "mcp.v1.wake.vade.web",
  "another's answers": "mcp.v1.reply.vade.id",
  "the login": "mcp.v1.login",
  "deleting a stream": "$JS.API.STREAM.DELETE.KV_mcp-desired",
  "deleting the events": "$JS.API.STREAM.DELETE.MCP_EVENTS",
  "purging a shared stream": "$JS.API.STREAM.PURGE.KV_mcp-observed",
  "making a stream": "$JS.API.STREAM.CREATE.ANOTHER",
  "removing a durable": "$JS.API.CONSUMER.DELETE.MCP_EVENTS.pager",
  "acknowledging for a consumer": "$JS.ACK.MCP_EVENTS.pager.1.1.1.1.0",
  "another's files": "$O.mcp-files-vade.C.evil",
  "the system account": "$SYS.REQ.CLAIMS.UPDATE",
  "another's inbox": "_INBOX_vade.x",
  "an operator's inbox": ({ roles, server }) => `${server.settings(roles.creds.operator).inboxPrefix}.x`,
  // These match a wildcard of the attacker's own imports, which made older servers panic.
  "its own observed state": "$KV.mcp-observed.rift.web",
  "its own events": event("rift"),
  "its own answers": "mcp.v1.reply.rift.id",
  "its own files": "$O.mcp-files-rift.C.looped",
  "its own request": "$JS.API.DIRECT.GET.KV_mcp-desired.$KV.mcp-desired.rift.web",
};

/** Every request of a node that is answered, some with content that the attacker chooses. */
const ALLOWED_REQUESTS: readonly (readonly [string, string | object])[] = [
  ["$JS.API.DIRECT.GET.KV_mcp-desired.$KV.mcp-desired.rift.web", ""],
  ["$JS.API.DIRECT.GET.KV_mcp-desired.$KV.mcp-desired.rift._index", ""],
  ["$JS.API.DIRECT.GET.KV_mcp-desired.$KV.mcp-desired.rift.nothing", ""],
  ["$JS.API.DIRECT.GET.KV_mcp-trust.$KV.mcp-trust.revoked", ""],
  ["$KV.mcp-observed.rift.web", "{}"],
  ["$KV.mcp-presence.rift", "{}"],
  [event("rift"), "{}"],
  ["$O.mcp-files-rift.C.more", "{}"],
  ["mcp.v1.reply.rift.id", "{}"],
  ["$SYS.REQ.USER.INFO", ""],
  ["$JS.API.STREAM.PURGE.OBJ_mcp-files-rift", { filter: "$O.mcp-files-rift.C.nothing" }],
  ...["forged", "json", "empty"].map(
    (name) => ["$JS.API.DIRECT.GET.OBJ_mcp-files-rift", { last_by_subj: `$O.mcp-files-rift.C.${name}` }] as const,
  ),
  ["$JS.API.DIRECT.GET.OBJ_mcp-files-rift", { batch: 9, seq: 1, next_by_subj: "$O.mcp-files-rift.>" }],
];

const bytes = (body: string | object) => (typeof body === "string" ? body : JSON.stringify(body));

const FORWARDED_ANSWERS: Attack[] = Object.entries(TARGETS).map(([what, target]) => ({
  name: `answers aimed at ${what}`,
  run: ({ nc }, check) => {
    const reply = typeof target === "string" ? target : target(check);
    for (const [subject, body] of ALLOWED_REQUESTS) nc.publish(subject, bytes(body), { reply });
  },
}));

const STREAM = { name: "KV_mcp-observed", subjects: ["$KV.mcp-observed.>"], storage: "file", retention: "limits" };
const consumer = (stream: string, config: object) => ({
  stream_name: stream,
  config: { ack_policy: "none", ...config },
});

/** Calls of JetStream's API that a node may not use. */
const API: Readonly<Record<string, readonly (readonly [string, string | object])[]>> = {
  "make a stream": [["STREAM.CREATE.MINE", { ...STREAM, name: "MINE", subjects: ["mine.>"] }]],
  "make a stream that hears requests": [
    ["STREAM.CREATE.EAR", { ...STREAM, name: "EAR", subjects: ["mcp.v1.agent.>"] }],
  ],
  "make a mirror of desired state": [
    ["STREAM.CREATE.M", { ...STREAM, name: "M", subjects: [], mirror: { name: "KV_mcp-desired" } }],
  ],
  "allow roll-up headers": [["STREAM.UPDATE.KV_mcp-observed", { ...STREAM, allow_rollup_hdrs: true }]],
  "republish to another's requests": [
    [
      "STREAM.UPDATE.OBJ_mcp-files-rift",
      { ...STREAM, name: "OBJ_mcp-files-rift", republish: { src: ">", dest: "mcp.v1.agent.vade.restart.id" } },
    ],
  ],
  "delete streams": ["KV_mcp-desired", "KV_mcp-observed", "MCP_EVENTS", "OBJ_mcp-files-rift", "OBJ_mcp-files-vade"].map(
    (name) => [`STREAM.DELETE.${name}`, ""],
  ),
  "purge shared streams": [
    "KV_mcp-desired",
    "KV_mcp-observed",
    "KV_mcp-presence",
    "KV_mcp-nodes",
    "KV_mcp-trust",
    "MCP_EVENTS",
  ].map((name) => [`STREAM.PURGE.${name}`, {}]),
  "purge another's files": [["STREAM.PURGE.OBJ_mcp-files-vade", {}]],
  "purge another's subjects by a filter of its own bucket": [
    ["STREAM.PURGE.OBJ_mcp-files-rift", { filter: "$O.mcp-files-vade.>" }],
    ["STREAM.PURGE.OBJ_mcp-files-rift", { filter: "$KV.>" }],
  ],
  "delete a message": [
    ["STREAM.MSG.DELETE.KV_mcp-desired", { seq: 1 }],
    ["STREAM.MSG.DELETE.KV_mcp-observed", { seq: 1, no_erase: false }],
  ],
  "get a message": ["KV_mcp-desired", "KV_mcp-observed", "MCP_EVENTS", "OBJ_mcp-files-vade"].map((name) => [
    `STREAM.MSG.GET.${name}`,
    { seq: 1 },
  ]),
  "look into streams": ["STREAM.INFO.KV_mcp-desired", "STREAM.NAMES", "STREAM.LIST", "INFO"].map((call) => [call, ""]),
  "snapshot a stream": [["STREAM.SNAPSHOT.KV_mcp-desired", { deliver_subject: "_INBOX_rift.snapshot" }]],
  "restore a stream over another": [
    ["STREAM.RESTORE.KV_mcp-desired", { config: { ...STREAM, name: "KV_mcp-desired" }, state: {} }],
  ],
  "read by a consumer": [
    ["CONSUMER.CREATE.KV_mcp-desired", consumer("KV_mcp-desired", {})],
    [
      "CONSUMER.CREATE.KV_mcp-desired.mine.$KV.mcp-desired.vade.>",
      consumer("KV_mcp-desired", { name: "mine", filter_subject: "$KV.mcp-desired.vade.>" }),
    ],
  ],
  "read its own keys by a consumer": [
    [
      "CONSUMER.CREATE.KV_mcp-desired.mine.$KV.mcp-desired.rift.>",
      consumer("KV_mcp-desired", { name: "mine", filter_subject: "$KV.mcp-desired.rift.>" }),
    ],
  ],
  "have a push consumer deliver to another's requests": [
    [
      "CONSUMER.CREATE.KV_mcp-observed",
      consumer("KV_mcp-observed", {
        deliver_subject: "mcp.v1.agent.vade.restart.id",
        filter_subject: "$KV.mcp-observed.rift.>",
      }),
    ],
  ],
  "have a push consumer deliver to another's desired state": [
    [
      "CONSUMER.DURABLE.CREATE.OBJ_mcp-files-rift.push",
      consumer("OBJ_mcp-files-rift", { durable_name: "push", deliver_subject: VADE_KEY }),
    ],
  ],
  "take over a durable": [
    [
      "CONSUMER.DURABLE.CREATE.MCP_EVENTS.pager",
      consumer("MCP_EVENTS", { durable_name: "pager", filter_subject: "nothing" }),
    ],
  ],
  "remove a durable": [["CONSUMER.DELETE.MCP_EVENTS.pager", ""]],
  "pause a durable": [["CONSUMER.PAUSE.MCP_EVENTS.pager", { pause_until: "2099-01-01T00:00:00Z" }]],
  "read a durable": [
    ["CONSUMER.MSG.NEXT.MCP_EVENTS.pager", { batch: 10 }],
    ["CONSUMER.INFO.MCP_EVENTS.pager", ""],
  ],
  "get another's key": [
    "$KV.mcp-desired.vade.web",
    "$KV.mcp-desired.vade._index",
    "$KV.mcp-desired.*.web",
    "$KV.mcp-desired.>",
  ].map((key) => [`DIRECT.GET.KV_mcp-desired.${key}`, ""]),
  "get another's key in the body of a get of its own": [
    { last_by_subj: VADE_KEY },
    { seq: 1, next_by_subj: "$KV.mcp-desired.vade.>" },
    { multi_last: ["$KV.mcp-desired.>"] },
    { seq: 1 },
    { batch: 100, seq: 1 },
  ].map((body) => ["DIRECT.GET.KV_mcp-desired.$KV.mcp-desired.rift.web", body]),
  "get another's files from its own bucket": [
    { last_by_subj: "$O.mcp-files-vade.>" },
    { multi_last: [">"] },
    { seq: 1, next_by_subj: ">" },
    { last_by_subj: VADE_KEY },
  ].map((body) => ["DIRECT.GET.OBJ_mcp-files-rift", body]),
  "get whole streams": ["KV_mcp-desired", "KV_mcp-observed", "KV_mcp-trust", "MCP_EVENTS", "OBJ_mcp-files-vade"].map(
    (name) => [`DIRECT.GET.${name}`, { seq: 1 }],
  ),
  "get other keys of trust": [
    ["DIRECT.GET.KV_mcp-trust.$KV.mcp-trust.>", ""],
    ["DIRECT.GET.KV_mcp-trust", { seq: 1 }],
  ],
  "steer the cluster": [
    "META.LEADER.STEPDOWN",
    "STREAM.LEADER.STEPDOWN.KV_mcp-desired",
    "SERVER.REMOVE",
    "STREAM.PEER.REMOVE.KV_mcp-desired",
  ].map((call) => [call, {}]),
};

const CALLS: Attack[] = Object.entries(API).map(([what, calls]) => ({
  name: `JetStream's API: ${what}`,
  run: ({ nc, inbox }) => {
    for (const [call, body] of calls) {
      for (const prefix of ["$JS.API.", "$JS.hub.API.", "JS.MCP.API."]) {
        nc.publish(`${prefix}${call}`, bytes(body), { reply: `${inbox}.api` });
      }
    }
  },
}));

const FOREIGN: Readonly<Record<string, readonly string[]>> = {
  "another's desired state": [VADE_KEY, "$KV.mcp-desired.vade._index"],
  "its own desired state": ["$KV.mcp-desired.rift.web", "$KV.mcp-desired.rift._index"],
  "another's observed state": ["$KV.mcp-observed.vade.web", "$KV.mcp-observed.vade.new"],
  "what is no key of a service": ["$KV.mcp-observed.rift.web.x", "$KV.mcp-observed.rift", "$KV.mcp-presence.rift.x"],
  "another's presence": ["$KV.mcp-presence.vade"],
  "records of nodes": ["$KV.mcp-nodes.rift", "$KV.mcp-nodes.vade"],
  "the revocation list": ["$KV.mcp-trust.revoked", "$KV.mcp-trust.x"],
  "another's events": [event("vade"), event("_"), event("rift.vade")],
  "what is no event": ["mcp.v1.event.rift", "mcp.v1.event.rift.x", `${event("rift")}.x`],
  "another's requests": ["mcp.v1.agent.vade.restart.id", "mcp.v1.agent.rift.restart.id", "mcp.v1.agents.ping.id"],
  "another's answers": ["mcp.v1.reply.vade.id", "mcp.v1.reply.rift.id.x", "mcp.v1.reply"],
  "another's wake-ups": ["mcp.v1.wake.vade.web", "mcp.v1.wake.rift.web", "mcp.v1.trust.revoked"],
  "another's files": ["$O.mcp-files-vade.C.x", "$O.mcp-files-vade.M.x"],
  inboxes: ["_INBOX_vade.x", "_INBOX_mcp.x", "_INBOX.x", "_R_.x.y"],
  "the login": ["mcp.v1.login"],
  acknowledgements: [
    "$JS.ACK.MCP_EVENTS.pager.1.1.1.1.0",
    "$JS.ACK.KV_mcp-desired.x.1.1.1.1.0",
    "$JS.FC.KV_mcp-desired.x",
  ],
  "the system account": [
    "$SYS.REQ.CLAIMS.UPDATE",
    "$SYS.REQ.SERVER.PING",
    "$SYS.REQ.ACCOUNT.PING.INFO",
    "$SYS.ACCOUNT.x.CONNECT",
  ],
  "subjects in another case": [VADE_KEY.toLowerCase(), "MCP.V1.AGENT.VADE.RESTART.ID", "$kv.MCP-DESIRED.vade.web"],
  advisories: ["$JS.EVENT.ADVISORY.STREAM.DELETED.KV_mcp-desired"].map((subject) => `x.${subject}`),
};

const WRITES: Attack[] = Object.entries(FOREIGN).map(([what, subjects]) => ({
  name: `publish to ${what}`,
  run: ({ nc, inbox }) => {
    for (const subject of subjects) nc.publish(subject, '{"forged":true}', { reply: `${inbox}.w` });
  },
}));

/** On what it may write, with these headers. */
const HEADERS: Readonly<
  Record<string, Readonly<Record<string, string>> | ((check: IsolationCheck) => Record<string, string>)>
> = {
  "roll up all": { "Nats-Rollup": "all" },
  "roll up a subject": { "Nats-Rollup": "sub" },
  "mark as purged": { "KV-Operation": "PURGE", "Nats-Rollup": "sub" },
  "expect another stream": { "Nats-Expected-Stream": "KV_mcp-desired" },
  "expect another's sequence": {
    "Nats-Expected-Last-Subject-Sequence": "1",
    "Nats-Expected-Last-Subject-Sequence-Subject": VADE_KEY,
  },
  "expect a last sequence": { "Nats-Expected-Last-Sequence": "0" },
  "take an event's id": ({ eventId }) => ({ "Nats-Msg-Id": eventId }),
  expire: { "Nats-TTL": "1s" },
  "schedule a message to another's key": {
    "Nats-Schedule": "@at 2020-01-01T00:00:00Z",
    "Nats-Schedule-Target": VADE_KEY,
  },
  "schedule a message to another's observed state": {
    "Nats-Schedule": "@every 1s",
    "Nats-Schedule-Target": "$KV.mcp-observed.vade.web",
  },
  count: { "Nats-Incr": "+1" },
  "open a batch": { "Nats-Batch-Id": "b", "Nats-Batch-Sequence": "1", "Nats-Batch-Commit": "1" },
  "have the way traced to another's key": { "Nats-Trace-Dest": VADE_KEY },
  "have the way traced to another's requests": {
    "Nats-Trace-Dest": "mcp.v1.agent.vade.restart.id",
    "Nats-Trace-Only": "true",
  },
  "pretend to come from elsewhere": {
    "Nats-Stream": "KV_mcp-desired",
    "Nats-Subject": VADE_KEY,
    "Nats-Request-Info": '{"acc":"SYS"}',
  },
};

const MARKED: Attack[] = Object.entries(HEADERS).map(([what, given]) => ({
  name: `headers that ${what}`,
  run: ({ nc, inbox }, check) => {
    const marks = headers();
    for (const [key, value] of Object.entries(typeof given === "function" ? given(check) : given))
      marks.set(key, value);
    const reply = `${inbox}.h`;
    for (const [subject, body] of ALLOWED_REQUESTS) nc.publish(subject, bytes(body), { headers: marks, reply });
    for (const subject of [VADE_KEY, "$KV.mcp-observed.vade.web", event("vade")]) {
      nc.publish(subject, "{}", { headers: marks, reply });
    }
  },
}));

export const ATTACKS: readonly Attack[] = [...FORWARDED_ANSWERS, ...CALLS, ...WRITES, ...MARKED];
