/**
 * Whatever a bus makes of signed documents and requests, a node that asks for proofs does nothing for it and lives on.
 * Each case starts from something that was signed and is right, and breaks it in one way. `MCP_TEST_CASES` sets how many.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { DesiredService } from "../../../../src/schemas/service/desired.ts";
import type { Proof } from "../../../../src/schemas/service/proof.ts";
import { documentHash } from "../../../../src/schemas/service/spec-hash.ts";
import { requestCodec } from "../../../../src/schemas/wire/codec.ts";
import type { AgentReply } from "../../../../src/schemas/wire/request.ts";
import { signDocument, signRequest } from "../../../../src/trust/proof.ts";
import { hasCode } from "../../../../src/values/error.ts";
import { component, desired, NODE, NOW_MS, service, tombstone } from "../../../helpers/builders.ts";
import { issuerKey, type OperatorFacts, operatorOf, revoking } from "../../../helpers/operator-keys.ts";
import { testCases } from "../../../helpers/test-cases.ts";
import { AgentWorld } from "../../../twin/agent-world.ts";

const CASES = testCases(5_000);
const nowS = NOW_MS / 1000;

interface Signed {
  readonly proof: Proof;
}

/** Ways to break what was signed, given where and how; each gives a text. */
const BREAKS: Readonly<Record<string, (signed: Signed, at: number, other: Signed) => string>> = {
  "a bit is flipped": (signed, at) => {
    const bytes = Buffer.from(JSON.stringify(signed));
    const index = at % bytes.length;
    bytes[index] = (bytes[index] ?? 0) ^ (1 << (at % 7));
    return bytes.toString("latin1");
  },
  "it is cut": (signed, at) => {
    const text = JSON.stringify(signed);
    return text.slice(0, at % text.length);
  },
  "its end is lost and mended": (signed, at) => `${JSON.stringify(signed).slice(0, 40 + (at % 300))}"}}`,
  "the proof is another's": (signed, _at, other) => JSON.stringify({ ...signed, proof: other.proof }),
  "the signature is another's": (signed, _at, other) =>
    JSON.stringify({ ...signed, proof: { ...signed.proof, sig: other.proof.sig } }),
  "the JWT is another's": (signed, _at, other) =>
    JSON.stringify({ ...signed, proof: { ...signed.proof, jwt: other.proof.jwt } }),
  "the proof is gone": (signed) => JSON.stringify({ ...signed, proof: undefined }),
  "the signature is random": (signed, at) =>
    JSON.stringify({ ...signed, proof: { ...signed.proof, sig: Buffer.alloc(64, at).toString("base64url") } }),
  "the JWT has no algorithm": (signed) => withJwt(signed, { alg: "none" }, {}),
  "the JWT's role is raised": (signed) => withJwt(signed, {}, { tags: ["role:admin", "node:*", "service:*"] }),
  "a member is added": (signed, at) => JSON.stringify({ ...signed, [`x${at}`]: at }),
  "it is nested without end": (signed) =>
    `${JSON.stringify(signed).slice(0, -1)},"deep":${"[".repeat(5_000)}${"]".repeat(5_000)}}`,
};

/** With this head and these members of the JWT's `nats` in place of its own, its signature as it was. */
function withJwt(signed: Signed, head: object, nats: object): string {
  const [header = "", body = "", signature = ""] = signed.proof.jwt.split(".");
  const read = (part: string) => JSON.parse(Buffer.from(part, "base64url").toString());
  const write = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const claims = read(body);
  const jwt = [write({ ...read(header), ...head }), write({ ...claims, nats: { ...claims.nats, ...nats } }), signature];
  // Members in another order would do for "none"; a blank makes sure that the JWT is another text.
  const text = jwt.join(".") === signed.proof.jwt ? `${jwt.join(".")}A` : jwt.join(".");
  return JSON.stringify({ ...signed, proof: { ...signed.proof, jwt: text } });
}

/** Operators whom the node does not let change `web`, and those whom it does not know. */
const OTHERS: readonly OperatorFacts[] = [
  { role: "viewer" },
  { nodes: ["orion"] },
  { services: ["db"] },
  { nodes: [] },
  { expiresAtS: nowS - 7200, issuedAtS: nowS - 10_800 },
  { issuedAtS: nowS + 86_400 },
];

const breaks = fc.constantFrom(...Object.keys(BREAKS));
const anyCase = fc.record({ how: breaks, at: fc.nat(100_000), which: fc.nat(100), asBroken: fc.boolean() });

/** A world of one node with `web` running, and `kyle`, who was removed. */
async function site(t: { after(end: () => Promise<void>): void }) {
  const world = new AgentWorld(t, { signed: { incarnation: "first" } });
  const agent = await world.start();
  const kyle = operatorOf(world.issuer, { name: "kyle" });
  world.bus.putRevocations(revoking(world.issuer, kyle));
  const first = world.deploy({}, { incarnation: "first" });
  await world.reported("web", (r) => r.state === "converged");
  const { id } = world.serving();
  const bob = operatorOf(world.issuer, { name: "bob" });
  const strangers = [
    ...OTHERS.map((facts) => operatorOf(world.issuer, facts)),
    operatorOf(issuerKey()),
    { ...kyle, author: "kyle@laptop" },
  ];
  const unharmed = () => {
    assert.equal(world.runtime.containers.size, 1);
    assert.deepEqual([world.serving().id, world.serving().state, world.serving().starts], [id, "running", 1]);
    assert.deepEqual(agent.fatal, []);
  };
  return { world, first, bob, strangers, unharmed };
}

