import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isTombstone, MAX_GENERATION_STEP } from "../../../../src/schemas/service/desired.ts";
import { documentHash } from "../../../../src/schemas/service/spec-hash.ts";
import { McpError } from "../../../../src/values/error.ts";
import {
  componentSpec,
  desiredService,
  liveContainer,
  nodeRecord,
  observedService,
  presenceOf,
  serviceSpec,
  tombstone,
} from "../../../helpers/fleet-builders.ts";
import { assertJson } from "../../../helpers/json-shape.ts";
import { type LocalWorkstation, localWorkstation, webToml } from "../../../helpers/local-workstation.ts";
import { TEST_NOW_MS } from "../../../helpers/run-cli.ts";
import type { Scope } from "../../../helpers/scope.ts";
import { MemoryOperatorBus } from "../../../twin/memory-operator-bus.ts";

const V1 = "registry.example.net/web:v1.0.0";
const V2 = "registry.example.net/web:v2.0.0";

function fleetBus(...online: readonly string[]): MemoryOperatorBus {
  const bus = new MemoryOperatorBus(() => TEST_NOW_MS);
  for (const node of online) bus.putPresence(presenceOf(node));
  return bus;
}

async function desk(scope: Scope, bus: MemoryOperatorBus, author?: string): Promise<LocalWorkstation> {
  return await localWorkstation(scope, bus, author);
}

function toml(name: string, own: { node?: string; image?: string; more?: string } = {}): string {
  const { node = '"rift"', image = V1, more = "" } = own;
  const where = node.startsWith("[") ? `nodes = ${node}` : `node = ${node}`;
  return `name = "${name}"\n${where}\n[[components]]\nname = "api"\nimage = "${image}"\n${more}`;
}

const writesOf = (bus: MemoryOperatorBus) => bus.listDesired();
const generation = async (bus: MemoryOperatorBus, node: string, service: string) =>
  (await bus.readDesired(node, service))?.document.generation;

async function synced(one: LocalWorkstation, ...args: readonly string[]) {
  const run = await one.mcp(["sync", "--json", ...args]);
  assert.notEqual(run.stdout, "", run.stderr);
  return { ...run, output: assertJson("sync-output", run.stdout) };
}

