/** What an operator's own credentials do not allow is refused before anything is written, sent or patched. */
import assert from "node:assert/strict";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import type { OperatorBus } from "../../../../src/bus/ports/operator-bus.ts";
import { withinScope } from "../../../../src/bus/scope-guard.ts";
import { isTombstone } from "../../../../src/schemas/service/desired.ts";
import { renderCreds } from "../../../../src/trust/creds-file.ts";
import type { OperatorScope } from "../../../../src/trust/operator-claims.ts";
import { liveContainer, observedService, presenceOf } from "../../../helpers/fleet-builders.ts";
import { assertJson } from "../../../helpers/json-shape.ts";
import { localWorkstation, webToml } from "../../../helpers/local-workstation.ts";
import { issuerKey, operatorOf } from "../../../helpers/operator-keys.ts";
import { TEST_NOW_MS } from "../../../helpers/run-cli.ts";
import type { Scope } from "../../../helpers/scope.ts";
import { MemoryOperatorBus } from "../../../twin/memory-operator-bus.ts";

/** The members of a class as those of a plain object, as the real bus is one. */
function plain(bus: MemoryOperatorBus, author: string): OperatorBus {
  const names = Object.getOwnPropertyNames(MemoryOperatorBus.prototype);
  const members = names.map((name) => [name, Reflect.get(bus, name)] as const);
  const bound = members.map(([name, member]) => [name, typeof member === "function" ? member.bind(bus) : member]);
  return { ...(Object.fromEntries(bound) as OperatorBus), author };
}

/** `web` runs on rift and orion; bob has its definition, and credentials of this scope. */
async function site(t: Scope, scope: Partial<OperatorScope> = { services: ["shop-*"] }, { told = true } = {}) {
  const bus = new MemoryOperatorBus(() => TEST_NOW_MS);
  for (const node of ["rift", "orion"]) bus.putPresence(presenceOf(node));
  bus.afterWrite = (document) => bus.putObserved(observedService(document));
  const alice = await localWorkstation(t, bus);
  const toml = webToml({ head: 'nodes = ["rift", "orion"]' });
  await alice.define("web", toml);
  assert.equal((await alice.mcp(["deploy", "web"])).code, 0);
  const bob = await localWorkstation(t, bus, "bob@desk");
  await bob.define("web", toml);
  const rights = { name: "bob", role: "operator", nodes: ["*"], services: ["*"], ...scope } as const;
  if (told) {
    const creds = join(bob.home, ".config/mcp/bob.creds");
    await mkdir(join(bob.home, ".config/mcp"), { recursive: true });
    await writeFile(creds, renderCreds(operatorOf(issuerKey(), rights)));
    await writeFile(
      join(bob.home, ".config/mcp/mcp.toml"),
      `[bus]\nservers = ["tls://bus.example.net"]\ncreds = "${creds}"\n`,
    );
  }
  const openBus = async () => withinScope(plain(bus, "bob@desk"), rights);
  const written = async () => (await bus.listDesired()).map(({ document }) => document.generation).join();
  return { bus, bob, toml, written, mcp: (argv: string[]) => bob.mcp(argv, { openBus }) };
}

const COMMANDS = [
  ["deploy", "web", "--retry"],
  ["stop", "web"],
  ["start", "web"],
  ["restart", "web"],
  ["undeploy", "web", "--yes"],
  ["rollback", "web", "--to", "1"],
  ["logs", "web"],
  ["push", "/etc/hostname", "web"],
  ["pull", "web", "a.txt"],
];

