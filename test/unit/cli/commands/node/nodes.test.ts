/** `mcp node show`, `add` and `remove`. */
import assert from "node:assert/strict";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { createIdentityDir } from "../../../../../src/cli/identity/identity-dir.ts";
import { serverFile } from "../../../../../src/cli/identity/identity-documents.ts";
import { nodeBundleCodec } from "../../../../../src/schemas/wire/codec.ts";
import { McpError } from "../../../../../src/values/error.ts";
import {
  desiredService,
  nodeRecord,
  observedService,
  presenceOf,
  tombstone,
} from "../../../../helpers/fleet-builders.ts";
import { assertJson } from "../../../../helpers/json-shape.ts";
import { MemoryAccountServer } from "../../../../helpers/memory-account-server.ts";
import { runCli, TEST_NOW_MS } from "../../../../helpers/run-cli.ts";
import { tempDir } from "../../../../helpers/temp-dir.ts";
import { MemoryOperatorBus } from "../../../../twin/memory-operator-bus.ts";

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

  it("says what to check on a node that is not online, since only the node knows why", async () => {
    const bus = fleet();
    bus.putPresence(presenceOf("gone", { leaving: true }));
    const shown = await runCli(["node", "show", "gone"], { bus });
    assert.match(
      shown.stderr,
      /^the agent stopped: start it on gone; if it runs there, `mcp-agent doctor` checks its clock/,
    );
    assert.equal((await runCli(["node", "show", "rift"], { bus })).stderr, "");
    assert.match((await runCli(["node", "list"], { bus })).stderr, /why a node is not online: `mcp node show gone`/);
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

  it("refuses an invalid name, label or address, and then records nothing", async (t) => {
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

describe("mcp node add with an identity directory", () => {
  async function site(t: TestContext) {
    const dir = await tempDir(t);
    await createIdentityDir(join(dir, "identity"), { servers: ["tls://bus.example.net:4222"], ca: "PEM\n" });
    const options = {
      bus: fleet(),
      accounts: new MemoryAccountServer(),
      cwd: dir,
      env: { HOME: "/nonexistent", MCP_IDENTITY: join(dir, "identity") },
    };
    return { dir, options, mcp: (...argv: readonly string[]) => runCli(argv, options) };
  }

  it("makes account, bucket, bundle and record, and says what to type on the node", async (t) => {
    const { dir, options, mcp } = await site(t);
    const { code, stdout, stderr } = await mcp("node", "add", "rift", "--label", "zone=attic");
    assert.equal(code, 0, stderr);
    assert.equal(stdout, "rift: enrolled (zone=attic)\n");
    assert.match(stderr, /rift\.bundle holds the node's key[\s\S]*mcp-agent join rift\.bundle/);
    assert.deepEqual(options.accounts.pushed, ["N_rift"]);
    assert.deepEqual([...options.bus.fileBuckets], ["rift"]);
    const [record] = options.bus.nodes;
    const bundle = nodeBundleCodec.decode(await readFile(join(dir, "rift.bundle")));
    assert.deepEqual(bundle.bus, { servers: ["tls://bus.example.net:4222"], ca: "PEM\n" });
    assert.equal(bundle.trust.incarnation, record?.incarnation);
    assert.ok(record?.account);
    const shown = (await mcp("node", "show", "rift")).stdout;
    assert.match(shown, new RegExp(`enrolled +by alice@laptop at .*, 0s ago\\n +account +${record.account}`));
    assert.match((await mcp("node", "list")).stdout, /^rift +online +2s ago +0s ago /m);
  });

  it("reports enrollment, new credentials and removal as events, but not labels", async (t) => {
    const { options, mcp } = await site(t);
    await mcp("node", "add", "rift");
    await mcp("node", "add", "rift", "--label", "zone=attic");
    await mcp("node", "add", "rift", "--renew");
    const account = options.bus.nodes[0]?.account;
    await mcp("node", "remove", "rift", "--yes");
    const told = options.bus.published.map(({ kind, node, author, message, data }) => [
      kind,
      node,
      author,
      message,
      data,
    ]);
    assert.deepEqual(told, [
      [
        "node-enrolled",
        "_",
        "alice@laptop",
        "alice@laptop: node rift enrolled",
        { node: "rift", account, renewed: false },
      ],
      [
        "node-enrolled",
        "_",
        "alice@laptop",
        "alice@laptop: new credentials for node rift",
        { node: "rift", account, renewed: true },
      ],
      [
        "node-removed",
        "_",
        "alice@laptop",
        "alice@laptop: node rift removed, credentials revoked",
        { node: "rift", closed: true, desired: [] },
      ],
    ]);
  });

  it("warns, and has done what it did, when an event cannot be published", async (t) => {
    const { options, mcp } = await site(t);
    options.bus.publishEvent = () => Promise.reject(new McpError("E_BUS_UNREACHABLE", "the stream has no leader"));
    for (const words of [
      ["add", "rift"],
      ["remove", "rift", "--yes"],
    ]) {
      const { code, stderr } = await mcp("node", ...words);
      assert.equal(code, 0, stderr);
      assert.match(stderr, /^warning: it is done, but its event could not be published: the stream has no leader/m);
    }
    assert.deepEqual(options.bus.nodes, []);
  });

  it("enrolls a node that was only recorded, keeping its labels", async (t) => {
    const { options, mcp } = await site(t);
    options.bus.nodes.push({ ...nodeRecord("rift"), labels: { zone: "attic" } });
    assert.match((await mcp("node", "list")).stdout, /^rift +online +2s ago +recorded /m);
    assert.equal(
      (await mcp("node", "add", "rift", "--label", "rack=2")).stdout,
      "rift: enrolled (rack=2, zone=attic)\n",
    );
  });

  it("never writes over a file that is no bundle of that node, and makes nothing then", async (t) => {
    const { dir, options, mcp } = await site(t);
    await writeFile(join(dir, "rift.bundle"), "mine");
    assert.equal((await mcp("node", "add", "rift")).code, 4);
    assert.deepEqual([options.accounts.pushed, options.bus.nodes], [[], []]);
    assert.equal((await mcp("node", "add", "rift", "--out", "other.bundle")).code, 0);
    assert.equal((await mcp("node", "add", "vade", "--out", "other.bundle")).code, 4, "another node's");
  });

  it("renews what is enrolled, and nothing else", async (t) => {
    const { mcp } = await site(t);
    assert.equal((await mcp("node", "add", "rift", "--renew")).code, 3);
    await mcp("node", "add", "rift");
    const again = await mcp("node", "add", "rift");
    assert.match(again.stdout + again.stderr, /already enrolled\n[\s\S]*--renew/);
    assert.equal((await mcp("node", "add", "rift", "--renew")).stdout, "rift: renewed\n");
  });

  it("has a node behind a leaf server dial that one, and find the bus in its domain", async (t) => {
    const { dir, mcp } = await site(t);
    const [near, far] = ["tls://nats.lakeside.example.net:4222", "tls://192.0.2.7:4222"];
    const words = ["--server", near, "--server", far, "--domain", "hub"];
    const { code, stdout, stderr } = await mcp("node", "add", "rift", ...words, "--json");
    assert.equal(code, 0, stderr);
    const { servers, domain } = assertJson("node-add-output", stdout);
    assert.deepEqual({ servers, domain }, { servers: [near, far], domain: "hub" });
    const busIn = async (node: string) => nodeBundleCodec.decode(await readFile(join(dir, `${node}.bundle`))).bus;
    assert.deepEqual(await busIn("rift"), { servers: [near, far], ca: "PEM\n", domain: "hub" });
    const again = await mcp("node", "add", "rift", "--server", near);
    assert.equal(again.code, 2);
    assert.match(again.stderr, /node rift exists[\s\S]*--renew/);
    const told = await mcp("node", "add", "vade", "--server", near, "--domain", "hub");
    assert.match(
      told.stderr,
      /the node connects to tls:\/\/nats\.lakeside\.example\.net:4222, through JetStream domain hub\n/,
    );
  });

  it("renews a node of a site for the site's server, and any node for what is said", async (t) => {
    const { dir, mcp } = await site(t);
    await mcp("node", "add", "rift");
    const lakeside = { name: "lakeside", host: "nats.lakeside.example.net", port: 4333, nodes: ["rift"] };
    await serverFile(join(dir, "identity")).change(() => ({
      version: 1,
      servers: [{ hosts: ["bus.example.net"], port: 4222 }],
      configDir: "/etc/nats",
      dataDir: "/var/lib/nats",
      certificates: "own",
      leafPort: 7422,
      sites: [lakeside],
    }));
    const renewed = async (...words: readonly string[]) => {
      const { stdout } = await mcp("node", "add", "rift", "--renew", ...words, "--json");
      const { servers, domain } = assertJson("node-add-output", stdout);
      return { servers, domain };
    };
    const atSite = ["tls://nats.lakeside.example.net:4333"];
    assert.deepEqual(await renewed(), { servers: atSite, domain: "hub" });
    const elsewhere = "tls://192.0.2.7:4222";
    assert.deepEqual(await renewed("--server", elsewhere), { servers: [elsewhere], domain: undefined });
    const { stderr } = await mcp("node", "add", "rift", "--renew");
    assert.match(
      stderr,
      /the server of site lakeside needs new credentials too: `mcp bus config`, .*sites\/lakeside\/ there and restart it$/m,
    );
    const ground = serverFile(join(dir, "identity"));
    await ground.change((old) => ({ ...(old ?? assert.fail()), sites: [{ ...lakeside, nodes: ["orion", "rift"] }] }));
    const removed = await mcp("node", "remove", "rift", "--yes");
    assert.match(removed.stderr, /the server of site lakeside still has credentials of the node: `mcp bus config`/);
    assert.deepEqual((await ground.read())?.sites, [{ ...lakeside, nodes: ["orion"] }]);
    assert.ok(!(await readdir(join(dir, "identity", "nodes"))).includes("rift.bridge.creds"));
    await mcp("node", "add", "orion");
    const last = await mcp("node", "remove", "orion", "--yes");
    assert.match(last.stderr, /site lakeside has no nodes left; its server is no longer needed/);
    assert.deepEqual((await ground.read())?.sites, []);
  });

  it("refuses what no agent could dial, and makes nothing then", async (t) => {
    const { options, mcp } = await site(t);
    for (const [words, wrong] of [
      [["--server", "https://bus.example.net"], /--server: is not an address of a NATS server/],
      [["--server", "tls://kyle:secret@bus.example.net"], /--server: holds a user or a password/],
      [["--server", "tls://a:4222", "--server", "wss://b"], /bus server/],
      [["--domain", "a b"], /--domain: "a b" is not a JetStream domain/],
      [["--domain", "lakeside"], /is not the domain of the bus, which is "hub"/],
    ] as const) {
      const { code, stderr } = await mcp("node", "add", "rift", ...words);
      assert.equal(code, 2, stderr);
      assert.match(stderr, wrong);
      assert.doesNotMatch(stderr, /secret/);
    }
    assert.deepEqual([options.accounts.pushed, options.bus.nodes], [[], []]);
    const nowhere = await runCli(["node", "add", "rift", "--server", "tls://a"], { bus: fleet() });
    assert.equal(nowhere.code, 3, "without an identity directory there is no bundle");
  });

  it("refuses to remove a node whose key lies elsewhere", async (t) => {
    const { options, mcp } = await site(t);
    await mcp("node", "add", "rift");
    const { code, stderr } = await runCli(["node", "remove", "rift", "--yes"], {
      ...options,
      env: { HOME: "/nonexistent" },
    });
    assert.equal(code, 3);
    assert.match(stderr, /--identity/);
    assert.equal(options.bus.nodes.length, 1);
  });

  it("says so where a directory was named and is not there", async () => {
    const { code, stderr } = await runCli(["node", "add", "rift", "--identity", "/nonexistent/id"], { bus: fleet() });
    assert.equal(code, 3);
    assert.match(stderr, /mcp bus init/);
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
    assert.deepEqual(assertJson("node-remove-output", stdout), { node: "gone", desired: [], closed: false });
    assert.deepEqual([bus.nodes, (await bus.listPresence()).map(({ value }) => value.node)], [[], ["rift"]]);
    assert.equal((await runCli(["node", "remove", "gone", "--yes"], { bus })).code, 3);
  });

  it("asks first, and without a terminal continues only with --yes", async () => {
    const bus = fleet();
    const silent = await runCli(["node", "remove", "rift"], { bus });
    assert.equal(silent.code, 2);
    assert.match(silent.stderr, /this removes node rift, and there is no terminal/);
    assert.equal((await runCli(["node", "remove", "rift"], { bus, tty: true, stdin: "n\n" })).code, 2);
    assert.equal((await bus.listPresence()).length, 1);
    const yes = await runCli(["node", "remove", "rift"], { bus, tty: true, stdin: "y\n" });
    assert.equal(yes.code, 0);
    assert.match(yes.stderr, /is still running and will appear again/);
  });

  it("refuses while services are desired there, unless forced", async () => {
    const bus = fleet();
    bus.putDesired(desiredService());
    const refused = await runCli(["node", "remove", "rift", "--yes"], { bus });
    assert.equal(refused.code, 2);
    assert.match(refused.stderr, /node rift still has desired services: web[\s\S]*mcp undeploy web@rift/);
    const forced = await runCli(["node", "remove", "rift", "--yes", "--force"], { bus });
    assert.equal(forced.code, 0);
    assert.match(forced.stderr, /still desired on rift: web/);
    assert.equal((await bus.listDesired()).length, 1, "what is desired stays");
  });
});
