/** A node with keys in `[trust]` takes over and does only what was proven; all else changes nothing, and is told. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { DesiredPresent } from "../../../../src/schemas/service/desired.ts";
import type { RevocationList } from "../../../../src/schemas/service/proof.ts";
import { documentHash } from "../../../../src/schemas/service/spec-hash.ts";
import { signDocument } from "../../../../src/trust/proof.ts";
import { signRevocations } from "../../../../src/trust/revocations.ts";
import { component, desired, NOW_MS, service } from "../../../helpers/builders.ts";
import { issuerKey, operatorOf, revoking, type TestOperator } from "../../../helpers/operator-keys.ts";
import { AgentWorld } from "../../../twin/agent-world.ts";

const SWEEPS_MS = 300_000;
const v2 = service({ components: [component({ image: "example.net/web:v2" })] });

/** A signed world with `web` at generation 1, and what would be its second. */
async function running(t: { after(end: () => Promise<void>): void }, signed: true | object = true) {
  const world = new AgentWorld(t, { signed });
  await world.start();
  const first = world.deploy();
  await world.reported("web", (r) => r.state === "converged");
  const { id } = world.serving();
  const base = { generation: 1, hash: documentHash(first) };
  const second = (own: Partial<DesiredPresent> = {}) =>
    desired({ generation: 2, base, spec: v2, writeId: "2", ...own });
  const unharmed = () => assert.deepEqual([world.serving().id, world.serving().image], [id, "example.net/web:v1"]);
  const refused = async (document: DesiredPresent, says: RegExp) => {
    const before = world.events("desired-refused").length;
    world.bus.put(document);
    await world.clock.advance(SWEEPS_MS);
    unharmed();
    const told = world.events("desired-refused").slice(before);
    assert.equal(told.length, 1, `told once: ${told.map(({ message }) => message)}`);
    assert.match(told[0]?.message ?? "", says);
    const report = world.bus.report("web");
    assert.match(report?.regressed ?? "", says);
    assert.equal(report?.refused, document.writeId);
  };
  return { world, second, unharmed, refused };
}

const refusedCases: Record<string, (second: DesiredPresent, world: AgentWorld) => [DesiredPresent, RegExp]> = {
  "nobody signed it": (second) => [second, /it is not signed/],
  "it was changed after it was signed": (second, { operator }) => [
    { ...signDocument(second, operator), command: "sync" },
    /its signature is not by alice, or it was changed/,
  ],
  "the one who signed was admitted by somebody else": (second) => [
    signDocument(second, operatorOf(issuerKey())),
    /which this node does not trust/,
  ],
  "it says that another one wrote it": (second, { operator }) => [
    signDocument({ ...second, author: "kyle@laptop" }, operator),
    /kyle@laptop wrote it, but alice signed it/,
  ],
  "it says that somebody wrote it whose name only begins like the signer's": (second, { operator }) => [
    signDocument({ ...second, author: "alice2@laptop" }, operator),
    /alice2@laptop wrote it, but alice signed it/,
  ],
  "the node is not in the signer's scope": (second, { issuer }) => [
    signDocument(second, operatorOf(issuer, { nodes: ["orion"] })),
    /may not change web on rift/,
  ],
  "the service is not in the signer's scope": (second, { issuer }) => [
    signDocument(second, operatorOf(issuer, { services: ["db-*"] })),
    /may not change web on rift/,
  ],
  "the signer may only look": (second, { issuer }) => [
    signDocument(second, operatorOf(issuer, { role: "viewer" })),
    /its signer alice \(viewer\) may not change web/,
  ],
  "it is dated after the signer's rights had expired": (second, { issuer }) => [
    signDocument(second, operatorOf(issuer, { expiresAtS: NOW_MS / 1000 - 60 })),
    /after the rights of alice expired/,
  ],
  "it is dated before the signer was admitted": (second, { issuer }) => [
    signDocument(second, operatorOf(issuer, { issuedAtS: NOW_MS / 1000 + 600 })),
    /before alice was admitted/,
  ],
  "it is dated before the one that was accepted": (second, { operator }) => [
    signDocument({ ...second, at: new Date(NOW_MS - 600_000).toISOString() }, operator),
    /before the accepted generation 1/,
  ],
};