describe("a command beyond one's own scope", () => {
  for (const told of [true, false]) {
    it(`is refused with nothing written, sent or patched, ${told ? "from the credentials alone" : "and also where only the bus knows them"}`, async (t) => {
      const { bus, bob, mcp, toml, written } = await site(t, undefined, { told });
      const asked = bus.asked.length;
      for (const argv of COMMANDS) {
        const { code, stderr } = await mcp(argv);
        assert.equal(code, 5, `${argv.join(" ")}: ${stderr}`);
        assert.match(
          stderr,
          /^error: bob may not .*web.*: these credentials are for shop-\* on all nodes \(operator\) \(E_REFUSED\)$/m,
        );
      }
      assert.equal(await bob.definition("web"), toml);
      assert.equal(await written(), "1,1");
      assert.equal(bus.asked.length, asked);
    });
  }

  it("is refused as a whole when one of several nodes is beyond it", async (t) => {
    const { mcp, bob, toml, written } = await site(t, { nodes: ["rift"] });
    for (const verb of ["deploy", "stop"]) {
      const { code, stderr } = await mcp([verb, "web", ...(verb === "deploy" ? ["--retry"] : [])]);
      assert.equal(code, 5);
      assert.match(stderr, /bob may not \w+ web on orion: these credentials are for all services on rift/);
    }
    assert.equal(await bob.definition("web"), toml);
    assert.equal(await written(), "1,1");
    assert.equal((await mcp(["stop", "web@rift"])).code, 0);
  });

  it("is refused service by service by a sync, which writes the others", async (t) => {
    const { mcp, bob, bus } = await site(t);
    await bob.define("web", webToml({ head: 'nodes = ["rift", "orion"]', image: "registry.example.net/web:v2.0.0" }));
    await bob.define("shop-a", webToml().replace('"web"', '"shop-a"'));
    await bob.define("wiki", webToml().replace('"web"', '"wiki"'));
    for (const options of [["--dry-run"], []]) {
      const { code, stdout } = await mcp(["sync", "--json", "--no-ask", ...options]);
      assert.equal(code, 8);
      const { results } = assertJson("sync-output", stdout);
      const outcomes = results.map((r) => `${r.service}@${r.node} ${r.outcome} ${r.error?.code}`);
      assert.deepEqual(outcomes.sort(), [
        "shop-a@rift created undefined",
        "web@orion refused E_REFUSED",
        "web@rift refused E_REFUSED",
        "wiki@rift refused E_REFUSED",
      ]);
    }
    assert.equal((await bus.readDesired("rift", "web"))?.document.generation, 1);
  });

  it("reports that the credentials are a viewer's, before anything about definitions", async (t) => {
    const { mcp } = await site(t, { role: "viewer" });
    for (const argv of [
      ["deploy", "nowhere"],
      ["stop", "nowhere"],
      ["sync"],
      ["push", "no-such-file", "web"],
      ["purge"],
    ]) {
      const { code, stderr } = await mcp(argv);
      assert.equal(code, 5);
      assert.match(stderr, /bob may not .*: a viewer sees reports and events, and changes nothing/);
    }
  });
});

