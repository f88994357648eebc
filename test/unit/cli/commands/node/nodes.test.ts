/** `mcp node show`, `add` and `remove`. */
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import {
  desiredService,
  nodeRecord,
  observedService,
  presenceOf,
  tombstone,
} from "../../../../helpers/fleet-builders.ts";
import { assertJson } from "../../../../helpers/json-shape.ts";
import { MemoryOperatorBus } from "../../../../helpers/memory-operator-bus.ts";
import { runCli, TEST_NOW_MS } from "../../../../helpers/run-cli.ts";
import { tempDir } from "../../../../helpers/temp-dir.ts";

function fleet(): MemoryOperatorBus {
  const bus = new MemoryOperatorBus(() => TEST_NOW_MS);
  bus.putPresence(presenceOf("rift"), 2_000);
  return bus;
}

describe("mcp node show", () => {
  it("tells all there is to know of a node", async () => {
    const bus = fleet();
    bus.nodes.push({ ...nodeRecord("rift"), labels: { zone: "attic" } });
    bus.putDesired(desiredService());
    bus.putDesired(desiredService({ node: "orion" }));
    bus.putObserved(observedService());
    const { code, stdout } = await runCli(["node", "show", "rift"], { bus });
    assert.equal(code, 0);
    for (const part of [
      /^rift {2}online, last seen 2s ago/,
      /agent +0\.1\.0, started 1d ago/,
      /podman +4\.3\.1, ok/,
      /cpu +4 cores, load 0\.25/,
      /memory +5\.0 GiB free of 8\.0 GiB/,
      /disk +unknown/,
      /containers +2/,
      /recorded +by alice@laptop/,
      /labels +zone=attic/,
      /service +web converged/,
    ]) {
      assert.match(stdout, part);
    }
    const json = assertJson("node-show-output", (await runCli(["node", "show", "rift", "--json"], { bus })).stdout);
    assert.deepEqual([json.node.liveness, json.services.length], ["online", 1]);
  });

  it("knows a node that was only recorded, and none that was not", async () => {
    const bus = fleet();
    bus.nodes.push(nodeRecord("new"));
    assert.match((await runCli(["node", "show", "new"], { bus })).stdout, /^new {2}never-seen\n/);
    const unknown = await runCli(["node", "show", "rifft"], { bus });
    assert.equal(unknown.code, 3);
    assert.match(unknown.stderr, /did you mean "rift"/);
  });
});

describe("mcp node add", () => {
  it("records a node with labels, and changes them later", async () => {
    const bus = fleet();
    const add = async (...labels: readonly string[]) => {
      const words = labels.flatMap((label) => ["--label", label]);
      const { code, stdout, stderr } = await runCli(["node", "add", "rift", ...words, "--json"], { bus });
      assert.equal(code, 0, stderr);
      return assertJson("node-add-output", stdout);
    };
    assert.deepEqual(await add("zone=attic", "arch=arm64"), {
      node: "rift",
      result: "created",
      labels: { arch: "arm64", zone: "attic" },
    });
    assert.equal((await add("zone=attic")).result, "unchanged");
    assert.deepEqual((await add("arch=", "rack=a=b")).labels, { rack: "a=b", zone: "attic" });
    assert.equal(bus.nodes.length, 1);
    assert.equal(bus.nodes[0]?.enrolledBy, "alice@laptop");
  });

  it("refuses what is no name, label or address, and records nothing then", async (t) => {
    const bus = fleet();
    const dir = await tempDir(t);
    for (const words of [["Rift"], ["rift", "--label", "zone"], ["rift", "--label", "Z=1"], ["rift", "a b"]]) {
      const { code, stderr } = await runCli(["node", "add", ...words], { bus, env: { HOME: dir } });
      assert.equal(code, 2, stderr);
    }
    assert.deepEqual(bus.nodes, []);
  });

  it("notes an address in the settings file, comments kept, and nowhere without a file", async (t) => {
    const bus = fleet();
    const path = join(await tempDir(t), "mcp.toml");
    const head = '# mine\n[bus]\nservers = ["nats://127.0.0.1:4222"] # here\n';
    await writeFile(path, head);
    const env = { HOME: "/nonexistent", MCP_CONFIG: path };
    assert.equal((await runCli(["node", "add", "rift", "192.0.2.7"], { bus, env })).code, 0);
    assert.equal(await readFile(path, "utf8"), `${head}\n[[nodes]]\nname = "rift"\naddress = "192.0.2.7"\n`);
    assert.equal((await runCli(["node", "add", "orion", "192.0.2.8:9"], { bus, env })).code, 0);
    assert.equal((await runCli(["node", "add", "rift", "192.0.2.9"], { bus, env })).code, 0);
    assert.match(await readFile(path, "utf8"), /"rift"\naddress = "192\.0\.2\.9"\n\n\[\[nodes\]\]\nname = "orion"/);
    const before = bus.nodes.length;
    const none = await runCli(["node", "add", "lyra", "192.0.2.1"], { bus });
    assert.equal(none.code, 2);
    assert.equal(bus.nodes.length, before);
  });
});

describe("mcp node remove", () => {
  it("forgets a node, and its last sign of life", async () => {
    const bus = fleet();
    bus.putPresence(presenceOf("gone"), 3_600_000);
    bus.nodes.push(nodeRecord("gone"));
    bus.putDesired(tombstone({ node: "gone" }));
    const { code, stdout } = await runCli(["node", "remove", "gone", "--yes", "--json"], { bus });
    assert.equal(code, 0);
    assert.deepEqual(assertJson("node-remove-output", stdout), { node: "gone", desired: [] });
    assert.deepEqual([bus.nodes, (await bus.listPresence()).map(({ value }) => value.node)], [[], ["rift"]]);
    assert.equal((await runCli(["node", "remove", "gone", "--yes"], { bus })).code, 3);
  });

  it("asks first, and without a terminal only goes on with --yes", async () => {
    const bus = fleet();
    const silent = await runCli(["node", "remove", "rift"], { bus });
    assert.equal(silent.code, 2);
    assert.match(silent.stderr, /this forgets node rift, and there is no terminal/);
    assert.equal((await runCli(["node", "remove", "rift"], { bus, tty: true, stdin: "n\n" })).code, 2);
    assert.equal((await bus.listPresence()).length, 1);
    const yes = await runCli(["node", "remove", "rift"], { bus, tty: true, stdin: "y\n" });
    assert.equal(yes.code, 0);
    assert.match(yes.stderr, /still runs and will show up again/);
  });

  it("refuses while services are desired there, unless forced", async () => {
    const bus = fleet();
    bus.putDesired(desiredService());
    const refused = await runCli(["node", "remove", "rift", "--yes"], { bus });
    assert.equal(refused.code, 2);
    assert.match(refused.stderr, /web is desired on rift[\s\S]*mcp undeploy web@rift/);
    const forced = await runCli(["node", "remove", "rift", "--yes", "--force"], { bus });
    assert.equal(forced.code, 0);
    assert.match(forced.stderr, /still desired on rift: web/);
    assert.equal((await bus.listDesired()).length, 1, "what is desired stays");
  });
});