describe("a node that asks for proofs changes nothing and lives on", () => {
  it(`through ${CASES} documents that are forged, broken, stale or for others`, async (t) => {
    const { world, first, bob, strangers, unharmed } = await site(t);
    const base = { generation: 1, hash: documentHash(first) };
    const v2 = service({ components: [component({ image: "example.net/web:v2" })] });
    const own = { generation: 2, base, incarnation: "first", at: new Date(NOW_MS + 1000).toISOString() } as const;
    const next = signDocument<DesiredService>(desired({ ...own, spec: v2 }), world.operator) as DesiredService & Signed;
    const bobs = signDocument(desired({ ...own, spec: v2, author: bob.author }), bob) as typeof next;
    const removal = signDocument<DesiredService>(tombstone({ ...own, retired: v2 }), world.operator) as typeof next;
    const whole = (which: number) => {
      const forged = strangers.map((who) => signDocument(desired({ ...own, spec: v2, author: who.author }), who));
      const elsewhere = { ...own, spec: v2 };
      const others = [
        signDocument(desired({ ...elsewhere, node: "orion" }), world.operator),
        signDocument(desired({ ...elsewhere, incarnation: "zeroth" }), world.operator),
        signDocument(desired({ ...elsewhere, service: "db" }), world.operator),
        signDocument(desired({ ...elsewhere, generation: 1 }), world.operator),
        signDocument(desired({ ...elsewhere, base: null }), world.operator),
        { ...signDocument(desired({ ...elsewhere, author: "kyle@laptop" }), world.operator) },
        first,
      ];
      const all = [...forged, ...others];
      return JSON.stringify(all[which % all.length]);
    };
    const wholes = Array.from({ length: strangers.length + 7 }, (_, which) => whole(which));
    await fc.assert(
      fc.asyncProperty(anyCase, async ({ how, at, which, asBroken }) => {
        const signed = at % 2 === 0 ? next : removal;
        const broken = BREAKS[how]?.(signed, at, bobs) ?? "";
        world.bus.putText(NODE, "web", asBroken ? broken : (wholes[which % wholes.length] ?? ""));
        await world.clock.settle();
        unharmed();
      }),
      { numRuns: CASES, endOnFailure: true },
    );
    world.bus.put(next);
    await world.reported("web", (r) => r.state === "converged" && r.accepted?.generation === 2);
    assert.equal(world.serving().image, "example.net/web:v2", "and takes the whole one afterwards");
  });

  it(`through ${CASES} requests that are forged, broken, replayed or for others`, async (t) => {
    const { world, bob, strangers, unharmed } = await site(t);
    const body = { verb: "restart", service: "web" } as const;
    const head = {
      version: 1,
      id: "r",
      node: NODE,
      author: "alice@laptop",
      at: new Date(NOW_MS).toISOString(),
    } as const;
    const [challenge] = await world.bus.send(NODE, signRequest({ ...head, body }, world.operator));
    const boot = challenge?.error?.boot;
    assert.ok(boot);
    const right = signRequest({ ...head, body, boot }, world.operator) as ReturnType<typeof signRequest> & Signed;
    const other = signRequest({ ...head, body, boot, author: bob.author }, bob) as typeof right;
    const { node: _, ...toAll } = { ...head, body, boot };
    const wholes = [
      ...strangers.map((who) => signRequest({ ...head, body, boot, author: who.author }, who)),
      signRequest({ ...head, body, boot, node: "orion" }, world.operator),
      signRequest({ ...head, body, boot: "another" }, world.operator),
      signRequest({ ...head, body }, world.operator),
      signRequest(toAll, world.operator),
      signRequest({ ...head, body, boot, author: "kyle@laptop" }, world.operator),
    ].map((request) => JSON.stringify(request));
    await fc.assert(
      fc.asyncProperty(anyCase, async ({ how, at, which, asBroken }) => {
        const text = asBroken ? (BREAKS[how]?.(right, at, other) ?? "") : (wholes[which % wholes.length] ?? "");
        assert.ok((await handed(world, text)).every(({ error }) => error !== undefined));
        unharmed();
      }),
      { numRuns: CASES, endOnFailure: true },
    );
    assert.equal((await handed(world, JSON.stringify(right))).at(-1)?.error, undefined, "the whole one is done");
    assert.equal(world.serving().starts, 2);
    assert.match((await handed(world, JSON.stringify(right)))[0]?.error?.message ?? "", /sent before/);
  });
});

/** As the bus hands a request on: what is none, or is not what its subject says, gets no further. */
async function handed(world: AgentWorld, text: string): Promise<AgentReply[]> {
  try {
    return await world.bus.send(NODE, requestCodec.decode(Buffer.from(text)));
  } catch (error) {
    if (!hasCode(error, "E_INVALID_MESSAGE")) throw error;
    return [];
  }
}
