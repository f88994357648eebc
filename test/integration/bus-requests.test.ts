/** Requests to nodes and the streams of their answers. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { connect } from "@nats-io/transport-node";
import type { RequestHandler } from "../../src/bus/ports/node-bus.ts";
import type { AgentReply, AgentRequest, ReplyBody } from "../../src/schemas/wire/request.ts";
import { requestSubject } from "../../src/schemas/wire/subjects.ts";
import { deferred } from "../../src/values/deferred.ts";
import { hasCode, McpError } from "../../src/values/error.ts";
import { VERSION } from "../../src/values/version.ts";
import { eventually } from "../helpers/eventually.ts";
import { startNatsServer } from "../helpers/nats-server.ts";
import { all, operatorBus, presence, serving } from "./bus-fixtures.ts";

const PING = { verb: "ping" } as const;
const FOLLOW = { verb: "logs", service: "web", follow: true } as const;
const IDLE_MS = 1500;

const pong: RequestHandler = (_request, replier) =>
  replier.send({ last: true, body: { verb: "ping", presence: presence() } });

const line = (text: string): ReplyBody => ({
  verb: "logs",
  lines: [{ component: "api", stream: "stdout", line: text }],
});

const nodesOf = (replies: readonly AgentReply[]) => replies.map(({ node }) => node).sort();

test("a request to one node is answered by it alone, well before the idle time", async (t) => {
  const server = await startNatsServer(t);
  await Promise.all(["rift", "vade"].map((node) => serving(t, server, node, pong)));
  const bus = await operatorBus(t, server);
  const began = Date.now();
  const replies = await all(bus.ask(PING, { nodes: ["rift"], idleMs: 10_000, signal: t.signal }));
  assert.ok(Date.now() - began < 8_000, "it does not wait for the idle time");
  assert.deepEqual(nodesOf(replies), ["rift"]);
  assert.equal(replies[0]?.body?.verb, "ping");
});

test("a request to all is answered by all and ends when no more answers come", async (t) => {
  const server = await startNatsServer(t);
  await Promise.all(["orion", "rift", "vade"].map((node) => serving(t, server, node, pong)));
  const bus = await operatorBus(t, server);
  const replies = await all(bus.ask(PING, { idleMs: 1_500, signal: t.signal }));
  assert.deepEqual(nodesOf(replies), ["orion", "rift", "vade"]);
});

test("a silent node ends the answers after the idle time, without an error", async (t) => {
  const server = await startNatsServer(t);
  await serving(t, server, "rift", pong);
  const bus = await operatorBus(t, server);
  const replies = await all(bus.ask(PING, { nodes: ["rift", "dead"], idleMs: 1_500, signal: t.signal }));
  assert.deepEqual(nodesOf(replies), ["rift"]);
  assert.deepEqual(await all(bus.ask(PING, { nodes: [], idleMs: 10_000, signal: t.signal })), []);
});

test("a lull is waited out after each answer, also when the idle time is over", async (t) => {
  const server = await startNatsServer(t);
  const late: RequestHandler = async (...asked) => {
    await delay(600);
    await pong(...asked);
  };
  await Promise.all([serving(t, server, "rift", pong), serving(t, server, "vade", late)]);
  const bus = await operatorBus(t, server);
  const replies = await all(bus.ask(PING, { idleMs: 200, quietMs: 3_000, signal: t.signal }));
  assert.deepEqual(nodesOf(replies), ["rift", "vade"]);
});

test("a stream of answers arrives whole and in order, numbered from 0", async (t) => {
  const server = await startNatsServer(t);
  await serving(t, server, "rift", async (_request, replier) => {
    for (let i = 0; i < 500; i++) await replier.send({ last: false, body: line(`line ${i}`) });
  });
  const bus = await operatorBus(t, server);
  const replies = await all(bus.ask(FOLLOW, { nodes: ["rift"], idleMs: 5000, signal: t.signal }));
  assert.deepEqual(
    replies.map(({ sequence }) => sequence),
    Array.from({ length: 501 }, (_, i) => i),
  );
  assert.deepEqual(replies.at(-1)?.body, { verb: "done" });
  assert.deepEqual(replies[499]?.body, line("line 499"));
});

test("slow requests do not hold up others", async (t) => {
  const server = await startNatsServer(t);
  const release = new AbortController();
  await serving(t, server, "rift", async (request, replier) => {
    if (request.body.verb === "ps") await new Promise((resolve) => release.signal.addEventListener("abort", resolve));
    await pong(request, replier);
  });
  const bus = await operatorBus(t, server);
  const slow = all(bus.ask({ verb: "ps" }, { nodes: ["rift"], idleMs: 8000, signal: t.signal }));
  const quick = await all(bus.ask(PING, { nodes: ["rift"], idleMs: 5000, signal: t.signal }));
  assert.equal(quick.length, 1);
  release.abort();
  assert.equal((await slow).length, 1);
});

for (const [what, size, pattern] of [
  ["large", 900_000, /its answer to `ps` is larger than 32 MiB/],
  ["many small", 10, /its answer to `ps` has more than 5000 messages/],
] as const) {
  test(`a node that answers without end, in ${what} messages, is cut off and named; the others are heard`, async (t) => {
    const server = await startNatsServer(t);
    const sent = { messages: 0 };
    const endless: RequestHandler = async (_request, replier) => {
      while (!t.signal.aborted) {
        await replier.send({ last: false, body: line("x".repeat(size)) });
        sent.messages += 1;
      }
    };
    await Promise.all([serving(t, server, "rift", pong), serving(t, server, "vade", endless)]);
    const bus = await operatorBus(t, server);
    const replies = await all(bus.ask({ verb: "ps" }, { nodes: ["rift", "vade"], idleMs: 20_000, signal: t.signal }));
    const errors = replies.flatMap(({ node, error }) => (error === undefined ? [] : [{ node, ...error }]));
    assert.deepEqual(
      errors.map(({ node, code }) => [node, code]),
      [["vade", "E_INVALID_MESSAGE"]],
    );
    assert.match(errors[0]?.message ?? "", pattern);
    assert.ok(replies.some(({ node, last }) => node === "rift" && last));
    const bytes = replies.length * size;
    assert.ok(bytes < 40_000_000, `${bytes} bytes were kept`);
    await server.stop();
  });
}

test("what a handler throws is answered with its code, and with E_BUG when it was not foreseen", async (t) => {
  const server = await startNatsServer(t);
  await serving(t, server, "rift", async (request) => {
    if (request.body.verb === "ps") throw new TypeError("oops");
    throw new McpError("E_NOT_FOUND", "no such service", { hint: "look" });
  });
  const bus = await operatorBus(t, server);
  const [known] = await all(bus.ask(PING, { nodes: ["rift"], idleMs: IDLE_MS, signal: t.signal }));
  assert.deepEqual(known?.error, { code: "E_NOT_FOUND", message: "no such service", hint: "look" });
  assert.equal(known?.last, true);
  const [bug] = await all(bus.ask({ verb: "ps" }, { nodes: ["rift"], idleMs: IDLE_MS, signal: t.signal }));
  assert.deepEqual(bug?.error, { code: "E_BUG", message: "oops" });
});

test("a request that is broken or disagrees with its subject is answered E_INVALID_MESSAGE and never handled", async (t) => {
  const server = await startNatsServer(t);
  const handled: AgentRequest[] = [];
  await serving(t, server, "rift", async (request) => void handled.push(request));
  const nc = await connect({ servers: server.url });
  t.after(() => nc.close());
  const heard: { subject: string; reply: AgentReply }[] = [];
  nc.subscribe("mcp.v1.reply.>", {
    callback: (_error, message) => {
      heard.push({ subject: message.subject, reply: message.json<AgentReply>() });
    },
  });
  const request = { version: 1, id: "r2", node: "rift", author: "x", at: "", body: PING };
  nc.publish("mcp.v1.agent.rift.ping.r1", "{");
  nc.publish("mcp.v1.agent.rift.ping.r2", JSON.stringify({ ...request, id: "other" }));
  nc.publish("mcp.v1.agent.rift.ping.r3", JSON.stringify({ ...request, id: "r3", node: "vade" }));
  nc.publish("mcp.v1.agent.rift.ping.r4", JSON.stringify({ ...request, id: "r4", body: { verb: "ps" } }));
  nc.publish("mcp.v1.agents.ping.r5", JSON.stringify({ ...request, id: "r5" }));
  await eventually(() => heard.length === 5, { what: "five refusals" });
  for (const { reply } of heard) assert.equal(reply.error?.code, "E_INVALID_MESSAGE");
  assert.deepEqual(
    heard.map(({ subject }) => subject).sort(),
    [1, 2, 3, 4, 5].map((n) => `mcp.v1.reply.rift.r${n}`),
  );
  assert.deepEqual(handled, []);
});

test("a request of a later version is answered E_UNSUPPORTED with what to update", async (t) => {
  const server = await startNatsServer(t);
  const handled: AgentRequest[] = [];
  await serving(t, server, "rift", async (request) => void handled.push(request));
  const nc = await connect({ servers: server.url });
  t.after(() => nc.close());
  const replies: AgentReply[] = [];
  nc.subscribe("mcp.v1.reply.>", { callback: (_error, message) => void replies.push(message.json<AgentReply>()) });
  const request = { version: 1, id: "r1", node: "rift", author: "x", at: "", body: { verb: "from-the-future" } };
  nc.publish("mcp.v1.agent.rift.from-the-future.r1", JSON.stringify(request));
  await eventually(() => replies.length === 1, { what: "a refusal" });
  assert.deepEqual(replies[0]?.error, {
    code: "E_UNSUPPORTED",
    message: `mcp-agent ${VERSION} does not know the request "from-the-future"`,
    hint: "upgrade mcp-agent on this node",
  });
  assert.deepEqual(handled, []);
});

test("an answer too large for the server becomes an error, and the handler hears of it", async (t) => {
  const server = await startNatsServer(t);
  const failures: unknown[] = [];
  await serving(t, server, "rift", async (_request, replier) => {
    const sending = replier.send({ last: false, body: line("x".repeat(2_000_000)) });
    await sending.catch((error: unknown) => failures.push(error));
    await replier.send({ last: true }).catch((error: unknown) => failures.push(error));
  });
  const bus = await operatorBus(t, server);
  const replies = await all(bus.ask(FOLLOW, { nodes: ["rift"], idleMs: IDLE_MS, signal: t.signal }));
  assert.equal(replies.length, 1);
  assert.ok(replies[0]?.last === true && replies[0].error?.code === "E_BUS");
  await eventually(() => failures.length === 2, { what: "the handler heard twice" });
  assert.ok(failures.every((failure) => hasCode(failure, "E_BUS")));
});

test("answers of a node that was not asked, or that are forged, are not believed", async (t) => {
  const server = await startNatsServer(t);
  const nc = await connect({ servers: server.url });
  t.after(() => nc.close());
  await serving(t, server, "rift", async (request, replier) => {
    const forged = { version: 1, id: request.id, sequence: 0, last: true, body: { verb: "done" } };
    nc.publish(`mcp.v1.reply.vade.${request.id}`, JSON.stringify({ ...forged, node: "vade" }));
    nc.publish(`mcp.v1.reply.vade.${request.id}`, JSON.stringify({ ...forged, node: "rift" }));
    await nc.flush();
    await pong(request, replier);
  });
  const bus = await operatorBus(t, server);
  const replies = await all(bus.ask(PING, { nodes: ["rift"], idleMs: IDLE_MS, signal: t.signal }));
  assert.deepEqual(nodesOf(replies), ["rift"]);
  assert.equal(replies[0]?.body?.verb, "ping");
});

test("a node that never accepts its boot nonce is asked once more and not again", async (t) => {
  const server = await startNatsServer(t);
  const nc = await connect({ servers: server.url });
  t.after(() => nc.close());
  const asked: (string | undefined)[] = [];
  const error = { code: "E_REFUSED", message: "it names no boot nonce", boot: "b1" };
  nc.subscribe(requestSubject("rift", "ping", "*"), {
    callback: (_, message) => {
      const { id, boot }: AgentRequest = message.json();
      asked.push(boot);
      const answer = { version: 1, id, node: "rift", sequence: 0, last: true, error };
      nc.publish(`mcp.v1.reply.rift.${id}`, JSON.stringify(answer));
    },
  });
  await nc.flush();
  const bus = await operatorBus(t, server);
  const [first] = await all(bus.ask(PING, { nodes: ["rift"], idleMs: IDLE_MS, signal: t.signal }));
  assert.equal(first?.error?.code, "E_REFUSED");
  assert.deepEqual(asked, [undefined, "b1"]);
});

test("an ask ends with an error at once when the connection is lost, since answers may be lost with it", async (t) => {
  const server = await startNatsServer(t);
  const arrived = deferred<void>();
  await serving(t, server, "rift", async () => arrived.resolve());
  const bus = await operatorBus(t, server);
  const began = Date.now();
  const asking = all(bus.ask(PING, { nodes: ["rift"], idleMs: 60_000, signal: t.signal }));
  const failing = assert.rejects(asking, (error) => hasCode(error, "E_BUS_UNREACHABLE"));
  await arrived.promise;
  await server.kill9();
  await failing;
  assert.ok(Date.now() - began < 30_000, "it does not wait for the idle time");
});
