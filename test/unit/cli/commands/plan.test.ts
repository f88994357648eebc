import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { desiredService, observedService, presenceOf, tombstone } from "../../../helpers/fleet-builders.ts";
import { assertJson } from "../../../helpers/json-shape.ts";
import { localWorkstation, webToml } from "../../../helpers/local-workstation.ts";
import { TEST_NOW_MS } from "../../../helpers/run-cli.ts";
import type { Scope } from "../../../helpers/scope.ts";
import { MemoryOperatorBus } from "../../../twin/memory-operator-bus.ts";

const V2 = "registry.example.net/web:v2.0.0";

/** Bob has deployed `web` on rift; alice has its definition and never saw it. */
async function setUp(t: Scope) {
  const bus = new MemoryOperatorBus(() => TEST_NOW_MS);
  bus.putPresence(presenceOf("rift"), 1_000);
  bus.putPresence(presenceOf("orion"), 3 * 3_600_000);
  const bobs = desiredService({ author: "bob@desk" });
  bus.putDesired(bobs);
  bus.putObserved(observedService(bobs));
  const alice = await localWorkstation(t, bus);
  await alice.define("web", webToml());
  return { bus, alice };
}

describe("mcp plan", () => {
  it("exits 0 when nothing would change", async (t) => {
    const { alice } = await setUp(t);
    const { code, stdout, stderr } = await alice.mcp(["plan", "web"]);
    assert.deepEqual([code, stdout, stderr], [0, "web@rift: nothing to change (generation 1, node online)\n", ""]);
  });

  it("exits 10 with each field that would, and with what deploy would refuse", async (t) => {
    const { alice } = await setUp(t);
    await alice.define("web", webToml({ image: V2, more: 'memory = "512m"\n' }));
    const { code, stdout, stderr } = await alice.mcp(["plan", "web"]);
    assert.equal(code, 10);
    assert.deepEqual(stdout.split("\n"), [
      "web@rift: 2 to change (generation 1, node online)",
      `  components.api.image: registry.example.net/web:v1.0.0 → ${V2}`,
      "  components.api.memory: (none) → 512m",
      "",
    ]);
    assert.match(stderr, /^warning: deploy would refuse: web@rift: bob@desk wrote generation 1 .* not seen$/m);
  });

  it("prints one document with --json", async (t) => {
    const { alice } = await setUp(t);
    await alice.define("web", webToml({ image: V2, head: 'nodes = ["rift", "orion"]' }));
    const { code, stdout } = await alice.mcp(["plan", "web", "--json"]);
    assert.equal(code, 10);
    const { plans } = assertJson("plan-output", stdout);
    assert.deepEqual(
      plans.map(({ node, liveness, generation, differences, refusal }) => [
        node,
        liveness,
        generation,
        differences.length,
        refusal !== undefined,
      ]),
      [
        ["rift", "online", 1, 1, true],
        ["orion", "offline", 0, 4, false],
      ],
    );
  });

  it("writes and remembers nothing: what it showed is not seen", async (t) => {
    const { bus, alice } = await setUp(t);
    await alice.define("web", webToml({ image: V2 }));
    await alice.mcp(["plan", "web"]);
    assert.deepEqual([bus.published, bus.asked.map(({ verb }) => verb)], [[], ["check"]]);
    assert.equal((await alice.mcp(["deploy", "web"])).code, 4);
  });

  it("names nodes that would be left behind, with the line that removes it there", async (t) => {
    const { bus, alice } = await setUp(t);
    bus.putDesired(tombstone({ node: "gone" }));
    await alice.define("web", webToml({ head: 'node = "orion"' }));
    const { code, stdout, stderr } = await alice.mcp(["plan", "web"]);
    assert.equal(code, 10);
    assert.match(stdout, /^web@orion: new service \(node offline\)$/m);
    assert.match(stderr, /^warning: web would keep running on rift; remove it there with `mcp undeploy web@rift`$/m);
    const { leftBehind } = assertJson("plan-output", (await alice.mcp(["plan", "web", "--json"])).stdout);
    assert.deepEqual(leftBehind, ["rift"]);
  });

  it("says that deploy would refuse a node that nobody knows", async (t) => {
    const { alice } = await setUp(t);
    await alice.define("web", webToml({ head: 'node = "rfit"' }));
    const { code, stderr } = await alice.mcp(["plan", "web"]);
    assert.equal(code, 10);
    assert.match(stderr, /deploy would refuse: the bus knows no node "rfit" \(did you mean "rift"\?\)/);
  });

  it("says that deploy would refuse a bus that has lost newer state", async (t) => {
    const { bus, alice } = await setUp(t);
    bus.putObserved(observedService(desiredService(), { accepted: { generation: 4, hash: "a".repeat(64) } }));
    const { code, stderr } = await alice.mcp(["plan", "web"]);
    assert.equal(code, 10);
    assert.match(stderr, /rift accepted generation 4 of web@rift, but the bus has generation 1/);
  });

  it("checks one component, one node, and a file elsewhere", async (t) => {
    const { alice } = await setUp(t);
    await alice.define("web", webToml({ head: 'nodes = ["rift", "orion"]' }));
    assert.match((await alice.mcp(["plan", "web/api@rift"])).stdout, /^web@rift: nothing to change/);
    assert.equal((await alice.mcp(["plan", "-f", alice.path("web")])).code, 10);
    assert.equal((await alice.mcp(["plan", "web/ap"])).code, 3);
  });

  it("tells what is wrong with a definition", async (t) => {
    const { alice } = await setUp(t);
    await alice.define("web", webToml({ image: "web:latest" }));
    const { code, stdout, stderr } = await alice.mcp(["plan", "web"]);
    assert.deepEqual([code, stdout], [2, ""]);
    assert.match(stderr, /web\.toml:6:\d+: components\.api\.image: /);
  });
});

