import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { desiredService, presenceOf } from "../../../helpers/fleet-builders.ts";
import { assertJson } from "../../../helpers/json-shape.ts";
import { runCli, TEST_NOW_MS } from "../../../helpers/run-cli.ts";
import { type FakeAgent, MemoryOperatorBus } from "../../../twin/memory-operator-bus.ts";

const restarts: FakeAgent = () => [
  { body: { verb: "restart", component: "api", containerId: "c1" } },
  { body: { verb: "done" } },
];
const fails: FakeAgent = () => [{ error: { code: "E_NODE_FAILED", message: "web is stopped", hint: "mcp start web" } }];
const hasNothing: FakeAgent = () => [{ body: { verb: "done" } }];

function fleet(agents: Readonly<Record<string, FakeAgent>>, silent: readonly string[] = []): MemoryOperatorBus {
  const bus = new MemoryOperatorBus(() => TEST_NOW_MS);
  for (const node of [...Object.keys(agents), ...silent]) {
    bus.putDesired(desiredService({ node }));
    bus.putPresence(presenceOf(node), silent.includes(node) ? 3_600_000 : 1_000);
  }
  for (const [node, agent] of Object.entries(agents)) bus.agents.set(node, agent);
  return bus;
}

describe("mcp restart", () => {
  it("names each container it restarted", async () => {
    const bus = fleet({ rift: restarts, orion: restarts });
    const { code, stdout, stderr } = await runCli(["restart", "web"], { bus });
    assert.deepEqual([code, stdout, stderr], [0, "web/api@rift restarted\nweb/api@orion restarted\n", ""]);
  });

  it("asks for one component on one node, and changes no desired state", async () => {
    const bus = fleet({ rift: restarts, orion: restarts });
    await runCli(["restart", "web/api@rift"], { bus });
    assert.deepEqual(bus.asked, [{ verb: "restart", service: "web", component: "api" }]);
    assert.equal((await bus.readDesired("rift", "web"))?.document.generation, 1);
  });

  it("prints one document with --json", async () => {
    const { stdout } = await runCli(["restart", "web", "--json"], { bus: fleet({ rift: restarts }, ["orion"]) });
    const output = assertJson("restart-output", stdout);
    assert.deepEqual(output.restarted, [{ node: "rift", component: "api", containerId: "c1" }]);
    assert.deepEqual(
      output.silent.map(({ node, liveness }) => [node, liveness]),
      [["orion", "offline"]],
    );
  });

  it("exits 6 when nobody answers, and says where the node is", async () => {
    const { code, stdout, stderr } = await runCli(["restart", "web"], { bus: fleet({}, ["rift"]) });
    assert.deepEqual([code, stdout], [6, ""]);
    assert.match(
      stderr,
      /no answer, nothing was restarted: rift is offline \(last seen 1h ago\) \(E_NODE_UNREACHABLE\)/,
    );
  });

  it("exits 8 when some nodes are silent, and names them", async () => {
    const { code, stdout, stderr } = await runCli(["restart", "web"], { bus: fleet({ rift: restarts }, ["orion"]) });
    assert.deepEqual([code, stdout], [8, "web/api@rift restarted\n"]);
    assert.match(stderr, /^warning: no answer, nothing was restarted: orion is offline/m);
  });

  it("passes on a node's error with its hint", async () => {
    const { code, stderr } = await runCli(["restart", "web"], { bus: fleet({ rift: fails }) });
    assert.equal(code, 9);
    assert.match(stderr, /error: rift: web is stopped \(E_NODE_FAILED\)\nhint: mcp start web\n/);
  });

  it("exits 8 when one of several nodes fails, and 9 when all do", async () => {
    const some = await runCli(["restart", "web"], { bus: fleet({ rift: restarts, orion: fails }) });
    assert.equal(some.code, 8);
    assert.match(some.stderr, /^warning: orion: web is stopped$/m);
    const all = await runCli(["restart", "web"], { bus: fleet({ rift: fails, orion: fails }) });
    assert.equal(all.code, 9);
    assert.match(all.stderr, /nothing was restarted: rift: web is stopped; orion: web is stopped/);
  });

  it("does not pass for done where there was no container to restart", async () => {
    const { code, stderr } = await runCli(["restart", "web"], { bus: fleet({ rift: hasNothing }) });
    assert.equal(code, 3);
    assert.match(stderr, /rift: no container of web to restart/);
  });

  it("counts a node that breaks off among the silent ones", async () => {
    const bus = fleet({ rift: restarts });
    const ask = bus.ask.bind(bus);
    bus.ask = async function* (body, options) {
      for await (const reply of ask(body, options)) if (!reply.last) yield reply;
    };
    const { code, stdout, stderr } = await runCli(["restart", "web"], { bus });
    assert.deepEqual([code, stdout], [8, "web/api@rift restarted\n"]);
    assert.match(stderr, /no answer/);
  });

  it("refuses what the bus does not know and names the nearest", async () => {
    const bus = fleet({ rift: restarts });
    for (const [what, near] of [
      ["wbe", "web"],
      ["web/ap", "api"],
      ["web@rft", "rift"],
    ] as const) {
      const { code, stderr } = await runCli(["restart", what], { bus });
      assert.equal(code, 3);
      assert.match(stderr, new RegExp(`did you mean "${near}"`));
    }
  });
});
