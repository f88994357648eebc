import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  broadcastRoot,
  broadcastSubject,
  eventFilter,
  eventRoot,
  eventSubject,
  nodeOfReply,
  parseEventSubject,
  parseRequestSubject,
  repliesTo,
  replySubject,
  requestSubject,
  requestsOf,
  serviceOfWake,
  wakeRoot,
  wakesOf,
} from "../../../src/schemas/wire/subjects.ts";
import { NAME_PATTERN } from "../../../src/values/names.ts";

const name = fc.stringMatching(NAME_PATTERN);
const option = fc.option(name, { nil: undefined });

/** NATS' own rule: `*` is one token, a final `>` one or more. */
function matches(filter: string, subject: string): boolean {
  const [wanted, tokens] = [filter.split("."), subject.split(".")];
  if (wanted.at(-1) === ">") return tokens.length >= wanted.length && startsLike(wanted.slice(0, -1), tokens);
  return tokens.length === wanted.length && startsLike(wanted, tokens);
}

const startsLike = (wanted: string[], tokens: string[]) =>
  wanted.every((token, i) => token === "*" || token === tokens[i]);

test("an event's subject is parsed to what it was built from and caught by every filter over it", () => {
  const parts = { node: name, severity: name, kind: name, service: option, component: option };
  const address = fc.record(parts, { noNullPrototype: true });
  fc.assert(
    fc.property(address, fc.subarray(["node", "severity", "kind", "service", "component"] as const), (event, some) => {
      const subject = eventSubject(event);
      assert.deepEqual(parseEventSubject(subject), event);
      assert.ok(matches(eventRoot, subject));
      const given = Object.fromEntries(
        some.flatMap((part) => (event[part] === undefined ? [] : [[part, event[part]]])),
      );
      assert.ok(matches(eventFilter(given), subject));
    }),
  );
});

test("an event filter leaves out what differs in any part", () => {
  const subject = eventSubject({ node: "rift", severity: "info", kind: "healthy", service: "web" });
  assert.ok(!matches(eventFilter({ node: "vade" }), subject));
  assert.ok(!matches(eventFilter({ service: "db" }), subject));
  assert.ok(!matches(eventFilter({ component: "api" }), subject));
});

test("a request's subject is parsed to what it was built from, and reaches its node alone", () => {
  fc.assert(
    fc.property(name, name, name, fc.uuid(), (node, other, verb, requestId) => {
      const subject = requestSubject(node, verb, requestId);
      assert.deepEqual(parseRequestSubject(subject), { node, verb, requestId });
      assert.ok(matches(requestsOf(node), subject));
      assert.equal(matches(requestsOf(other), subject), other === node);
      const toAll = broadcastSubject(verb, requestId);
      assert.deepEqual(parseRequestSubject(toAll), { verb, requestId });
      assert.ok(matches(broadcastRoot, toAll) && !matches(requestsOf(node), toAll));
    }),
  );
});

test("an answer is caught by who asked, and names its node", () => {
  fc.assert(
    fc.property(name, fc.uuid(), fc.uuid(), (node, requestId, other) => {
      const subject = replySubject(node, requestId);
      assert.ok(matches(repliesTo(requestId), subject));
      assert.equal(matches(repliesTo(other), subject), other === requestId);
      assert.equal(nodeOfReply(subject), node);
    }),
  );
});

test("what is no event or request of ours is undefined", () => {
  for (const subject of [
    "",
    "mcp",
    "mcp.v1",
    "mcp.v1.event.a.b.c.d",
    "mcp.v1.event.a.b.c.d.e.f",
    "mcp.v2.event.a.b.c.d.e",
  ]) {
    assert.equal(parseEventSubject(subject), undefined, subject);
  }
  for (const subject of [
    "",
    "mcp.v1.agent.a.b",
    "mcp.v1.agent.a.b.c.d",
    "mcp.v1.agents.a",
    "mcp.v1.agents.a.b.c",
    "mcp.v2.agent.a.b.c",
  ]) {
    assert.equal(parseRequestSubject(subject), undefined, subject);
  }
});

test("a wake-up names its service", () => {
  assert.ok(matches(wakesOf("rift"), "mcp.v1.wake.rift.web") && matches(wakeRoot, "mcp.v1.wake.rift._index"));
  assert.equal(serviceOfWake("mcp.v1.wake.rift.web"), "web");
});