describe("a node that asks for proofs", () => {
  it("takes over what an operator signed who may", async (t) => {
    const { world } = await running(t);
    await world.deployed(v2);
    assert.equal(world.serving().image, "example.net/web:v2");
  });

  for (const [title, make] of Object.entries(refusedCases)) {
    it(`keeps what it has, and says so once, when ${title}`, async (t) => {
      const { world, second, refused } = await running(t);
      const [document, says] = make(second(), world);
      await refused(document, says);
      world.bus.put(signDocument(second({ generation: 3, writeId: "3" }), world.operator));
      await world.reported("web", (r) => r.state === "converged" && r.regressed === undefined);
      assert.equal(world.serving().image, "example.net/web:v2");
    });
  }

  it("refuses what was written for another enrollment of it, and says what to do if that is the newer one", async (t) => {
    const world = new AgentWorld(t, { signed: { incarnation: "second" } });
    await world.start();
    world.deploy({}, { incarnation: "first" });
    await world.clock.advance(SWEEPS_MS);
    assert.match(
      world.events("desired-refused")[0]?.message ?? "",
      /for another enrollment of this node; .* restart its agent/,
    );
    assert.deepEqual(world.containers(), []);
    world.deploy({}, { incarnation: "second" });
    await world.reported("web", (r) => r.state === "converged");
  });

  it("shows in a report why a service that was never here is refused, and forgets it when it is repaired", async (t) => {
    const world = new AgentWorld(t, { signed: true });
    const agent = await world.start();
    world.bus.put(desired());
    const report = await world.reported("web", (r) => r.regressed !== undefined);
    assert.deepEqual([report.accepted, report.state, report.refused], [null, "blocked", "w"]);
    assert.match(report.regressed ?? "", /generation 1 is refused: it is not signed/);
    await world.stop(agent);
    await world.start();
    await world.reported("web", (r) => r.boot !== report.boot && r.regressed === report.regressed);
    assert.equal(world.events("desired-refused").length, 1, "told once over both runs");
    world.deploy();
    await world.reported("web", (r) => r.state === "converged" && r.regressed === undefined);
  });

  it("needs no proof of what it accepted before it asked for any", async (t) => {
    const world = new AgentWorld(t, { signed: true });
    const agent = await world.start({
      trust: { signers: [], exchange: [], exchangeRole: "viewer", exchangeLifeMs: 0 },
    });
    world.bus.put(desired());
    await world.reported("web", (r) => r.state === "converged");
    await world.stop(agent);
    await world.start();
    await world.clock.advance(SWEEPS_MS);
    assert.equal(world.events("desired-refused", "desired-regressed").length, 0);
    assert.equal(world.serving().state, "running");
  });
});

describe("a document that is dated ahead", () => {
  const after = (ms: number) => new Date(NOW_MS + ms).toISOString();
  const FAR = "9999-12-31T23:59:59.000Z";

  for (const signed of [true, false]) {
    it(`of both clocks changes nothing until its time has come (${signed ? "signed" : "without keys"})`, async (t) => {
      const world = new AgentWorld(t, { signed });
      world.bus.serverNow = world.clock.now;
      await world.start();
      world.deploy({}, { at: after(3_600_000) });
      const report = await world.reported("web", (r) => r.rejection !== undefined);
      assert.match(
        report.rejection?.reason ?? "",
        /more than five minutes ahead of this node's clock and of the bus's/,
      );
      await world.clock.advance(3_400_000);
      await world.reported("web", (r) => r.state === "converged");
    });
  }

  it("of the node's clock alone is taken: that clock is behind", async (t) => {
    const world = new AgentWorld(t, { signed: true });
    world.bus.serverNow = () => world.clock.now() + 7_200_000;
    await world.start();
    world.deploy({}, { at: after(7_200_000) });
    await world.reported("web", (r) => r.state === "converged");
  });

  it("and was accepted all the same, by 0.1, keeps running and blocks nothing that follows", async (t) => {
    const { world } = await running(t);
    const [row] = await world.store.services();
    assert.ok(row);
    const agent = world.agents[0];
    assert.ok(agent);
    await world.stop(agent);
    const document = signDocument({ ...row.document, at: FAR, generation: 2 }, world.operator);
    const ref = { generation: 2, hash: documentHash(document) };
    await world.store.accept(document, ref, row.memory, []);
    world.bus.put(document);
    await world.start();
    await world.clock.advance(SWEEPS_MS);
    assert.equal(world.serving().state, "running");
    assert.equal(world.bus.report("web")?.rejection, undefined, "an acceptance is never undone");
    const next = desired({ generation: 3, base: ref, ancestry: [], spec: v2, writeId: "3", at: after(SWEEPS_MS) });
    world.bus.put(signDocument(next, world.operator));
    await world.reported("web", (r) => r.state === "converged" && r.accepted?.generation === 3);
  });

  it("or has no date at all is refused", async (t) => {
    const { second, unharmed, world } = await running(t);
    for (const at of ["", "soon", "2026-13-40T00:00:00Z"]) {
      world.bus.put(signDocument(second({ at, writeId: `at ${at}` }), world.operator));
      await world.reported("web", (r) => r.rejection?.writeId === `at ${at}`);
      assert.match(world.bus.report("web")?.rejection?.reason ?? "", /its time is not a valid date/);
      unharmed();
    }
  });
});