describe("mcp sync", () => {
  it("warns of networks that services of a node share after it, also with --dry-run, and only of what it changes", async (t) => {
    const bus = fleetBus("rift", "orion");
    const network = 'network = "backend"';
    const { spec } = desiredService({ service: "crm" });
    const components = spec.components.map((one) => ({ ...one, network: "backend" }));
    bus.putDesired(desiredService({ service: "crm", spec: { ...spec, components } }));
    const one = await desk(t, bus);
    await one.define("web", toml("web", { node: '["rift", "orion"]', more: network }));
    await one.define("db", toml("db", { node: '["rift", "orion"]', more: network }));
    await one.define("own", toml("own", { more: 'network = "own"' }));
    const about = (text: string) =>
      text.split("\n").filter((line) => /^(warning|hint): .*(shared with|use these)/.test(line));
    const expected = [
      'warning: db@rift: network "backend" is shared with crm, web: new containers answer there to db-api (not api)',
      'warning: db@orion: network "backend" is shared with web: new containers answer there to db-api (not api)',
      'warning: web@rift: network "backend" is shared with crm, db: new containers answer there to web-api (not api)',
      'warning: web@orion: network "backend" is shared with db: new containers answer there to web-api (not api)',
      "hint: use these names, or give each service a network of its own",
    ];
    for (const args of [["--dry-run"], []])
      assert.deepEqual(about((await one.mcp(["sync", ...args])).stderr).toSorted(), expected.toSorted());
    assert.deepEqual(about((await one.mcp(["sync"])).stderr), []);
  });

  it("says once what is shared in the same way on several nodes", async (t) => {
    const bus = fleetBus("rift", "orion");
    const one = await desk(t, bus);
    for (const name of ["web", "db"])
      await one.define(name, toml(name, { node: '["rift", "orion"]', more: 'network = "backend"' }));
    const { stderr } = await one.mcp(["sync"]);
    assert.match(stderr, /^warning: web on 2 nodes: network "backend" is shared with db:/m);
    assert.equal(stderr.match(/is shared with/g)?.length, 2, stderr);
  });

  it("puts every definition on the bus, counts by node, and writes nothing the second time", async (t) => {
    const bus = fleetBus("rift", "orion");
    const one = await desk(t, bus);
    await one.define("web", toml("web", { node: '["rift", "orion"]' }));
    await one.define("db", toml("db"));
    const first = await synced(one, "-m", "all of it");
    assert.equal(first.code, 0, first.stderr);
    const { total, nodes } = first.output;
    assert.deepEqual([total.created, total.updated, total.unchanged], [3, 0, 0]);
    assert.deepEqual(
      nodes.map(({ node, created }) => [node, created]),
      [
        ["orion", 1],
        ["rift", 2],
      ],
    );
    const stored = (await bus.readDesired("rift", "web"))?.document;
    assert.deepEqual([stored?.command, stored?.author, stored?.message], ["sync", "alice@laptop", "all of it"]);
    bus.beforeWrite = () => assert.fail("an unchanged sync writes nothing");
    const second = await synced(one);
    assert.equal(second.code, 0);
    assert.deepEqual([second.output.total.created, second.output.total.unchanged], [0, 3]);
    assert.deepEqual(second.output.results, []);
  });

  it("updates what differs, as a change that the next one follows without a conflict", async (t) => {
    const bus = fleetBus("rift");
    const one = await desk(t, bus);
    for (const image of [V1, V2, V1]) {
      await one.define("web", toml("web", { image }));
      assert.equal((await one.mcp(["sync"])).code, 0);
    }
    assert.equal(await generation(bus, "rift", "web"), 3);
    const history = await bus.historyOf("rift", "web");
    assert.deepEqual(
      history.map(({ document }) => document.base?.generation ?? null),
      [null, 1, 2],
    );
  });

  it("goes by what the node accepted where the bus holds a generation that no node accepts", async (t) => {
    const bus = fleetBus("rift");
    const one = await desk(t, bus);
    await one.define("web", toml("web"));
    assert.equal((await one.mcp(["sync"])).code, 0);
    const first = await bus.readDesired("rift", "web");
    assert.ok(first);
    bus.putObserved(observedService(first.document));
    const leap = 3 * MAX_GENERATION_STEP;
    bus.putDesired({ ...first.document, generation: leap, writeId: "leap", author: "eve@desk" });
    await one.define("web", toml("web", { image: V2 }));
    const refused = await synced(one);
    assert.equal(refused.code, 8);
    assert.match(JSON.stringify(refused.output.results), /far above 1, which rift accepted/);
    assert.equal((await synced(one, "--force")).code, 0);
    assert.equal(await generation(bus, "rift", "web"), 2);
  });

  it("tells the others: one event for each service, whatever its nodes", async (t) => {
    const bus = fleetBus("a", "b", "c");
    const one = await desk(t, bus);
    await one.define("web", toml("web", { node: '["a", "b", "c"]' }));
    await one.mcp(["sync"]);
    assert.deepEqual(
      bus.published.map(({ service, message }) => [service, message]),
      [["web", "alice@laptop: sync web on 3 nodes"]],
    );
  });

  it("counts what waits for a node that is not there as pending, with exit 0", async (t) => {
    const bus = fleetBus("rift");
    bus.putPresence(presenceOf("away"), 3_600_000);
    bus.nodes.push(nodeRecord("new"));
    const one = await desk(t, bus);
    await one.define("web", toml("web", { node: '["rift", "away", "new"]' }));
    const { code, output } = await synced(one);
    assert.equal(code, 0);
    assert.deepEqual([output.total.created, output.total.pending], [3, 2]);
    const again = await synced(one);
    assert.deepEqual([again.output.total.unchanged, again.output.total.pending], [3, 2], "still waiting");
    const text = await one.mcp(["sync"]);
    assert.match(text.stdout, /2 pending: away is offline \(last seen 1h ago\), new was never seen; applied when back/);
  });

  it("says what a dry run would do, and does not", async (t) => {
    const bus = fleetBus("rift");
    const one = await desk(t, bus);
    await one.define("web", toml("web"));
    const { code, output } = await synced(one, "--dry-run");
    assert.equal(code, 0);
    assert.deepEqual([output.dryRun, output.total.created], [true, 1]);
    assert.deepEqual(await writesOf(bus), []);
    assert.deepEqual(bus.published, []);
    assert.match((await one.mcp(["sync", "--dry-run"])).stdout, /dry run, nothing was written: 1 created on 1 node/);
  });

  it("continues after a broken definition, names it, and exits 8", async (t) => {
    const bus = fleetBus("rift");
    const one = await desk(t, bus);
    await one.define("web", toml("web"));
    await one.define("bad", 'name = "bad"\nnode = "rift"\n[[components]]\nname = "a"\nimage = "x:latest"\n');
    const { code, output } = await synced(one);
    assert.equal(code, 8);
    assert.deepEqual(
      output.broken.map(({ service, code: why }) => [service, why]),
      [["bad", "E_DEFINITION"]],
    );
    assert.equal(await generation(bus, "rift", "web"), 1);
    assert.match((await one.mcp(["sync"])).stderr, /broken: .*bad\.toml:5:9: .*latest/);
  });

  it("refuses a new image without a registry, and writes the rest", async (t) => {
    const bus = fleetBus("rift");
    const one = await desk(t, bus);
    await one.define("web", toml("web"));
    await one.define("short", toml("short", { image: "nginx:1.27" }));
    const { code, output } = await synced(one);
    assert.equal(code, 8);
    assert.deepEqual([output.total.refused, output.total.created], [1, 1]);
    const refused = output.results.find(({ service }) => service === "short");
    assert.equal(refused?.error?.code, "E_DEFINITION");
    assert.match(refused?.error?.message ?? "", /short\.toml:5:9: .*names no registry; write instead: image = /);
    assert.deepEqual(await generation(bus, "rift", "short"), undefined);
  });

  it("leaves what others changed, says who and what, and writes the rest", async (t) => {
    const bus = fleetBus("rift");
    const [one, two] = [await desk(t, bus), await desk(t, bus, "bob@tower")];
    await one.define("web", toml("web"));
    await one.mcp(["sync"]);
    await two.define("web", toml("web", { image: V2 }));
    assert.equal((await two.mcp(["sync"])).code, 8, "bob never saw what alice wrote");
    assert.equal((await two.mcp(["sync", "--force"])).code, 0);
    await one.define("web", toml("web", { image: `${V1}-hotfix` }));
    await one.define("db", toml("db"));
    const { code, output } = await synced(one);
    assert.equal(code, 8);
    const [, conflict] = output.results;
    assert.deepEqual([output.total.conflict, output.total.created, conflict?.error?.code], [1, 1, "E_CONFLICT"]);
    assert.match(conflict?.error?.message ?? "", /bob@tower wrote generation 2/);
    assert.deepEqual(
      conflict?.differences.map(({ field, have }) => [field, have]),
      [["components.api.image", V2]],
    );
    assert.match(bus.published.at(-2)?.message ?? "", /bob@tower: sync web@rift, forced/);
  });

  it("treats an equal spec that somebody else wrote as seen", async (t) => {
    const bus = fleetBus("rift");
    const [one, two] = [await desk(t, bus), await desk(t, bus, "bob@tower")];
    for (const each of [one, two]) {
      await each.define("web", toml("web"));
      assert.equal((await each.mcp(["sync"])).code, 0);
    }
    await two.define("web", toml("web", { image: V2 }));
    assert.equal((await two.mcp(["sync"])).code, 0);
    assert.equal(await generation(bus, "rift", "web"), 2);
  });

  it("reports a writer who was faster between reading and writing", async (t) => {
    const bus = fleetBus("rift");
    const one = await desk(t, bus);
    await one.define("web", toml("web"));
    bus.beforeWrite = () => {
      bus.beforeWrite = () => undefined;
      bus.putDesired(desiredService({ author: "bob@tower", spec: serviceSpec({ drift: "report" }) }));
    };
    const { code, output } = await synced(one);
    assert.equal(code, 8);
    assert.deepEqual([output.total.conflict, output.total.refused], [1, 0]);
    assert.match(output.results[0]?.error?.message ?? "", /bob@tower wrote generation 1 .* just now/);
    assert.equal(bus.published.length, 0);
  });

  it("writes again what the bus could not store", async (t) => {
    const bus = fleetBus("rift");
    const one = await desk(t, bus);
    await one.define("web", toml("web"));
    bus.beforeWrite = () => {
      throw new McpError("E_BUS_UNREACHABLE", "the bus has no room");
    };
    assert.notEqual((await one.mcp(["sync"])).code, 0);
    bus.beforeWrite = () => undefined;
    const { code, output, stderr } = await synced(one);
    assert.deepEqual([code, output.total.created], [0, 1], stderr);
  });

  it("does not remove a component that the definition lost, unless it may prune", async (t) => {
    const bus = fleetBus("rift");
    const one = await desk(t, bus);
    await one.define("web", toml("web", { more: `[[components]]\nname = "worker"\nimage = "${V1}"\n` }));
    await one.mcp(["sync"]);
    await one.define("web", toml("web"));
    const { code, output, stderr } = await synced(one);
    assert.equal(code, 8, stderr);
    assert.deepEqual([output.total.refused, output.results[0]?.error?.code], [1, "E_UNCONFIRMED"]);
    assert.match(output.results[0]?.error?.message ?? "", /no longer has "worker"/);
    assert.equal((await one.mcp(["sync", "--force"])).code, 8, "force is about others' changes, not about removal");
    assert.equal(await generation(bus, "rift", "web"), 1);
    assert.equal((await one.mcp(["sync", "--prune"])).code, 0);
    assert.equal(await generation(bus, "rift", "web"), 2);
  });

  it("does not bring back what was undeployed, unless forced", async (t) => {
    const bus = fleetBus("rift");
    const one = await desk(t, bus);
    await one.define("web", toml("web"));
    await one.mcp(["sync"]);
    bus.afterWrite = (document) => bus.putObserved(observedService(document));
    assert.equal((await one.mcp(["undeploy", "web", "--yes"])).code, 0);
    const { code, output } = await synced(one);
    assert.deepEqual([code, output.total.retired], [0, 1]);
    assert.match((await one.mcp(["sync"])).stderr, /web@rift was undeployed and stays undeployed/);
    const stored = await bus.readDesired("rift", "web");
    assert.ok(stored !== undefined && isTombstone(stored.document));
    assert.equal((await one.mcp(["sync", "--force"])).code, 0);
    const back = await bus.readDesired("rift", "web");
    assert.ok(back !== undefined && !isTombstone(back.document));
  });

  it("takes a tombstone that this workstation never saw for a conflict", async (t) => {
    const bus = fleetBus("rift");
    bus.putDesired(tombstone({ author: "bob@tower" }));
    const one = await desk(t, bus);
    await one.define("web", toml("web"));
    const { code, output } = await synced(one);
    assert.deepEqual([code, output.total.conflict], [8, 1]);
  });

  it("refuses a node that nobody knows, with the nearest name", async (t) => {
    const bus = fleetBus("rift");
    const one = await desk(t, bus);
    await one.define("web", toml("web", { node: '"rifft"' }));
    const { code, output } = await synced(one);
    assert.deepEqual([code, output.total.refused, output.results[0]?.error?.code], [8, 1, "E_NOT_FOUND"]);
    assert.match(output.results[0]?.error?.message ?? "", /did you mean "rift"/);
    assert.equal((await one.mcp(["sync", "--force"])).code, 0);
  });

  it("refuses what takes a port that another service of the node has, the later one only", async (t) => {
    const bus = fleetBus("rift");
    bus.putDesired(desiredService({ spec: serviceSpec({ name: "old", components: [portSpec(80)] }) }));
    const one = await desk(t, bus);
    await one.define("a", toml("a", { more: 'ports = ["80:80"]\n' }));
    await one.define("b", toml("b", { more: 'ports = ["81:80"]\n' }));
    await one.define("c", toml("c", { more: 'ports = ["81:80"]\n' }));
    const { code, output } = await synced(one);
    assert.equal(code, 8);
    assert.deepEqual(
      output.results.map(({ service, outcome }) => [service, outcome]),
      [
        ["a", "refused"],
        ["b", "created"],
        ["c", "refused"],
      ],
    );
    assert.equal(await generation(bus, "rift", "a"), undefined);
  });

  it("keeps to one node when asked, and knows it by name", async (t) => {
    const bus = fleetBus("rift", "orion");
    const one = await desk(t, bus);
    await one.define("web", toml("web", { node: '["rift", "orion"]' }));
    const { output } = await synced(one, "--node", "orion");
    assert.deepEqual(
      output.nodes.map(({ node }) => node),
      ["orion"],
    );
    assert.equal(await generation(bus, "rift", "web"), undefined);
    const unknown = await one.mcp(["sync", "--node", "oriom"]);
    assert.equal(unknown.code, 3);
    assert.match(unknown.stderr, /did you mean "orion"/);
  });

  it("is no silent success where there is no definition at all", async (t) => {
    const one = await desk(t, fleetBus("rift"));
    assert.equal((await one.mcp(["sync"])).code, 3);
  });

  it("lists containers that nobody declared, and services of others, and touches neither", async (t) => {
    const bus = fleetBus("rift", "deaf");
    const foreign = { id: "c9", name: "by-hand", image: V2, state: "running" } as const;
    bus.agents.set("rift", () => [
      {
        body: {
          verb: "ps",
          containers: [liveContainer(), liveContainer({ service: "ghost", name: "ghost-api" }), foreign],
        },
      },
    ]);
    bus.putDesired(desiredService({ spec: serviceSpec({ name: "theirs" }) }));
    const one = await desk(t, bus);
    await one.define("web", toml("web"));
    const { code, output } = await synced(one);
    assert.equal(code, 0);
    assert.deepEqual(
      output.unmanaged.map(({ name, service }) => [name, service]),
      [
        ["ghost-api", "ghost"],
        ["by-hand", undefined],
      ],
    );
    assert.deepEqual(output.others, [{ service: "theirs", node: "rift" }]);
    assert.deepEqual(
      output.silent.map(({ node }) => node),
      ["deaf"],
    );
    const text = await one.mcp(["sync"]);
    assert.match(text.stderr, /rift: container by-hand .* is unmanaged; left alone/);
    bus.asked.length = 0;
    await one.mcp(["sync", "--no-ask"]);
    assert.deepEqual(bus.asked, []);
  });

  it("does not ask nodes without undeclared containers, unless their podman does not answer", async (t) => {
    const bus = fleetBus();
    bus.putPresence(presenceOf("rift", { undeclared: 0 }));
    const one = await desk(t, bus);
    await one.define("web", toml("web"));
    await synced(one);
    assert.deepEqual(bus.asked, []);
    bus.putPresence(presenceOf("hung", { undeclared: 0, runtime: { name: "podman", health: "hung" } }));
    bus.agents.set("rift", () => assert.fail("it was asked"));
    const { output } = await synced(one);
    assert.deepEqual(
      output.silent.map(({ node }) => node),
      ["hung"],
    );
  });
});