describe("a purge beyond one's own scope", () => {
  /** `web` is defined nowhere any more; what is left of it has ended, on both nodes. */
  async function leftOver(t: Scope, scope: Partial<OperatorScope>, told = true) {
    const made = await site(t, scope, { told });
    for (const node of ["rift", "orion"]) {
      const stored = (await made.bus.readDesired(node, "web"))?.document;
      assert.ok(stored !== undefined && "spec" in stored);
      made.bus.putObserved({ ...observedService(stored), components: [{ name: "api", state: "exited" }] });
      const gone = { ...liveContainer(), id: node.padEnd(64, "0"), name: "gone-api", service: "gone" };
      const orphan = { ...gone, component: "api", state: "exited", reason: "gone was retired" } as const;
      made.bus.agents.set(node, (body) =>
        body.verb === "orphans" ? [{ body: { verb: "orphans", containers: [orphan] } }] : [{ body: { verb: "done" } }],
      );
    }
    await rm(made.bob.path("web"));
    await made.bob.define("shop-a", webToml().replace('"web"', '"shop-a"'));
    const retired = async () => (await made.bus.listDesired()).filter(({ document }) => isTombstone(document)).length;
    const removed = () => made.bus.asked.filter(({ verb }) => verb === "remove-orphan").length;
    return { ...made, retired, removed };
  }

  it("is refused from the credentials alone where it names what is beyond it", async (t) => {
    const { bus, mcp, retired } = await leftOver(t, { services: ["shop-*"] });
    const asked = bus.asked.length;
    const { code, stderr } = await mcp(["purge", "web", "--yes"]);
    assert.equal(code, 5, stderr);
    assert.match(stderr, /bob may not purge web: these credentials are for shop-\* on all nodes/);
    assert.deepEqual([bus.asked.length, await retired()], [asked, 0]);
    assert.equal((await mcp(["node", "prune", "--yes"])).code, 5, "images are of every service");
  });

  it("is refused as a whole when one of several nodes is beyond it", async (t) => {
    const { mcp, retired, removed } = await leftOver(t, { nodes: ["rift"] });
    for (const what of ["web", "gone"]) {
      const { code, stderr } = await mcp(["purge", what, "--yes"]);
      assert.equal(code, 5, stderr);
      assert.match(
        stderr,
        new RegExp(`bob may not purge ${what} on orion: these credentials are for all services on rift`),
      );
    }
    assert.deepEqual([await retired(), removed()], [0, 0]);
    assert.equal((await mcp(["purge", "web@rift", "--yes"])).code, 0);
    assert.equal(await retired(), 1);
  });

  for (const told of [true, false]) {
    it(`leaves the rest and says why where it names nothing, ${told ? "by the credentials" : "by the bus"}`, async (t) => {
      const { mcp, retired, removed } = await leftOver(t, { nodes: ["rift"] }, told);
      const { code, stdout, stderr } = await mcp(["purge", "--yes"]);
      assert.equal(code, 0, stderr);
      assert.match(stdout, /^retire web@rift .*\nremove gone-api on rift /m);
      assert.match(stderr, /kept: web@orion: bob may not purge web on orion: these credentials are for/);
      assert.match(stderr, /kept: gone-api on orion \(exited\): bob may not purge gone on orion/);
      assert.deepEqual([await retired(), removed()], [1, 1]);
    });
  }
});

describe("withinScope", () => {
  it("asks the nodes within the scope, and answers for the others", async (t) => {
    const { bus } = await site(t);
    bus.agents.set("rift", () => [{ body: { verb: "restart", component: "api", containerId: "c1" } }]);
    const scoped = withinScope(plain(bus, "bob@desk"), {
      name: "bob",
      role: "operator",
      nodes: ["rift"],
      services: ["*"],
    });
    const options = { nodes: ["rift", "orion"], idleMs: 50, signal: AbortSignal.timeout(5_000) };
    const answers = [];
    for await (const { node, error } of scoped.ask({ verb: "restart", service: "web" }, options))
      answers.push([node, error?.code]);
    assert.deepEqual(answers.sort(), [
      ["orion", "E_REFUSED"],
      ["rift", undefined],
    ]);
  });

  it("puts back what bears a proof or another's name, and refuses in a batch what is beyond it", async (t) => {
    const { bus } = await site(t);
    const scoped = withinScope(plain(bus, "bob@desk"), {
      name: "bob",
      role: "operator",
      nodes: ["rift"],
      services: ["*"],
    });
    const bucket = await bus.readDesiredBucket();
    const writes = bucket.documents.map(({ document, revision }) => {
      const author = document.node === "orion" ? "bob@desk" : document.author;
      return { document: { ...document, author, generation: 2, writeId: `w-${document.node}` }, revision };
    });
    const outcomes = await scoped.writeManyDesired({
      writes,
      bucket,
      signal: AbortSignal.timeout(5_000),
      onIndexProblem: () => undefined,
    });
    const told = outcomes.map((outcome, index) => [
      writes[index]?.document.node,
      "error" in outcome ? outcome.error.code : "written",
    ]);
    assert.deepEqual(told.sort(), [
      ["orion", "E_REFUSED"],
      ["rift", "written"],
    ]);
  });
});
