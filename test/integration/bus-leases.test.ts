/** Requests that go on until they are canceled: their leases, their ends. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type AgentRequest, REQUEST_LEASE_MS, type ReplyBody } from "../../src/schemas/wire/request.ts";
import { hasCode, McpError } from "../../src/values/error.ts";
import { eventually } from "../helpers/eventually.ts";
import { type NatsServer, startNatsServer } from "../helpers/nats-server.ts";
import type { Scope } from "../helpers/scope.ts";
import { collect, operatorBus, serving } from "./bus-fixtures.ts";

const FOLLOW = { verb: "logs", service: "web", follow: true } as const;

const line = (text: string): ReplyBody => ({
  verb: "logs",
  lines: [{ component: "api", stream: "stdout", line: text }],
});

/** A node that follows until it is canceled, and the verbs it was asked. */
async function follower(t: Scope & { signal: AbortSignal }, server: NatsServer) {
  const asked: AgentRequest[] = [];
  await serving(t, server, "rift", async (request, replier) => {
    asked.push(request);
    if (request.body.verb !== "logs") return;
    await replier.send({ last: false, body: line("hello") });
    await new Promise(() => undefined);
  });
  return asked;
}

test("a followed request is canceled when its reader stops and when its signal aborts", async (t) => {
  const server = await startNatsServer(t);
  const asked = await follower(t, server);
  const bus = await operatorBus(t, server);
  for await (const _ of bus.ask(FOLLOW, { nodes: ["rift"], idleMs: 10_000, signal: t.signal })) break;
  await eventually(() => asked.length === 2, { what: "the cancellation" });
  const aborting = new AbortController();
  const followed = collect(bus.ask(FOLLOW, { nodes: ["rift"], idleMs: 10_000, signal: aborting.signal }));
  await eventually(() => followed.items.length === 1);
  aborting.abort();
  assert.equal(await followed.ended, undefined);
  await eventually(() => asked.length === 4, { what: "the second cancellation" });
  assert.deepEqual(
    asked.map(({ body }) => (body.verb === "cancel" ? body.request : body.verb)),
    ["logs", asked[0]?.id, "logs", asked[2]?.id],
  );
});

test("a followed request is renewed three times a lease, and a node that answers renewals is not idle", async (t) => {
  const server = await startNatsServer(t);
  const asked = await follower(t, server);
  const bus = await operatorBus(t, server);
  t.mock.timers.enable({ apis: ["setInterval"] });
  const followed = collect(bus.ask(FOLLOW, { nodes: ["rift"], idleMs: 2_000, signal: t.signal }));
  const state = { ended: false };
  void followed.ended.then(() => {
    state.ended = true;
  });
  await eventually(() => followed.items.length === 1, { what: "the first line" });
  const began = Date.now();
  for (let renewals = 1; renewals <= 6; renewals++) {
    await eventually(() => Date.now() > began + renewals * 800);
    t.mock.timers.tick(REQUEST_LEASE_MS / 3);
    await eventually(() => asked.filter(({ body }) => body.verb === "renew").length === renewals);
  }
  assert.equal(state.ended, false, "still followed after more than twice the idle time");
  const renewal = asked.find(({ body }) => body.verb === "renew");
  assert.deepEqual(renewal?.body, { verb: "renew", request: asked[0]?.id });
  await eventually(() => state.ended, { what: "idle once renewals stop" });
});

test("losing the server while answers are awaited is an error", async (t) => {
  const server = await startNatsServer(t);
  await follower(t, server);
  const bus = await operatorBus(t, server);
  const followed = collect(bus.ask(FOLLOW, { nodes: ["rift"], idleMs: 10_000, signal: t.signal }));
  await eventually(() => followed.items.length === 1);
  await server.kill9();
  assert.ok(hasCode(await followed.ended, "E_BUS_UNREACHABLE"));
});

test("a node that does not know the request any more ends it with the error", async (t) => {
  const server = await startNatsServer(t);
  await serving(t, server, "rift", async (request, replier) => {
    if (request.body.verb === "renew") throw new McpError("E_NOT_FOUND", "no such request");
    await replier.send({ last: false, body: line("hello") });
    await new Promise(() => undefined);
  });
  const bus = await operatorBus(t, server);
  t.mock.timers.enable({ apis: ["setInterval"] });
  const followed = collect(bus.ask(FOLLOW, { nodes: ["rift"], idleMs: 10_000, signal: t.signal }));
  await eventually(() => followed.items.length === 1, { what: "the first line" });
  t.mock.timers.tick(REQUEST_LEASE_MS / 3);
  assert.equal(await followed.ended, undefined);
  assert.equal(followed.items[1]?.error?.code, "E_NOT_FOUND");
});
