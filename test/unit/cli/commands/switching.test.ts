import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { refOf } from "../../../../src/cli/change/ancestry.ts";
import {
  componentSpec,
  desiredService,
  observedService,
  presenceOf,
  serviceSpec,
  tombstone,
} from "../../../helpers/fleet-builders.ts";
import { assertJson } from "../../../helpers/json-shape.ts";
import { localWorkstation, webToml } from "../../../helpers/local-workstation.ts";
import { TEST_NOW_MS } from "../../../helpers/run-cli.ts";
import type { Scope } from "../../../helpers/scope.ts";
import { bringOnline, type succeeds } from "../../../helpers/scripted-node.ts";
import { MemoryOperatorBus } from "../../../twin/memory-operator-bus.ts";

const COMMENTED = `# The shop window.
name = "web" # short
node = "rift"

[[components]]
name = "api"
image = "registry.example.net/web:v1.0.0"
`;

const quick = (document: Parameters<typeof succeeds>[0]) => [observedService(document, { report: 50 })];

/** Alice has deployed `web` to its nodes. */
async function deployed(t: Scope, head = 'node = "rift"') {
  const bus = new MemoryOperatorBus(() => TEST_NOW_MS);
  bringOnline(bus, { rift: quick, orion: quick });
  const alice = await localWorkstation(t, bus);
  const bob = await localWorkstation(t, bus, "bob@desk");
  await alice.define("web", webToml({ head }));
  assert.equal((await alice.mcp(["deploy", "web"])).code, 0);
  const active = async (node = "rift") => {
    const document = (await bus.readDesired(node, "web"))?.document;
    return document !== undefined && "spec" in document ? document.spec.active : undefined;
  };
  return { bus, alice, bob, active };
}

