/**
 * Handles every error that mcp reports, once, however often this program is killed.
 *   NATS_URL=tls://bus.example.net:4222 NATS_CREDS=pager.creds npx tsx alert-consumer.ts [name of the consumer] [file]
 */
import { appendFileSync, existsSync, readFileSync, truncateSync } from "node:fs";
import { AckPolicy, DeliverPolicy, jetstream, jetstreamManager } from "@nats-io/jetstream";
import { connect, credsAuthenticator, nanos } from "@nats-io/transport-node";

interface McpEvent {
  id: string;
  node: string;
  kind: string;
  message: string;
}

const [name = "alerts", file = "alerts.jsonl"] = process.argv.slice(2);

// Events handled earlier. A last line that a crash cut off is removed: its event was not acknowledged and arrives again.
const text = existsSync(file) ? readFileSync(file, "utf8") : "";
const lines = text.slice(0, text.lastIndexOf("\n") + 1);
if (lines !== text) truncateSync(file, Buffer.byteLength(lines));
const idOf = (line: string): string => JSON.parse(line).id;
const handled = new Set(lines.split("\n").filter(Boolean).map(idOf));

const { NATS_URL: servers = "nats://127.0.0.1:4222", NATS_CREDS: creds } = process.env;
const authenticator = creds === undefined ? [] : [credsAuthenticator(readFileSync(creds))];
const inboxPrefix = `_INBOX_${name}`; // answers come below it; the credentials of a consumer allow no other
const connection = await connect({ servers, authenticator, inboxPrefix, maxReconnectAttempts: -1 });
const consumers = (await jetstreamManager(connection, { checkAPI: false })).consumers;
// The server remembers under this name what was acknowledged. `mcp consumer add` makes it; on a bus that gives everybody
// all rights, the first start does.
const found = await consumers.info("MCP_EVENTS", name).catch(() => undefined);
if (found === undefined) {
  await consumers.add("MCP_EVENTS", {
    durable_name: name,
    filter_subject: "mcp.v1.event.*.error.>",
    deliver_policy: DeliverPolicy.All,
    ack_policy: AckPolicy.Explicit,
    ack_wait: nanos(10_000), // longer than handling takes: unacknowledged events arrive again after it
  });
}
const consumer = await jetstream(connection, { checkAPI: false }).consumers.get("MCP_EVENTS", name);
for await (const message of await consumer.consume({ max_messages: 10 })) {
  const event = message.json<McpEvent>();
  if (!handled.has(event.id)) {
    console.log(`${event.node}: ${event.kind}: ${event.message}`); // your own handling goes here
    appendFileSync(file, `${JSON.stringify(event)}\n`, { flush: true });
    handled.add(event.id);
  }
  message.ack();
}
