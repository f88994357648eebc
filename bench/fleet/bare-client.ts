/**
 * What a bare NATS client does in place of `mcp`, as a program of its own, bundled like ours:
 *   puts <count> <bytes>      writes so many keys of the floor's bucket, pipelined, each acknowledged
 *   read <bucket…>            reads the newest message of every key of each bucket, side by side
 *   gather <count>            asks once and collects so many answers
 * Where the bus is, and with which credentials, comes in BARE_SERVER and BARE_CREDS.
 */
import { readFileSync } from "node:fs";
import { AckPolicy, DeliverPolicy, jetstream, jetstreamManager } from "@nats-io/jetstream";
import { createInbox, credsAuthenticator, type NatsConnection, nanos } from "@nats-io/nats-core";
import { connect } from "@nats-io/transport-node";
import { ASK_SUBJECT, FLOOR_BUCKET } from "./floor-names.ts";

/** As many as keep a server busy that syncs each write; more make nothing faster. */
const PIPELINE = 256;
const WINDOW = 1_000;

async function puts(nc: NatsConnection, count: number, bytes: number): Promise<void> {
  const js = jetstream(nc, { checkAPI: false });
  const value = new Uint8Array(bytes).fill(120);
  const next = { index: 0 };
  const write = async () => {
    while (next.index < count) {
      const index = next.index++;
      await js.publish(`$KV.${FLOOR_BUCKET}.n${index}.s`, value);
    }
  };
  await Promise.all(Array.from({ length: PIPELINE }, write));
}

async function read(nc: NatsConnection, bucket: string): Promise<number> {
  const jsm = await jetstreamManager(nc, { checkAPI: false });
  const info = await jsm.consumers.add(`KV_${bucket}`, {
    name: `bare_${process.pid}_${bucket}`,
    filter_subject: `$KV.${bucket}.>`,
    ack_policy: AckPolicy.None,
    deliver_policy: DeliverPolicy.LastPerSubject,
    inactive_threshold: nanos(15_000),
    mem_storage: true,
    num_replicas: 1,
  });
  if (info.num_pending === 0) return 0;
  const consumer = jetstream(nc, { checkAPI: false }).consumers.getConsumerFromInfo(info);
  const state = { count: 0 };
  for await (const message of await consumer.consume({ max_messages: WINDOW })) {
    state.count += 1;
    if (message.info.pending === 0) break;
  }
  return state.count;
}

async function gather(nc: NatsConnection, count: number): Promise<void> {
  const inbox = createInbox();
  const answers = nc.subscribe(inbox, { max: count });
  nc.publish(ASK_SUBJECT, "", { reply: inbox });
  for await (const _ of answers);
}

async function main([what = "", ...rest]: readonly string[]): Promise<void> {
  const [first = "", second = ""] = rest;
  const { BARE_SERVER: servers = "", BARE_CREDS: creds } = process.env;
  const authenticator = creds === undefined ? {} : { authenticator: credsAuthenticator(readFileSync(creds)) };
  const nc = await connect({ servers, ...authenticator });
  if (what === "puts") await puts(nc, Number(first), Number(second));
  else if (what === "gather") await gather(nc, Number(first));
  else process.stdout.write(`${await Promise.all(rest.map((bucket) => read(nc, bucket)))}\n`);
  await nc.close();
}

await main(process.argv.slice(2));