describe("mcp stop and mcp start", () => {
  it("set active in the definition, comments kept, and in the desired state", async (t) => {
    const { alice, active } = await deployed(t);
    await alice.define("web", COMMENTED);
    const stopped = await alice.mcp(["stop", "web"]);
    assert.equal(stopped.code, 0);
    assert.equal(stopped.stdout, "web@rift: stopped in 0ms (generation 2)\n");
    assert.match(stopped.stderr, /web\.toml: active = false$/m);
    assert.equal(await active(), false);
    assert.equal(
      await alice.definition("web"),
      COMMENTED.replace('node = "rift"\n', 'node = "rift"\nactive = false\n'),
    );
    assert.equal((await alice.mcp(["start", "web"])).stdout, "web@rift: converged in 0ms (generation 3)\n");
    assert.equal(await active(), true);
    assert.match(await alice.definition("web"), /^active = true$/m);
  });

  it("print one document with --json", async (t) => {
    const { alice } = await deployed(t);
    const { stdout } = await alice.mcp(["stop", "web", "--json"]);
    const [result] = assertJson("change-output", stdout).results;
    assert.deepEqual(result?.differences, [{ field: "active", want: "false", have: "true" }]);
  });

  it("are no conflict for one's own later deploy", async (t) => {
    const { alice, active } = await deployed(t);
    await alice.mcp(["stop", "web"]);
    assert.match((await alice.mcp(["deploy", "web"])).stdout, /nothing to change: generation 2 is stopped/);
    await alice.mcp(["start", "web"]);
    await alice.define("web", webToml({ image: "registry.example.net/web:v2.0.0" }));
    assert.equal((await alice.mcp(["deploy", "web"])).code, 0);
    assert.equal(await active(), true);
  });

  it("do not make a workstation see what it never saw", async (t) => {
    const { bob } = await deployed(t);
    await bob.define("web", webToml({ image: "registry.example.net/web:v2.0.0" }));
    assert.equal((await bob.mcp(["stop", "web"])).code, 0);
    assert.equal((await bob.mcp(["stop", "web"])).code, 0, "unchanged");
    assert.equal((await bob.mcp(["deploy", "web"])).code, 4, "alice's image is still unseen");
  });

  it("do not make what others wrote since count as seen", async (t) => {
    const { alice, bob } = await deployed(t);
    await bob.define("web", webToml({ image: "registry.example.net/web:v2.0.0" }));
    await bob.mcp(["deploy", "web", "--force"]);
    assert.equal((await alice.mcp(["stop", "web"])).code, 0);
    const { code, stderr } = await alice.mcp(["deploy", "web"]);
    assert.equal(code, 4);
    assert.match(stderr, /components\.api\.image: registry\.example\.net\/web:v2\.0\.0 →/);
  });

  it("keep what others put into the service", async (t) => {
    const { bus, alice } = await deployed(t);
    const spec = serviceSpec({ components: [componentSpec({ image: "registry.example.net/web:v9" })] });
    const [first] = await bus.listDesired();
    assert.ok(first);
    bus.putDesired(desiredService({ generation: 2, base: refOf(first.document), author: "bob@desk", spec }));
    await alice.mcp(["stop", "web"]);
    const document = (await bus.readDesired("rift", "web"))?.document;
    assert.deepEqual(document && "spec" in document && document.spec, { ...spec, active: false });
  });

  it("leave a definition that cannot be read untouched, and write nothing", async (t) => {
    const { alice, active } = await deployed(t);
    const broken = 'name = "web\nnode = "rift"\n';
    await alice.define("web", broken);
    assert.equal((await alice.mcp(["stop", "web"])).code, 2);
    assert.equal(await alice.definition("web"), broken);
    assert.equal(await active(), true);
  });

  it("leave the definition alone when the change is refused", async (t) => {
    const { bus, alice } = await deployed(t);
    bus.putObserved(observedService(desiredService(), { accepted: { generation: 9, hash: "a".repeat(64) } }));
    const { code, stderr } = await alice.mcp(["stop", "web"]);
    assert.equal(code, 4);
    assert.match(stderr, /`mcp deploy web --force`/);
    assert.equal(await alice.definition("web"), webToml());
  });

  it("say so when there is no definition here", async (t) => {
    const { bob, active } = await deployed(t);
    const { code, stderr } = await bob.mcp(["stop", "web"]);
    assert.equal(code, 0);
    assert.match(stderr, /there is no definition of web on this workstation: only its desired state changes/);
    assert.equal(await active(), false);
  });

  it("say only that a service is unknown when it is", async (t) => {
    const { alice } = await deployed(t);
    const { code, stderr } = await alice.mcp(["stop", "hell"]);
    assert.equal(code, 3);
    assert.match(stderr, /^error: the bus knows no service "hell"/);
  });

  it("point to deploy where the service is not deployed", async (t) => {
    const { alice } = await deployed(t);
    await alice.define("shop", webToml().replace('"web"', '"shop"'));
    const never = await alice.mcp(["start", "shop"]);
    assert.deepEqual([never.code, /hint: .*`mcp deploy shop`/.test(never.stderr)], [3, true], never.stderr);
    await alice.mcp(["undeploy", "web", "--yes"]);
    const retired = await alice.mcp(["start", "web"]);
    assert.deepEqual([retired.code, /hint: .*`mcp deploy web`/.test(retired.stderr)], [3, true], retired.stderr);
  });

  it("stop one of several nodes and leave the definition, which speaks for all", async (t) => {
    const head = 'nodes = ["rift", "orion"]';
    const { alice, active } = await deployed(t, head);
    const { code, stderr } = await alice.mcp(["stop", "web@orion"]);
    assert.equal(code, 0);
    assert.match(stderr, /web\.toml is not changed: it is for rift, orion/);
    assert.equal(await alice.definition("web"), webToml({ head }));
    assert.deepEqual([await active("rift"), await active("orion")], [true, false]);
    await alice.mcp(["stop", "web"]);
    assert.deepEqual([await active("rift"), await active("orion")], [false, false]);
    assert.match(await alice.definition("web"), /^active = false$/m);
  });

  it("change nothing that is so already", async (t) => {
    const { bus, alice } = await deployed(t);
    const { code, stdout } = await alice.mcp(["start", "web"]);
    assert.deepEqual([code, stdout], [0, "web@rift: nothing to change: generation 1 is converged\n"]);
    assert.equal(bus.published.length, 1);
  });

  it("wait for an offline node with exit 7", async (t) => {
    const { bus, alice } = await deployed(t);
    bus.putPresence(presenceOf("rift", { leaving: true }), 60_000);
    const { code, stdout } = await alice.mcp(["stop", "web"]);
    assert.equal(code, 7);
    assert.match(
      stdout,
      /the agent of rift was stopped \(last seen 1m ago\): generation 2 will be applied when it is back/,
    );
  });

  it("refuse a component, an unknown service and a retired one", async (t) => {
    const { bus, alice } = await deployed(t);
    const component = await alice.mcp(["stop", "web/api"]);
    assert.equal(component.code, 2);
    assert.match(component.stderr, /`mcp restart web\/api`/);
    assert.match((await alice.mcp(["stop", "wbe"])).stderr, /did you mean "web"/);
    bus.putDesired(tombstone({ generation: 2 }));
    assert.equal((await alice.mcp(["start", "web"])).code, 3);
  });
});

