/**
 * A JWT that has expired signs nothing more, but what it signed in its life stands, however late it arrives: told apart
 * by what was there when the node last read everything.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { DesiredService } from "../../../../src/schemas/service/desired.ts";
import { documentHash } from "../../../../src/schemas/service/spec-hash.ts";
import { signDocument } from "../../../../src/trust/proof.ts";
import { present } from "../../../../src/values/present.ts";
import { component, desired, NODE, NOW_MS, service } from "../../../helpers/builders.ts";
import { operatorOf } from "../../../helpers/operator-keys.ts";
import type { Scope } from "../../../helpers/scope.ts";
import { AgentWorld, type WorldOptions } from "../../../twin/agent-world.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Long after an hour's rights, and few sweeps. */
const LONG_MS = 4 * HOUR_MS;
const v2 = service({ components: [component({ image: "example.net/web:v2" })] });
const iso = (ms: number) => new Date(ms).toISOString();

/** A signed world that has `web` at generation 1 and has read everything. */
async function running(scope: Scope, options: WorldOptions = { signed: true }) {
  const world = new AgentWorld(scope, options);
  await world.start();
  const first = world.deploy();
  await world.reported("web", (r) => r.state === "converged");
  await world.clock.advance(180_000);
  /** The second generation as somebody with an hour's rights signed it then. */
  const signedAt = (atMs: number) => {
    const brief = { issuedAtS: atMs / 1000 - 60, expiresAtS: atMs / 1000 + 3540, name: "alice" };
    const base = { generation: 1, hash: documentHash(first) };
    const document = desired({ generation: 2, base, writeId: `at ${atMs}`, spec: v2, at: iso(atMs) });
    return signDocument(document, operatorOf(world.issuer, brief));
  };
  const stopped = async () => {
    const [agent] = world.agents;
    assert.ok(agent);
    await world.stop(agent);
  };
  const taken = () => world.reported("web", (r) => r.state === "converged" && r.accepted?.generation === 2);
  const refused = async () => {
    await world.clock.advance(180_000);
    assert.match(world.bus.report("web")?.regressed ?? "", /it may be backdated/);
    assert.equal(world.serving().image, "example.net/web:v1");
  };
  return { world, signedAt, stopped, taken, refused };
}

describe("a document whose signer's rights have expired", () => {
  it("is refused when it was not there at the node's last complete reading, long after they had", async (t) => {
    const { world, signedAt, refused } = await running(t);
    const document = signedAt(world.clock.now());
    await world.clock.advance(2 * HOUR_MS);
    world.bus.put(document);
    await refused();
  });

  it("is refused too by an agent that has restarted since that reading", async (t) => {
    const { world, signedAt, stopped, refused } = await running(t);
    const document = signedAt(world.clock.now());
    await world.clock.advance(2 * HOUR_MS);
    await stopped();
    world.bus.put(document);
    await world.start();
    await refused();
  });

  it("is taken while that reading is not clearly later", async (t) => {
    const { world, signedAt, taken } = await running(t);
    const document = signedAt(world.clock.now());
    await world.clock.advance(HOUR_MS + 5 * 60_000);
    world.bus.put(document);
    await taken();
  });

  it("is taken by a node that was away for weeks while it was written", async (t) => {
    const { world, signedAt, stopped, taken } = await running(t);
    await stopped();
    await world.clock.advance(DAY_MS);
    world.bus.put(signedAt(world.clock.now()));
    await world.clock.advance(20 * DAY_MS);
    await world.start();
    await taken();
  });

  it("is taken by a node that the bus could not be reached from meanwhile", async (t) => {
    const { world, signedAt, taken } = await running(t);
    world.bus.disconnect(NODE);
    await world.clock.advance(LONG_MS);
    world.bus.put(signedAt(world.clock.now()));
    await world.clock.advance(LONG_MS);
    world.bus.connect(NODE);
    await taken();
  });

  it("is taken when a bus that was wiped, and read empty for hours, is put back", async (t) => {
    const { world, signedAt, taken } = await running(t);
    const held = new Map(world.bus.desired);
    world.bus.losesWakes = true;
    const document = signedAt(world.clock.now());
    world.bus.wipe();
    await world.clock.advance(LONG_MS);
    for (const [key, text] of held) world.bus.desired.set(key, text);
    world.bus.losesWakes = false;
    world.bus.put(document);
    await taken();
  });

  it("is taken when the bus had gone back to before anything else was there", async (t) => {
    const { world, signedAt, taken } = await running(t);
    const [old, document] = [new Map(world.bus.desired), signedAt(world.clock.now())];
    world.deploy({ name: "other", components: [component({ name: "other" })] });
    await world.reported("other", (r) => r.state === "converged");
    const whole = new Map(world.bus.desired);
    world.bus.wipe();
    for (const [key, text] of old) world.bus.desired.set(key, text);
    await world.clock.advance(LONG_MS);
    for (const [key, text] of whole) world.bus.desired.set(key, text);
    world.bus.put(document);
    await taken();
  });
});

