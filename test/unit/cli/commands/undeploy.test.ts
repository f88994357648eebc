import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isTombstone } from "../../../../src/schemas/service/desired.ts";
import { observedService, serviceSpec } from "../../../helpers/fleet-builders.ts";
import { assertJson } from "../../../helpers/json-shape.ts";
import { localWorkstation, webToml } from "../../../helpers/local-workstation.ts";
import { TEST_NOW_MS } from "../../../helpers/run-cli.ts";
import type { Scope } from "../../../helpers/scope.ts";
import { bringOnline } from "../../../helpers/scripted-node.ts";
import { MemoryOperatorBus } from "../../../twin/memory-operator-bus.ts";

async function deployed(t: Scope, head?: string) {
  const bus = new MemoryOperatorBus(() => TEST_NOW_MS);
  const quick = (document: Parameters<typeof observedService>[0]) => [observedService(document, { report: 50 })];
  bringOnline(bus, { rift: quick, orion: quick });
  const alice = await localWorkstation(t, bus);
  await alice.define("web", webToml(head === undefined ? {} : { head }));
  await alice.mcp(["deploy", "web"]);
  const stored = async (node = "rift") => (await bus.readDesired(node, "web"))?.document;
  return { bus, alice, stored };
}

describe("mcp undeploy", () => {
  it("writes a tombstone that keeps what it retires, and says that data stays", async (t) => {
    const { alice, stored } = await deployed(t);
    const { code, stdout, stderr } = await alice.mcp(["undeploy", "web", "--yes", "-m", "old"]);
    assert.equal(code, 0);
    assert.equal(stdout, "web@rift: removed in 0ms (generation 2)\n");
    assert.match(stderr, /data stays: volumes and files of web on rift are left as they are/);
    const document = await stored();
    assert.ok(document !== undefined && isTombstone(document));
    assert.deepEqual([document.retired, document.message, document.command], [serviceSpec(), "old", "undeploy"]);
    assert.equal(await alice.definition("web"), webToml());
  });

  it("prints one document with --json", async (t) => {
    const { alice } = await deployed(t);
    const { stdout } = await alice.mcp(["undeploy", "web", "--yes", "--json"]);
    assert.equal(assertJson("change-output", stdout).results[0]?.outcome, "converged");
  });

  it("refuses without a terminal and without --yes, and writes nothing", async (t) => {
    const { alice, stored } = await deployed(t);
    for (const options of [{}, { stdin: "y\n" }, { tty: true }]) {
      const { code, stderr } = await alice.mcp(["undeploy", "web"], options);
      assert.equal(code, 2);
      assert.match(stderr, /E_UNCONFIRMED/);
      assert.match(stderr, /`--yes`/);
    }
    assert.equal((await stored())?.generation, 1);
  });

  it("asks at a terminal and does it on yes", async (t) => {
    const { alice, stored } = await deployed(t);
    const { code, stderr } = await alice.mcp(["undeploy", "web"], { tty: true, stdin: "yes\n" });
    assert.equal(code, 0);
    assert.match(stderr, /Stop web on rift and remove its containers\? Its data stays\. \[y\/N\] /);
    assert.equal((await stored())?.generation, 2);
  });

  it("takes anything else for no: another word, an empty line, a closed terminal", async (t) => {
    const { alice, stored } = await deployed(t);
    for (const stdin of ["n\n", "\n", "yes please\n", ""]) {
      const { code, stderr } = await alice.mcp(["undeploy", "web"], { tty: true, stdin });
      assert.equal(code, 2, JSON.stringify(stdin));
      assert.match(stderr, /not confirmed: nothing was changed/);
    }
    assert.equal((await stored())?.generation, 1);
  });

  it("retires one node or all", async (t) => {
    const { alice, stored } = await deployed(t, 'nodes = ["rift", "orion"]');
    assert.equal((await alice.mcp(["undeploy", "web@orion", "--yes"])).code, 0);
    assert.deepEqual([(await stored("rift"))?.generation, (await stored("orion"))?.generation], [1, 2]);
    assert.equal((await alice.mcp(["undeploy", "web", "--yes"])).code, 0);
    assert.deepEqual([(await stored("rift"))?.generation, (await stored("orion"))?.generation], [2, 2]);
  });

  it("is followed by a deploy of one's own that brings it back, without --force", async (t) => {
    const { alice } = await deployed(t);
    await alice.mcp(["undeploy", "web", "--yes"]);
    const { code, stdout } = await alice.mcp(["deploy", "web"]);
    assert.deepEqual([code, stdout], [0, "web@rift: converged in 0ms (generation 3)\n"]);
  });

  it("finds nothing where there is nothing, or nothing left", async (t) => {
    const { alice } = await deployed(t);
    assert.equal((await alice.mcp(["undeploy", "wbe", "--yes"])).code, 3);
    assert.equal((await alice.mcp(["undeploy", "web/api", "--yes"])).code, 2);
    await alice.mcp(["undeploy", "web", "--yes"]);
    const { code, stderr } = await alice.mcp(["undeploy", "web", "--yes"]);
    assert.equal(code, 3);
    assert.match(stderr, /service "web" has been undeployed/);
  });
});
