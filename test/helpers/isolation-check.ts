/**
 * A bus with a stolen node key: an attacker has the key of node rift, next to node vade, an operator and a consumer of
 * events, whose data contain the word SECRET. `assertIsolated` runs one attack and asserts that it read, changed and called
 * nothing of the others.
 */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import type { Msg, NatsConnection } from "@nats-io/nats-core";
import { connectNodeBus, connectOperatorBus } from "../../src/bus/bus.ts";
import { Connection } from "../../src/bus/connection/connection.ts";
import { inboxOf } from "../../src/bus/connection/credentials.ts";
import { putEvent, putKey } from "../../src/bus/kv/publish-with-ack.ts";
import type { OperatorBus } from "../../src/bus/ports/operator-bus.ts";
import { keySubject, serviceKey } from "../../src/schemas/wire/buckets.ts";
import { NOWHERE } from "../../src/schemas/wire/subjects.ts";
import { desired, event, observed, presence } from "../integration/bus-fixtures.ts";
import { bareClient } from "./bare-client.ts";
import { allRoles, type BusRoles } from "./bus-roles.ts";
import { eventually } from "./eventually.ts";
import { type OperatorServer, startOperatorServer } from "./operator-server.ts";
import type { Scope } from "./scope.ts";

export interface IsolationCheck {
  readonly server: OperatorServer;
  readonly roles: BusRoles;
  readonly operator: OperatorBus;
  /** Without limits, in the control account. */
  readonly control: Connection;
  /** The id of a stored event of vade. */
  readonly eventId: string;
  /** What the attacker received; must contain no secrets. */
  readonly received: string[];
  /** @param whose the credentials that the attack uses (default: rift) */
  assertIsolated(run: () => Promise<void>, whose?: keyof typeof OWN): Promise<void>;
}

export interface Attacker {
  readonly nc: NatsConnection;
  /** The subject prefix of its answers. */
  readonly inbox: string;
}

const reads = (name: string) => [
  new RegExp(`^\\$JS\\.API\\.CONSUMER\\.(INFO|MSG\\.NEXT)\\.MCP_EVENTS\\.${name}$`),
  new RegExp(`^\\$JS\\.ACK\\.MCP_EVENTS\\.${name}\\.`),
];

/** Subjects that may arrive in the control account from these credentials. */
const OWN = {
  rift: [
    /^\$JS\.API\.DIRECT\.GET\.KV_mcp-desired\.\$KV\.mcp-desired\.rift\.[^.]+$/,
    /^\$JS\.API\.DIRECT\.GET\.KV_mcp-trust\.\$KV\.mcp-trust\.revoked$/,
    /^\$JS\.API\.(DIRECT\.GET|STREAM\.PURGE)\.OBJ_mcp-files-rift$/,
    /^\$O\.mcp-files-rift\./,
    /^\$KV\.mcp-observed\.rift\.[^.]+$/,
    /^\$KV\.mcp-presence\.rift$/,
    /^mcp\.v1\.event\.rift(\.[^.]+){4}$/,
    /^mcp\.v1\.reply\.rift\.[^.]+$/,
  ],
  bell: reads("bell"),
  ada: [...reads("ada"), /^\$JS\.API\.DIRECT\.GET\.KV_mcp-(observed|presence|nodes)$/],
  login: [/^mcp\.v1\.login$/],
} as const;

/** A viewer may read these. */
const VIEWED = /Nats-Stream: KV_mcp-(observed|presence|nodes)\r/;
/** The server's own messages: answers that cross an account border, and advisories. */
const isServers = (subject: string) => /^(_R_\.|_GR_\.|\$JS\.EVENT\.)/.test(subject) || subject === NOWHERE;

/** Subjects of the attacker's own data; everything else must not change. */
const isAttackersOwn = (subject: string) =>
  /^(\$KV\.mcp-(observed|presence)\.rift(\.|$)|mcp\.v1\.event\.rift\.|\$O\.mcp-files-rift\.)/.test(subject);

export async function startIsolationCheck(scope: Scope, version: "newest" | "2.10"): Promise<IsolationCheck> {
  const server = await startOperatorServer(scope, { version });
  const roles = await allRoles(scope, server);
  const control = await Connection.connected(server.settings(roles.control), () => undefined);
  const operator = await connectOperatorBus(server.settings(roles.creds.operator), { author: "SECRET@desk" });
  scope.after(async () => void (await Promise.all([control.close(), operator.close()])));
  const acts = await victim(scope, server, roles);
  const eventId = await storeDocuments(scope, { server, roles, operator, control });
  const { nc, arrived } = await listen(scope, server, roles);
  const received: string[] = [];
  await endReadings(control);
  const baseline = await stateOf(control);
  const pid = server.pid;
  acts.length = 0;
  const assertIsolated = async (run: () => Promise<void>, whose: keyof typeof OWN = "rift") => {
    const isOwn = (subject: string) => OWN[whose].some((pattern) => pattern.test(subject));
    const isSecret = (text: string) => text.includes("SECRET") && !(whose === "ada" && VIEWED.test(text));
    await nc.flush();
    arrived.length = 0;
    received.length = 0;
    await run();
    await nc.flush();
    const foreign = arrived.filter((subject) => !isOwn(subject) && !isServers(subject));
    assert.deepEqual(foreign, [], "messages that must not arrive");
    assert.deepEqual(acts, [], "the victim was called");
    assert.deepEqual(await stateOf(control), baseline, "the stored data of others changed");
    assert.deepEqual(received.filter(isSecret), [], "the attacker received secrets");
    assert.equal(server.pid, pid);
  };
  return { server, roles, operator, control, eventId, received, assertIsolated };
}

