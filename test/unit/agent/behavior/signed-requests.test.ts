/** What an agent that asks for proofs answers to requests, and what each verb needs. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { RequestBody, RequestVerb } from "../../../../src/schemas/wire/request.ts";
import { signRequest } from "../../../../src/trust/proof.ts";
import { component, NODE, NOW_MS } from "../../../helpers/builders.ts";
import { issuerKey, operatorOf } from "../../../helpers/operator-keys.ts";
import { AgentWorld } from "../../../twin/agent-world.ts";

const ID = "a".repeat(64);
const place = { service: "web", path: "a.txt" };

/** One body of each verb; `tells` needs no more than a signature. */
const BODIES: { readonly [V in RequestVerb]: readonly [body: Extract<RequestBody, { verb: V }>, needs: string] } = {
  ping: [{ verb: "ping" }, "read-only"],
  ps: [{ verb: "ps" }, "read-only"],
  usage: [{ verb: "usage" }, "read-only"],
  floor: [{ verb: "floor", service: "web" }, "read-only"],
  accepted: [{ verb: "accepted" }, "read-only"],
  orphans: [{ verb: "orphans" }, "read-only"],
  images: [{ verb: "images" }, "read-only"],
  "moved-images": [{ verb: "moved-images", service: "web" }, "web"],
  check: [{ verb: "check", service: "web", components: [component()] }, "web"],
  files: [{ verb: "files", ...place }, "read-only"],
  describe: [{ verb: "describe", ids: [ID], env: true }, "every service"],
  restart: [{ verb: "restart", service: "web" }, "web"],
  logs: [{ verb: "logs", service: "web", follow: false }, "web"],
  push: [{ verb: "push", transfer: "t", size: 1, mode: 0o644, ...place }, "web"],
  pull: [{ verb: "pull", transfer: "t", ...place }, "web"],
  commit: [{ verb: "commit", transfer: "t", sha256: "0" }, "the node"],
  "remove-orphan": [{ verb: "remove-orphan", containerId: ID, state: "exited" }, "the node"],
  "remove-image": [{ verb: "remove-image", id: ID, references: [] }, "every service"],
  renew: [{ verb: "renew", request: "r" }, "the node"],
  cancel: [{ verb: "cancel", request: "r" }, "the node"],
};

async function running(t: { after(end: () => Promise<void>): void }) {
  const world = new AgentWorld(t, { signed: true });
  await world.start();
  await world.deployed();
  const at = () => new Date(world.clock.now()).toISOString();
  const request = (body: RequestBody, own: object = {}) =>
    ({ version: 1, id: "one", node: NODE, author: "alice@laptop", at: at(), body, ...own }) as const;
  const challenge = (
    await world.bus.send(NODE, signRequest(request({ verb: "restart", service: "web" }), world.operator))
  )[0];
  return { world, request, boot: challenge?.error?.boot ?? "" };
}