describe("a node whose clock is wrong", () => {
  it("by a day ahead takes what is written in time, since the bus's clock says so", async (t) => {
    const { world, signedAt, taken } = await running(t);
    world.clock.jump(DAY_MS);
    world.bus.serverNow = () => world.clock.now() - DAY_MS;
    await world.clock.advance(LONG_MS);
    world.bus.put(signedAt(world.clock.now() - DAY_MS));
    await taken();
  });

  it("by a day behind takes it too", async (t) => {
    const { world, signedAt, taken } = await running(t);
    world.bus.serverNow = () => world.clock.now() + DAY_MS;
    await world.clock.advance(HOUR_MS);
    world.bus.put(signedAt(world.clock.now() + DAY_MS));
    await taken();
  });

  it("and was years ahead once lets nothing come of that when it is right again", async (t) => {
    const { world, signedAt, taken } = await running(t);
    world.clock.jump(3650 * DAY_MS);
    await world.clock.advance(180_000);
    world.clock.jump(-3650 * DAY_MS);
    const document = signedAt(NOW_MS - 2 * HOUR_MS);
    world.bus.put(document);
    await world.clock.advance(60_000);
    assert.doesNotMatch(world.bus.report("web")?.regressed ?? "", /backdated/);
    world.bus.put(signedAt(world.clock.now()));
    await taken();
  });
});

describe("a bus that was restored to an older copy while the node was away", () => {
  it("on which a stale laptop deployed several times, each upon its own last, replaces nothing newer", async (t) => {
    const { world, stopped } = await running(t);
    const old = new Map(world.bus.desired);
    await world.deployed(v2);
    await stopped();
    world.bus.wipe();
    for (const [key, text] of old) world.bus.desired.set(key, text);
    const v3 = service({ components: [component({ image: "example.net/web:v3" })] });
    const first: DesiredService = JSON.parse(old.get(`${NODE}.web`) ?? "null");
    const at = iso(world.clock.now());
    const chain: DesiredService[] = [first];
    for (const generation of [2, 3, 4]) {
      const [under, ...below] = chain.map((document) => ({
        generation: document.generation,
        hash: documentHash(document),
      }));
      const own = { generation, base: under ?? null, ancestry: below, spec: v3, writeId: `stale ${generation}`, at };
      chain.unshift(signDocument(desired(own), world.operator));
    }
    const last = chain[0] ?? first;
    world.bus.put(last);
    await world.start();
    const report = await world.reported("web", (r) => r.rejection !== undefined);
    assert.equal(world.serving().image, "example.net/web:v2");
    assert.deepEqual([report.rejection?.kind, report.rejection?.writeId], ["regressed", "stale 4"]);
    assert.equal(report.refused, undefined, "readers of 0.1 take that member for a refusal");
    const [event, ...more] = world.events("desired-regressed");
    assert.match(event?.message ?? "", /does not descend from the accepted generation 2.*`mcp sync --reseed`/);
    assert.equal(more.length, 0);

    const [force, base] = [report.accepted ?? undefined, { generation: 4, hash: documentHash(last) }];
    const decided = desired({
      generation: 5,
      base,
      ancestry: [],
      spec: v3,
      writeId: "decided",
      at,
      ...present({ force }),
    });
    world.bus.put(signDocument(decided, world.operator));
    await world.reported("web", (r) => r.state === "converged" && r.accepted?.generation === 5);
    assert.equal(world.serving().image, "example.net/web:v3");
  });

  it("what 0.1 wrote while the node was away is taken over after an upgrade", async (t) => {
    const world = new AgentWorld(t, { signed: true });
    const agent = await world.start();
    world.bus.put(signDocument(desired(), world.operator));
    await world.reported("web", (r) => r.state === "converged");
    await world.stop(agent);
    const at = iso(world.clock.now());
    const base = { generation: 2, hash: "of a document that the node has missed" };
    world.bus.put(signDocument(desired({ generation: 3, base, spec: v2, writeId: "3", at }), world.operator));
    await world.start();
    await world.reported("web", (r) => r.state === "converged" && r.accepted?.generation === 3);
  });
});

describe("with proofs on, a bus that was restored to an older copy and a laptop that is stale", () => {
  it("replace nothing newer by themselves; only who names the accepted state does", async (t) => {
    const { world } = await running(t);
    const old = new Map(world.bus.desired);
    await world.deployed(v2);
    world.bus.wipe();
    for (const [key, text] of old) world.bus.desired.set(key, text);
    const first = JSON.parse(old.get(`${NODE}.web`) ?? "null");
    const upon = { generation: 1, hash: documentHash(first) };
    const v3 = service({ components: [component({ image: "example.net/web:v3" })] });
    const stale = (generation: number) =>
      desired({ generation, base: upon, spec: v3, writeId: `${generation}`, at: iso(world.clock.now()) });
    for (const generation of [2, 3, 9]) {
      world.bus.put(signDocument(stale(generation), world.operator));
      await world.clock.advance(120_000);
      assert.equal(world.serving().image, "example.net/web:v2");
    }
    assert.ok(world.events("desired-regressed").length > 0);
    const force = world.bus.report("web")?.accepted;
    assert.ok(force);
    world.bus.put(signDocument({ ...stale(10), force }, world.operator));
    await world.reported("web", (r) => r.state === "converged" && r.accepted?.generation === 10);
  });
});