/** Vade's agent, as far as the bus sees it: what it is woken for and asked. */
async function victim(scope: Scope & { signal?: AbortSignal }, server: OperatorServer, { creds }: BusRoles) {
  const acts: string[] = [];
  const over = new AbortController();
  scope.after(() => over.abort());
  const bus = await connectNodeBus(server.settings(creds.vade), "vade", { onProblem: () => undefined });
  scope.after(() => bus.close());
  await eventually(() => bus.isConnected(), { what: "vade is connected" });
  bus.onWake((service) => void acts.push(`woken for ${service}`), over.signal);
  bus.serve((request, replier) => {
    acts.push(`asked to ${request.body.verb}`);
    return replier.send({ last: true, error: { code: "E_REFUSED", message: "SECRET" } });
  }, over.signal);
  const own = { node: "vade" };
  await bus.putObserved(observed({ ...own, boot: "SECRET" }));
  await bus.putPresence(presence({ ...own, boot: "SECRET" }));
  const object = { transfer: "0123456789abcdef01234567", size: 6, description: "web/a" };
  const source = (async function* () {
    yield Buffer.from("SECRET");
  })();
  await bus.files.write(object, source, over.signal);
  return acts;
}

interface Setup extends Pick<IsolationCheck, "server" | "roles" | "operator" | "control"> {}

async function storeDocuments(scope: Scope, { server, roles, operator, control }: Setup): Promise<string> {
  const rift = await bareClient(scope, server.url, roles.creds.rift);
  await operator.writeDesired(desired({ node: "vade", author: "SECRET@desk" }), 0);
  await operator.writeDesired(desired({ node: "rift" }), 0);
  await putKey(control, { bucket: "mcp-nodes", key: "vade" }, { value: Buffer.from('{"SECRET":1}') });
  await putKey(control, { bucket: "mcp-trust", key: "revoked" }, { value: Buffer.from("{}") });
  const id = randomUUID();
  const forged = Buffer.from(JSON.stringify(desired({ node: "vade", generation: 99 })));
  for (const [name, data] of [
    ["forged", forged],
    ["json", Buffer.from("{}")],
    ["empty", new Uint8Array()],
  ] as const) {
    await rift.nc.request(`$O.mcp-files-rift.C.${name}`, data);
  }
  await rift.nc.request(keySubject("mcp-observed", serviceKey("rift", "web")), "{}");
  const link = await Connection.connected(server.settings(roles.creds.vade), () => undefined);
  await putEvent(link, event({ node: "vade", id, message: "SECRET" }));
  await link.close();
  await rift.nc.close();
  return id;
}

/** The subjects of whatever arrives in the control account, and of what reaches vade's, since the list was emptied. */
async function listen(scope: Scope, server: OperatorServer, roles: BusRoles) {
  const arrived: string[] = [];
  const { nc } = await bareClient(scope, server.url, roles.control);
  const own = inboxOf(roles.control);
  nc.subscribe(">", {
    callback: (_error: Error | null, message: Msg) => {
      if (!message.subject.startsWith(own)) arrived.push(message.subject);
    },
  });
  await nc.flush();
  return { nc, arrived };
}

const streamsOf = (link: Connection) => link.call("list streams", ({ jsm }) => jsm.streams.list().next());
const consumersOf = (link: Connection, stream: string) =>
  link.call("list consumers", ({ jsm }) => jsm.consumers.list(stream).next());

/** Removes our own short-lived consumers: the server would remove them by itself, during an attack. */
async function endReadings(link: Connection): Promise<void> {
  for (const { config } of await streamsOf(link)) {
    const consumers = await consumersOf(link, config.name);
    const readings = consumers.map(({ name }) => name).filter((name) => /^mcp_[0-9a-f]{32}$/.test(name));
    for (const name of readings) {
      await link.call("end a reading", ({ jsm }) => jsm.consumers.delete(config.name, name));
    }
  }
}

/** All stored data except the attacker's own, byte for byte, and the state of every stream and consumer. */
async function stateOf(link: Connection): Promise<unknown> {
  const state = (await streamsOf(link)).map(async ({ config }) => {
    const consumers = await consumersOf(link, config.name);
    return {
      config: JSON.stringify(config),
      consumers: consumers.map(
        ({ name, ack_floor, delivered }) => `${name} ${ack_floor.stream_seq} ${delivered.stream_seq}`,
      ),
      messages: await messagesOf(link, config.name),
    };
  });
  return (await Promise.all(state)).sort((a, b) => (a.config < b.config ? -1 : 1));
}

/** Reads without a consumer: hundreds of reads would leave too many consumers. */
async function messagesOf(link: Connection, stream: string): Promise<string[]> {
  const messages: string[] = [];
  for (let seq = 1; ; ) {
    const query = { seq, next_by_subj: ">" };
    const next = await link.call(`read ${stream}`, ({ jsm }) => jsm.direct.getMessage(stream, query));
    if (next === null) return messages;
    if (!isAttackersOwn(next.subject))
      messages.push(`${next.subject} ${next.seq} ${Buffer.from(next.data).toString("base64")}`);
    seq = next.seq + 1;
  }
}

/** A client with these credentials; what it receives is added to `received`. */
export async function attackerWith(
  scope: Scope,
  { server, received }: Pick<IsolationCheck, "server" | "received">,
  creds: string,
): Promise<Attacker> {
  const { nc } = await bareClient(scope, server.url, creds);
  const inbox = inboxOf(creds);
  nc.subscribe(`${inbox}.>`, {
    callback: (error, message) => {
      if (error === null) received.push(`${message.headers?.toString() ?? ""}${message.string()}`);
    },
  });
  await nc.flush();
  return { nc, inbox };
}