describe("what a node has against a plan", () => {
  const problem = {
    component: "api",
    code: "E_FILE",
    message: "component api: /srv/web does not exist on this node",
    hint: "create it on the node: `mkdir -p /srv/web`",
  } as const;
  const asks = (bus: MemoryOperatorBus) => bus.asked.filter((body) => body.verb === "check");

  /** Rift has applied the stored `web`; alice adds `worker`. */
  async function withWorker(t: Scope, answer: FakeAnswer) {
    const { bus, alice } = await setUp(t);
    bus.agents.set("rift", () => [answer]);
    await alice.define("web", `${webToml()}env = { PASSWORD = "hunter2" }\n${WORKER}`);
    return { bus, alice };
  }
  const WORKER = '[[components]]\nname = "worker"\nimage = "registry.example.net/worker:v1"\n';
  type FakeAnswer = ReturnType<NonNullable<ReturnType<MemoryOperatorBus["agents"]["get"]>>>[number];

  it("is shown with what to do, and in --json", async (t) => {
    const { alice } = await withWorker(t, { body: { verb: "check", problems: [problem] } });
    const { code, stderr } = await alice.mcp(["plan", "web"]);
    assert.equal(code, 10);
    assert.match(
      stderr,
      /^warning: deploy would fail: web@rift: component api: \/srv\/web does not exist on this node\nhint: create it/m,
    );
    const { plans } = assertJson("plan-output", (await alice.mcp(["plan", "web", "--json"])).stdout);
    assert.deepEqual([plans[0]?.problems, plans[0]?.unchecked], [[problem], undefined]);
  });

  it("is asked about the components that would be created, without values of variables", async (t) => {
    const { bus, alice } = await withWorker(t, { body: { verb: "check", problems: [] } });
    const { stderr } = await alice.mcp(["plan", "web"]);
    assert.doesNotMatch(stderr, /would fail|did not check/);
    const [question] = asks(bus);
    assert.deepEqual(
      question?.components.map(({ name, env }) => [name, env]),
      [
        ["api", { PASSWORD: "" }],
        ["worker", {}],
      ],
    );
    assert.doesNotMatch(JSON.stringify(bus.asked), /hunter2/);
    await alice.define("web", `${webToml()}${WORKER}`);
    await alice.mcp(["plan", "web"]);
    assert.deepEqual(
      asks(bus)[1]?.components.map(({ name }) => name),
      ["worker"],
      "the others are applied",
    );
  });

  it("is asked about a stored generation that the node has not applied, though the definition is the same", async (t) => {
    const { bus, alice } = await setUp(t);
    bus.putObserved(
      observedService(desiredService({ author: "bob@desk" }), { appliedGeneration: 0, state: "degraded" }),
    );
    bus.agents.set("rift", () => [{ body: { verb: "check", problems: [problem] } }]);
    const { code, stdout, stderr } = await alice.mcp(["plan", "web"]);
    assert.equal(code, 10);
    assert.match(stdout, /nothing to change/);
    assert.match(stderr, /deploy would fail: web@rift: component api/);
  });

  it("stays unknown for a node that is offline, silent, older or refuses, which the plan says", async (t) => {
    const unchecked = async (answer: FakeAnswer) => {
      const { alice } = await withWorker(t, answer);
      const { code, stderr } = await alice.mcp(["plan", "web"]);
      assert.equal(code, 10);
      return /did not check images, ports, paths and limits: (.*)$/m.exec(stderr)?.[1];
    };
    const refusal = (code: string, message: string) => unchecked({ error: { code, message } });
    const old = await refusal("E_INVALID_MESSAGE", "request: $input.body is not RequestBody");
    assert.equal(old, "the agent of rift is too old for that");
    assert.equal(await refusal("E_REFUSED", "check: no"), "rift: check: no");
    assert.equal(await unchecked({ body: { verb: "done" } }), "rift does not answer");
    const { bus, alice } = await setUp(t);
    await alice.define("web", webToml({ head: 'node = "orion"' }));
    assert.match(
      (await alice.mcp(["plan", "web"])).stderr,
      /^web@orion: the node did not check .*: orion is offline$/m,
    );
    assert.deepEqual(asks(bus), []);
  });

  it("warns of a network that another service of the node uses, and says which names answer there", async (t) => {
    const { bus, alice } = await setUp(t);
    const { spec } = desiredService({ service: "crm" });
    const components = spec.components.map((one) => ({ ...one, network: "backend" }));
    bus.putDesired(desiredService({ service: "crm", spec: { ...spec, components } }));
    await alice.define("web", webToml({ image: V2, more: 'network = "backend"\n' }));
    const { stderr } = await alice.mcp(["plan", "web"]);
    const line =
      'warning: web@rift: network "backend" is shared with crm: new containers answer there to web-api (not api)';
    assert.ok(stderr.includes(`${line}\nhint: use these names, or give each service a network of its own\n`), stderr);
    const { plans } = assertJson("plan-output", (await alice.mcp(["plan", "web", "--json"])).stdout);
    assert.deepEqual(plans[0]?.sharedNetworks, [{ network: "backend", services: ["crm"], components: ["api"] }]);
    assert.match(
      (await alice.mcp(["deploy", "web", "--force", "--no-wait"])).stderr,
      /^warning: .* is shared with crm/m,
    );
    bus.putDesired(tombstone({ service: "crm", generation: 2 }));
    assert.doesNotMatch((await alice.mcp(["plan", "web"])).stderr, /shared/);
  });
});