describe("mcp sync --reseed", () => {
  it("restores what the nodes accepted, as it was, then applies the files again", async (t) => {
    const bus = fleetBus("rift");
    const one = await desk(t, bus);
    await one.define("web", toml("web"));
    await one.define("db", toml("db"));
    await one.mcp(["sync"]);
    const documents = (await bus.listDesired()).map(({ document }) => document);
    const retired = tombstone({ service: "old", generation: 7 });
    bus.agents.set("rift", (body) =>
      body.verb === "accepted" ? [{ body: { verb: "accepted", documents: [...documents, retired] } }] : [],
    );
    for (const { node, service } of documents) bus.forgetDesired(node, service);
    for (const document of documents) bus.putObserved(observedService(isTombstone(document) ? undefined : document));
    await one.define("web", toml("web", { image: V2 }));
    const refused = await synced(one);
    assert.deepEqual([refused.code, refused.output.results[1]?.error?.code], [8, "E_REGRESSED"], "without --reseed");
    const { code, output, stderr } = await synced(one, "--reseed");
    assert.equal(code, 0, stderr);
    assert.deepEqual(
      output.reseeded?.map(({ service, outcome }) => [service, outcome]),
      [
        ["db", "returned"],
        ["web", "returned"],
        ["old", "returned"],
      ],
    );
    assert.deepEqual([output.total.updated, output.total.unchanged], [1, 1]);
    const [back, next] = await bus.historyOf("rift", "web");
    assert.equal(JSON.stringify(back?.document), JSON.stringify(documents.find(({ service }) => service === "web")));
    assert.deepEqual(next?.document.base, {
      generation: 1,
      hash: back === undefined ? "" : documentHash(back.document),
    });
    assert.equal(await generation(bus, "rift", "old"), 7);
  });

  it("does not let a stale workstation replace what it never saw", async (t) => {
    const bus = fleetBus("rift");
    const [one, two] = [await desk(t, bus), await desk(t, bus, "bob@tower")];
    await one.define("web", toml("web"));
    await one.mcp(["sync"]);
    await two.define("web", toml("web", { image: V2 }));
    await two.mcp(["sync", "--force"]);
    const newest = (await bus.readDesired("rift", "web"))?.document;
    assert.ok(newest !== undefined);
    bus.agents.set("rift", (body) =>
      body.verb === "accepted" ? [{ body: { verb: "accepted", documents: [newest] } }] : [],
    );
    bus.forgetDesired("rift", "web");
    const { code, output } = await synced(one, "--reseed");
    assert.deepEqual([code, output.total.conflict, output.reseeded?.[0]?.outcome], [8, 1, "returned"]);
    assert.deepEqual((await bus.readDesired("rift", "web"))?.document, newest);
  });

  it("does not replace what a node accepted, and the bus lost, as long as nobody has it", async (t) => {
    const bus = fleetBus("rift");
    const one = await desk(t, bus);
    await one.define("web", toml("web"));
    await one.mcp(["sync"]);
    const document = (await bus.readDesired("rift", "web"))?.document;
    assert.ok(document !== undefined && !isTombstone(document));
    bus.putObserved(observedService(document));
    bus.forgetDesired("rift", "web");
    await one.define("web", toml("web", { image: V2 }));
    const { output } = await synced(one, "--reseed");
    assert.deepEqual([output.reseeded, output.results[0]?.error?.code], [[], "E_REGRESSED"]);
    assert.deepEqual(await bus.listDesired(), []);
  });

  it("takes no document of a node from another node", async (t) => {
    const bus = fleetBus("rift", "orion");
    const one = await desk(t, bus);
    await one.define("web", toml("web"));
    const foreign = desiredService({ service: "db" });
    bus.agents.set("orion", (body) =>
      body.verb === "accepted" ? [{ body: { verb: "accepted", documents: [foreign] } }] : [],
    );
    const { output } = await synced(one, "--reseed");
    assert.deepEqual(output.reseeded, []);
    assert.equal(await bus.readDesired("rift", "db"), undefined);
  });

  it("writes for a node that is away what only this workstation remembers, upon that very state", async (t) => {
    const bus = fleetBus();
    bus.nodes.push(nodeRecord("rift"));
    const one = await desk(t, bus);
    await one.define("web", toml("web"));
    await one.mcp(["sync"]);
    const before = (await bus.readDesired("rift", "web"))?.document;
    assert.ok(before !== undefined);
    bus.forgetDesired("rift", "web");
    assert.equal((await one.mcp(["sync"])).code, 8);
    const { code, output } = await synced(one, "--reseed");
    assert.deepEqual([code, output.total.created, output.total.pending], [0, 1, 1]);
    const after = (await bus.readDesired("rift", "web"))?.document;
    assert.deepEqual([after?.generation, after?.force], [2, { generation: 1, hash: documentHash(before) }]);
  });

  it("leaves another document of the same generation to people", async (t) => {
    const bus = fleetBus("rift");
    const one = await desk(t, bus);
    await one.define("web", toml("web"));
    bus.putDesired(desiredService({ spec: serviceSpec({ drift: "report" }) }));
    const accepted = desiredService({ spec: serviceSpec({ drift: "ignore" }) });
    bus.agents.set("rift", (body) =>
      body.verb === "accepted" ? [{ body: { verb: "accepted", documents: [accepted] } }] : [],
    );
    const { code, output } = await synced(one, "--reseed");
    assert.equal(code, 8);
    assert.equal(output.reseeded?.[0]?.outcome, "conflict");
    assert.equal((await bus.historyOf("rift", "web")).length, 1);
  });

  it("writes nothing in a dry run, and counts as if the bus were whole", async (t) => {
    const bus = fleetBus("rift");
    const one = await desk(t, bus);
    await one.define("web", webToml());
    await one.mcp(["sync"]);
    const document = (await bus.readDesired("rift", "web"))?.document;
    assert.ok(document !== undefined);
    bus.agents.set("rift", (body) =>
      body.verb === "accepted" ? [{ body: { verb: "accepted", documents: [document] } }] : [],
    );
    bus.forgetDesired("rift", "web");
    const { output } = await synced(one, "--reseed", "--dry-run");
    assert.deepEqual([output.reseeded?.length, output.total.unchanged], [1, 1]);
    assert.deepEqual(await bus.listDesired(), []);
  });
});

function portSpec(port: number) {
  return componentSpec({ ports: [{ hostPort: port, containerPort: 80, protocol: "tcp" }] });
}
