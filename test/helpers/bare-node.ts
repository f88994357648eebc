/** The work of a node's agent with a plain NATS client: the baseline for measuring the agents of a fleet. */
import { jetstreamManager } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import { fileAuthenticator } from "../../src/bus/connection/credentials.ts";
import { bucketStream, DESIRED_BUCKET, keySubject, serviceKey } from "../../src/schemas/wire/buckets.ts";
import { nodeInbox } from "../../src/schemas/wire/rights.ts";
import { serviceOfWake, wakesOf } from "../../src/schemas/wire/subjects.ts";
import type { BareAnswer, FleetMember } from "./fleet-protocol.ts";

/** One connection that answers everything on `subject` with so many bytes. */
export async function answerBarely({ servers, creds, subject, bytes }: BareAnswer): Promise<void> {
  const nc = await connected(servers, creds);
  const value = new Uint8Array(bytes).fill(120);
  nc.subscribe(subject, { callback: (_, message) => void message.respond(value) });
  await nc.flush();
}

/** One connection that reads each document its node is woken for. */
export async function followBarely(
  servers: readonly string[],
  { node, creds }: FleetMember,
  onRead: () => void,
): Promise<void> {
  const nc = await connected(servers, creds, nodeInbox(node));
  const jsm = await jetstreamManager(nc, { checkAPI: false });
  const read = async (service: string) => {
    const query = { last_by_subj: keySubject(DESIRED_BUCKET, serviceKey(node, service)) };
    if ((await jsm.direct.getMessage(bucketStream(DESIRED_BUCKET), query)) !== null) onRead();
  };
  const wake = (subject: string) => {
    const service = serviceOfWake(subject);
    if (service !== undefined && !service.startsWith("_")) void read(service);
  };
  nc.subscribe(wakesOf(node), { callback: (_, { subject }) => wake(subject) });
  await nc.flush();
}

async function connected(servers: readonly string[], creds: string | undefined, inboxPrefix?: string) {
  const patient = { waitOnFirstConnect: true, maxReconnectAttempts: -1, ignoreAuthErrorAbort: true };
  const own = {
    ...(creds === undefined ? {} : { authenticator: fileAuthenticator(creds) }),
    ...(inboxPrefix === undefined ? {} : { inboxPrefix }),
  };
  return await connect({ servers: [...servers], ...patient, ...own });
}