describe("a service that is stopped on one of its nodes", () => {
  const BOTH = 'nodes = ["rift", "orion"]';

  async function stoppedOnOrion(t: Scope) {
    const site = await deployed(t, BOTH);
    assert.equal((await site.alice.mcp(["stop", "web@orion"])).code, 0);
    return site;
  }

  it("stays stopped there through deploy and sync of what its definition says for all", async (t) => {
    const { alice, active } = await stoppedOnOrion(t);
    const same = await alice.mcp(["deploy", "web"]);
    assert.equal(same.code, 0, same.stderr);
    assert.match(
      same.stderr,
      /web stays stopped on orion: alice@laptop stopped it on this node only 0s ago \(`mcp start web@orion`\)/,
    );
    assert.match(same.stdout, /web@orion: nothing to change/);
    await alice.define("web", webToml({ head: BOTH, image: "registry.example.net/web:v2.0.0" }));
    const planned = await alice.mcp(["plan", "web", "--json"]);
    assert.doesNotMatch(planned.stdout, /"active"/);
    const changed = await alice.mcp(["sync"]);
    assert.equal(changed.code, 0, changed.stderr);
    assert.match(changed.stdout, /2 updated on 2 nodes/);
    assert.match(changed.stderr, /web stays stopped on orion/);
    assert.deepEqual([await active("rift"), await active("orion")], [true, false]);
    assert.equal((await alice.mcp(["sync", "--json"])).code, 0);
  });

  it("is shown as such by list, status and show", async (t) => {
    const { alice } = await stoppedOnOrion(t);
    const { stdout } = await alice.mcp(["list"]);
    assert.match(stdout, /^web +orion +not here +2 +stopped /m);
    assert.match(stdout, /^web +rift +yes +1 +converged /m);
    assert.match((await alice.mcp(["status", "web"])).stdout, /stopped on this node only by alice@laptop/);
    const { services } = assertJson("list-output", (await alice.mcp(["list", "--json"])).stdout);
    assert.equal(services.find(({ node }) => node === "orion")?.desired?.stoppedHere?.by, "alice@laptop");
    assert.match((await alice.mcp(["service", "show", "web@orion"])).stdout, /# web stays stopped on orion/);
  });

  it("is started again there alone, or with all the others", async (t) => {
    const { alice, active } = await stoppedOnOrion(t);
    assert.equal((await alice.mcp(["start", "web@orion"])).code, 0);
    assert.equal(await active("orion"), true);
    assert.doesNotMatch((await alice.mcp(["deploy", "web"])).stderr, /stays stopped/);
    await alice.mcp(["stop", "web@orion"]);
    assert.equal((await alice.mcp(["start", "web"])).code, 0);
    assert.deepEqual([await active("rift"), await active("orion")], [true, true]);
  });

  it("is stopped as the others are when all are stopped", async (t) => {
    const { alice, bus } = await stoppedOnOrion(t);
    assert.equal((await alice.mcp(["stop", "web"])).code, 0);
    const document = (await bus.readDesired("orion", "web"))?.document;
    assert.ok(document !== undefined && "spec" in document);
    assert.deepEqual([document.spec.active, document.stoppedHere], [false, undefined]);
    assert.match((await alice.mcp(["list"])).stdout, /^web +orion +no /m);
  });

  it("keeps the name of who stopped it first", async (t) => {
    const { bob, bus } = await stoppedOnOrion(t);
    assert.match((await bob.mcp(["stop", "web@orion"])).stdout, /nothing to change/);
    const document = (await bus.readDesired("orion", "web"))?.document;
    assert.ok(document !== undefined && "spec" in document);
    assert.equal(document.stoppedHere?.by, "alice@laptop");
  });

  it("is exported as it is said for all", async (t) => {
    const { bob, alice } = await stoppedOnOrion(t);
    const { code, stderr } = await bob.mcp(["service", "export", "web"]);
    assert.equal(code, 0, stderr);
    assert.doesNotMatch(await bob.definition("web"), /active = false/);
    assert.equal((await bob.mcp(["plan", "web"])).code, 0);
    assert.equal((await alice.mcp(["service", "export", "web@orion", "-o", "only.toml"])).code, 0);
  });

  it("alone on its node is stopped by its definition", async (t) => {
    const { alice, bus } = await deployed(t);
    assert.equal((await alice.mcp(["stop", "web@rift"])).code, 0);
    const document = (await bus.readDesired("rift", "web"))?.document;
    assert.ok(document !== undefined && "spec" in document && document.stoppedHere === undefined);
    assert.match(await alice.definition("web"), /^active = false$/m);
  });
});