describe("users of the login exchange", () => {
  const exchange = issuerKey();
  const nowS = NOW_MS / 1000;
  const brief = { issuedAtS: nowS - 60, expiresAtS: nowS + 3540 };
  const capped = { exchange: [exchange.publicKey], exchangeRole: "operator", exchangeLifeMs: 3_600_000 } as const;

  it("may what the node's settings let them", async (t) => {
    const { world, second } = await running(t, capped);
    world.bus.put(signDocument(second(), operatorOf(exchange, brief)));
    await world.reported("web", (r) => r.state === "converged" && r.accepted?.generation === 2);
  });

  it("need a JWT that ends, and soon enough", async (t) => {
    const { second, refused } = await running(t, capped);
    await refused(signDocument(second(), operatorOf(exchange)), /without an expiry time/);
    const long = operatorOf(exchange, { issuedAtS: nowS - 60, expiresAtS: nowS + 3541 });
    await refused(signDocument(second({ writeId: "3" }), long), /for longer than this node allows/);
  });

  it("get no more than the role that the node's settings name, whatever theirs is", async (t) => {
    const { second, refused } = await running(t, { ...capped, exchangeRole: "viewer" });
    const admin = operatorOf(exchange, { ...brief, role: "admin" });
    await refused(signDocument(second(), admin), /its signer alice \(viewer\)/);
  });
});

describe("an operator who was removed", () => {
  const listFor = ({ issuer }: AgentWorld, who: TestOperator, before?: RevocationList) => revoking(issuer, who, before);

  it("signs nothing new from the moment that the list is on the bus, even when its wake-up is lost", async (t) => {
    const { world, second, refused } = await running(t);
    world.bus.revocations = JSON.stringify(listFor(world, world.operator));
    await refused(signDocument(second(), world.operator), /its signer alice was removed/);
    assert.equal(world.events("revocations-accepted").length, 1);
    assert.equal((await world.ask({ verb: "ping" }))[0]?.error?.code, "E_REFUSED");
  });

  it("stays removed when the bus goes back to an older list, or loses it, or the agent restarts", async (t) => {
    const { world, second, unharmed } = await running(t);
    const other = operatorOf(world.issuer, { name: "kyle" });
    const first = listFor(world, other);
    world.bus.putRevocations(first);
    await world.clock.settle();
    world.bus.putRevocations(listFor(world, world.operator, first));
    await world.clock.settle();
    assert.equal(world.events("revocations-accepted").length, 2);
    world.bus.putRevocations(first);
    await world.clock.advance(SWEEPS_MS);
    world.bus.revocations = undefined;
    await world.clock.advance(SWEEPS_MS);
    world.bus.putRevocations(signRevocations({ serial: 99, at: first.at, revoked: [] }, issuerKey()));
    await world.clock.advance(SWEEPS_MS);
    const told = world.events("revocations-refused").map(({ message }) => message);
    assert.match(told[0] ?? "", /serial 1, older than 2/);
    assert.match(told[1] ?? "", /it is missing on the bus; serial 2 remains in force/);
    assert.match(told[2] ?? "", /not signed by a key/);
    assert.equal(told.length, 3);
    world.bus.putRevocations(signRevocations({ serial: 2, at: first.at, revoked: [] }, world.issuer));
    await world.clock.advance(SWEEPS_MS);
    assert.match(world.events("revocations-refused")[3]?.message ?? "", /a different list with serial 2/);
    const [agent] = world.agents;
    assert.ok(agent);
    await world.stop(agent);
    await world.start();
    world.bus.put(signDocument(second(), world.operator));
    await world.clock.advance(SWEEPS_MS);
    unharmed();
    assert.match(world.events("desired-refused")[0]?.message ?? "", /was removed/);
  });
});
