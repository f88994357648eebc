/** What is one node's own: part of bus-capabilities.ts. */
import {
  DESIRED_BUCKET,
  fileObject,
  fileStream,
  indexKey,
  keySubject,
  NODES_BUCKET,
  OBSERVED_BUCKET,
  PRESENCE_BUCKET,
  serviceKey,
} from "../../src/schemas/wire/buckets.ts";
import { eventSubject, replySubject, requestSubject } from "../../src/schemas/wire/subjects.ts";
import { api, type Capability, keyGet, OPERATORS } from "./capability.ts";

/** What is a node's own. */
export function ofNode(node: "rift" | "vade"): Capability[] {
  const web = serviceKey(node, "web");
  const keys = [web, indexKey(node)];
  const address = { node, severity: "info", kind: "agent-started" };
  const { chunks, entry } = fileObject(node, "0123456789ab");
  const files = fileStream(node);
  return [
    {
      what: `read desired state of ${node}`,
      subjects: keys.map((key) => keyGet(DESIRED_BUCKET, key)),
      publish: [node, ...OPERATORS],
    },
    {
      what: `write desired state of ${node}`,
      subjects: keys.map((key) => keySubject(DESIRED_BUCKET, key)),
      publish: OPERATORS,
    },
    { what: `wake ${node}`, subjects: [`mcp.v1.wake.${web}`, `mcp.v1.wake.${indexKey(node)}`], subscribe: [node] },
    {
      what: `report observed state of ${node}`,
      subjects: [keySubject(OBSERVED_BUCKET, web)],
      publish: [node, "admin"],
      subscribe: OPERATORS,
    },
    {
      what: `write below a service of ${node}`,
      subjects: [`${keySubject(OBSERVED_BUCKET, web)}.x`],
      publish: ["admin"],
      subscribe: OPERATORS,
    },
    { what: `tell presence of ${node}`, subjects: [keySubject(PRESENCE_BUCKET, node)], publish: [node, "admin"] },
    { what: `record ${node}`, subjects: [keySubject(NODES_BUCKET, node)], publish: ["admin"] },
    {
      what: `read reports, presence and record of ${node} by key`,
      subjects: [keyGet(OBSERVED_BUCKET, web), keyGet(PRESENCE_BUCKET, node), keyGet(NODES_BUCKET, node)],
      publish: OPERATORS,
    },
    {
      what: `tell an event of ${node}`,
      subjects: [eventSubject(address), eventSubject({ ...address, service: "web", component: "app" })],
      publish: [node, "admin"],
    },
    {
      what: `tell of ${node} what is no event`,
      subjects: [`mcp.v1.event.${node}`, `mcp.v1.event.${node}.info`, `${eventSubject(address)}.x`],
      publish: ["admin"],
    },
    {
      what: `ask ${node}`,
      subjects: [requestSubject(node, "ping", "id"), requestSubject(node, "restart", "id")],
      publish: OPERATORS,
      subscribe: [node],
    },
    { what: `answer for ${node}`, subjects: [replySubject(node, "id")], publish: [node], subscribe: OPERATORS },
    { what: `answer for ${node} below a request`, subjects: [`${replySubject(node, "id")}.x`], subscribe: OPERATORS },
    {
      what: `move files of ${node}`,
      subjects: [chunks, entry, api(`DIRECT.GET.${files}`), api(`STREAM.PURGE.${files}`)],
      publish: [node, ...OPERATORS],
    },
    {
      what: `look into the file bucket of ${node}`,
      subjects: ["STREAM.INFO", "STREAM.MSG.GET"].map((call) => api(`${call}.${files}`)),
      publish: OPERATORS,
    },
    { what: `make the file bucket of ${node}`, subjects: [api(`STREAM.CREATE.${files}`)], publish: ["admin"] },
    { what: `hear what comes below the inbox of ${node}`, subjects: [`_INBOX_${node}.x`] },
  ];
}