describe("a signed request", () => {
  for (const [verb, [body, needs]] of Object.entries(BODIES)) {
    const needsText = needs === "read-only" ? "nothing but the signature" : `a scope with ${needs}, and the boot nonce`;
    it(`for ${verb} needs ${needsText}`, async (t) => {
      const { world, request, boot } = await running(t);
      const refused = (replies: readonly { readonly error?: { code: string; message: string } }[]) =>
        replies[0]?.error?.code === "E_REFUSED" ? replies[0].error.message : undefined;
      const looker = operatorOf(world.issuer, { role: "viewer" });
      const elsewhere = operatorOf(world.issuer, { nodes: ["orion"] });
      const narrow = operatorOf(world.issuer, { services: ["db"] });
      const acts = needs !== "read-only";
      assert.equal((await world.bus.send(NODE, request(body)))[0]?.error?.code, "E_REFUSED", "unsigned");
      assert.equal(refused(await world.ask(body, {}, looker)) !== undefined, acts, "a viewer");
      assert.equal(refused(await world.ask(body, {}, elsewhere)) !== undefined, acts, "on another node");
      assert.equal(
        refused(await world.ask(body, {}, narrow)) !== undefined,
        acts && needs !== "the node",
        "another service",
      );
      const first = await world.bus.send(NODE, signRequest(request(body, { id: "two" }), world.operator));
      assert.equal(first[0]?.error?.boot !== undefined, acts, "is told the nonce");
      const { node: _, ...toAll } = request(body, { id: "three", boot });
      const broadcast = refused(await world.bus.send(NODE, signRequest(toAll, world.operator)));
      assert.equal(broadcast !== undefined, acts, "to all nodes");
      assert.equal(refused(await world.ask(body)), undefined, "in order");
    });
  }

  const restart = { verb: "restart", service: "web" } as const;

  it("acts once, however often it comes, and not in another run of the agent", async (t) => {
    const { world, request, boot } = await running(t);
    const signed = signRequest(request(restart, { boot }), world.operator);
    assert.equal((await world.bus.send(NODE, signed)).at(-1)?.error, undefined);
    for (let times = 0; times < 3; times++) {
      assert.match((await world.bus.send(NODE, signed))[0]?.error?.message ?? "", /sent before/);
    }
    assert.equal(world.serving().starts, 2);
    const [agent] = world.agents;
    assert.ok(agent);
    await world.stop(agent);
    await world.start();
    const [late] = await world.bus.send(NODE, signed);
    assert.ok(late?.error?.boot !== undefined && late.error.boot !== boot);
    assert.equal(world.serving().starts, 2);
  });

  it("is refused when it was changed, is another's, for another node, or its signer's rights are over", async (t) => {
    const { world, request, boot } = await running(t);
    const [mallory, nowS] = [operatorOf(issuerKey()), NOW_MS / 1000];
    const signed = signRequest(request(restart, { boot }), world.operator);
    const expired = operatorOf(world.issuer, { expiresAtS: nowS + 60 });
    await world.clock.advance(600_000);
    const cases: Record<string, [object, RegExp]> = {
      "changed body": [{ ...signed, body: { verb: "restart", service: "db" } }, /changed afterwards/],
      "changed id": [{ ...signed, id: "other" }, /changed afterwards/],
      "another issuer": [signRequest(request(restart, { boot }), mallory), /does not trust/],
      "another name": [
        signRequest(request(restart, { boot, author: "kyle@desk" }), world.operator),
        /but alice signed it/,
      ],
      "another node": [signRequest(request(restart, { boot, node: "orion" }), world.operator), /addressed to orion/],
      "dated within rights that are over": [
        signRequest(request(restart, { boot, at: new Date(NOW_MS).toISOString() }), expired),
        /the rights of alice expired/,
      ],
      "dated after them": [signRequest(request(restart, { boot }), expired), /after the rights of alice expired/],
      "a document's proof": [
        { ...signed, proof: JSON.parse(world.bus.desired.get(`${NODE}.web`) ?? "").proof },
        /changed afterwards/,
      ],
    };
    for (const [title, [given, says]] of Object.entries(cases)) {
      const [reply] = await world.bus.send(NODE, given as never);
      assert.match(reply?.error?.message ?? "", says, title);
    }
    assert.equal(world.serving().starts, 1);
  });

  it("prolongs and ends only a stream of the same operator", async (t) => {
    const { world } = await running(t);
    const kyle = operatorOf(world.issuer, { name: "kyle" });
    const life = { ended: false };
    const id = "logs-1";
    const logs = world.ask({ verb: "logs", service: "web", follow: true }, { id });
    void logs.then(() => (life.ended = true));
    await world.clock.settle();
    assert.equal((await world.ask({ verb: "renew", request: id }, {}, kyle))[0]?.error?.code, "E_NOT_FOUND");
    await world.ask({ verb: "cancel", request: id }, {}, kyle);
    await world.clock.settle();
    assert.equal(life.ended, false);
    assert.equal((await world.ask({ verb: "renew", request: id }))[0]?.error, undefined);
    await world.ask({ verb: "cancel", request: id });
    await world.clock.until(() => life.ended);
  });
});

describe("a flood of requests of one operator", () => {
  const YEAR_9998 = "9998-01-01T00:00:00.000Z";

  it("dated in the far future changes nothing, and leaves everybody their requests", async (t) => {
    const { world, boot } = await running(t);
    world.deploy({ name: "db", components: [component({ name: "db" })] });
    await world.reported("db", (r) => r.state === "converged");
    const narrow = operatorOf(world.issuer, { name: "kyle", services: ["db"] });
    const restart = { verb: "restart", service: "db" } as const;
    const codes = new Set<string | undefined>();
    for (let index = 0; index < 4_100; index++) {
      const own = { node: NODE, author: narrow.author, at: YEAR_9998, boot, body: restart };
      const request = signRequest({ version: 1, id: `flood-${index}`, ...own }, narrow);
      codes.add((await world.bus.send(NODE, request))[0]?.error?.code);
    }
    assert.deepEqual([...codes], ["E_REFUSED"]);
    for (const by of [world.operator, narrow]) {
      const replies = await world.ask(restart, {}, by);
      assert.equal(replies.at(-1)?.error, undefined, JSON.stringify(replies));
    }
  });

  it("is taken as the bus's clock dates it, on a node whose own clock is behind", async (t) => {
    const { world } = await running(t);
    world.bus.serverNow = () => world.clock.now() + 3_600_000;
    const ahead = (ms: number) =>
      world.ask({ verb: "restart", service: "web" }, { at: new Date(world.clock.now() + ms).toISOString() });
    assert.equal((await ahead(3_600_000)).at(-1)?.error, undefined);
    const refused = (await ahead(3_600_000 + 301_000)).at(-1)?.error;
    assert.match(refused?.message ?? "", /ahead of this node's clock and of the bus's/);
  });
});
