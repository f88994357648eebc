/**
 * OperatorBus over NATS: gathers what the files beside it do, each for one noun.
 */
import { historyOf, listDesired, readDesired } from "./desired-bucket.ts";
import { writeDesired } from "./desired-writes.ts";
import { readEvents } from "./event-stream.ts";
import type { Link } from "./link.ts";
import { listNodes, listPresence, readPresence } from "./node-buckets.ts";
import { followObserved, listObserved, readObserved } from "./observed-bucket.ts";
import type { OperatorBus, ServerFacts } from "./operator-bus.ts";
import { ask } from "./request-client.ts";
import { putEvent } from "./stored-put.ts";

/** The bus of one operator (`author`: `user@workstation`) over a link; closing the bus closes the link. */
export function natsOperatorBus(link: Link, author: string): OperatorBus {
  return {
    facts: () => serverFacts(link),
    readDesired: (node, service) => readDesired(link, node, service),
    listDesired: (filter) => listDesired(link, filter),
    historyOf: (node, service) => historyOf(link, node, service),
    writeDesired: (document, revision) => writeDesired(link, document, revision),
    readObserved: (node, service) => readObserved(link, { node, service }),
    listObserved: () => listObserved(link),
    followObserved: (node, service, signal) => followObserved(link, { node, service }, signal),
    readPresence: (node) => readPresence(link, node),
    listPresence: () => listPresence(link),
    listNodes: () => listNodes(link),
    publishEvent: (event) => putEvent(link, event),
    events: (query, signal) => readEvents(link, query, signal),
    ask: (body, options) => ask(link, body, { author, ...options }),
    close: () => link.close(),
  };
}

function serverFacts(link: Link): Promise<ServerFacts> {
  return link.call("measure the bus", async ({ nc }) => {
    const rttMs = await nc.rtt();
    const { version = "", jetstream = false, max_payload: maxPayload = 0 } = nc.info ?? {};
    return { url: nc.getServer(), version, jetstream, maxPayload, rttMs };
  });
}
