/** What must not leak: the values of env in any output, log, event, report or argument list; and no port of the agent. */
import assert from "node:assert/strict";
import { readdir, readFile, readlink } from "node:fs/promises";
import { before, describe, it } from "node:test";
import { collect } from "../../src/cli/fleet/collect.ts";
import { type Fleet, oneComponent, SKIP, startFleet } from "../helpers/e2e-fleet.ts";
import { eventually } from "../helpers/eventually.ts";
import { running } from "../helpers/fleet-node.ts";
import { suiteScope } from "../helpers/scope.ts";

const SECRET = "correct-horse-battery-staple";

describe("secrets", { skip: SKIP }, () => {
  const fleet = {} as Fleet;
  const scope = suiteScope();
  const outputs: string[] = [];
  const seenArguments: string[] = [];

  before(async () => {
    Object.assign(fleet, await startFleet(scope, { agents: ["rift"], settings: '[log]\nlevel = "debug"' }));
  });

  /** Runs a command and looks at the arguments of all processes of the machine meanwhile. */
  async function run(...args: string[]) {
    const end = fleet.alice.mcp(...args);
    const state = { over: false };
    const watching = (async () => {
      while (!state.over) {
        seenArguments.push(await allArguments());
        await new Promise((resolve) => setTimeout(resolve, 30));
      }
    })();
    const result = await end;
    state.over = true;
    await watching;
    outputs.push(result.stdout, result.stderr);
    return result;
  }

  it("of env reach the container", async () => {
    const { alice, rift, images } = fleet;
    await alice.define("vault", oneComponent("vault", images["hello:v1"], `env = { PASSWORD = "${SECRET}" }`));
    assert.equal((await run("plan", "vault")).code, 10);
    assert.equal((await run("deploy", "vault")).code, 0);
    assert.ok((await running(rift, "vault-api")).Config.Env.includes(`PASSWORD=${SECRET}`));
  });

  it("are not shown when they change, when a deploy fails, or when somebody looks", async () => {
    const { alice, bob, rift, images, registry } = fleet;
    const changed = (image: string, more = "") =>
      oneComponent("vault", image, `env = { PASSWORD = "${SECRET}-2" }\n${more}`);
    await alice.define("vault", changed(images["hello:v1"]));
    const plan = await run("plan", "vault");
    assert.match(plan.stdout, /components\.api\.env\.PASSWORD: \(set\) → \(changed\)/);
    assert.equal((await run("deploy", "vault", "--json")).code, 0);
    await alice.define("vault", changed(images["crasher:v1"]));
    assert.equal((await run("deploy", "vault")).code, 9);
    await alice.define("vault", changed(`${registry.address}/none:v1`));
    assert.equal((await run("deploy", "vault", "--json")).code, 9);
    await alice.define("vault", changed(images["hello:v1"], 'memory = "64m"'));
    await run("deploy", "vault");
    await alice.define("vault", changed(images["hello:v1"], 'volumes = ["/does/not/exist:/data"]'));
    assert.equal((await run("deploy", "vault")).code, 9);
    await bob.define("vault", oneComponent("vault", images["hello:v2"], `env = { PASSWORD = "${SECRET}-3" }`));
    const conflict = await bob.mcp("deploy", "vault", "--json");
    assert.equal(conflict.code, 4);
    outputs.push(conflict.stdout, conflict.stderr);
    await alice.define("vault", changed(images["hello:v2"]));
    assert.equal((await run("deploy", "vault")).code, 0);
    await rift.podman.podman("rm", "--force", "--time", "0", "vault-api");
    await eventually(async () => (await rift.inspect("vault-api"))?.State.Running, { what: "it is back" });
    for (const args of [
      ["status", "vault"],
      ["status", "--json"],
      ["list", "--json"],
      ["ps", "--json"],
      ["events", "--json"],
      ["service", "show", "vault"],
      ["service", "show", "vault", "--json"],
      ["doctor"],
    ]) {
      await run(...args);
    }
  });

  it("are in no output, no log, no event, no report and no process's arguments", async () => {
    const { rift } = fleet;
    for (const output of outputs) assert.ok(!output.includes(SECRET), output);
    assert.ok(seenArguments.length > 20, "arguments were looked at");
    assert.ok(
      seenArguments.some((text) => text.includes("deploy\0vault")),
      "our own command was among them",
    );
    assert.ok(!seenArguments.some((text) => text.includes(SECRET)));
    assert.match(rift.agent.log(), /services compared/);
    assert.ok(!rift.agent.log().includes(SECRET));
    const bus = await fleet.operatorBus();
    try {
      const told = [
        await bus.listObserved(),
        await bus.listPresence(),
        await collect(bus.events({ follow: false }, AbortSignal.timeout(10_000))),
      ];
      assert.ok(told.every((list) => list.length > 0));
      assert.ok(!JSON.stringify(told).includes(SECRET));
    } finally {
      await bus.close();
    }
  });

  it("the agent listens on no TCP or UDP port", async () => {
    const inodes = new Set(await socketInodes(fleet.rift.agent.pid));
    assert.ok(inodes.size > 0, "it has sockets at all");
    const listening = await Promise.all(["tcp", "tcp6"].map((kind) => socketsIn(kind, "0A")));
    const bound = await Promise.all(["udp", "udp6"].map((kind) => socketsIn(kind, "07")));
    assert.deepEqual(
      [...listening, ...bound].flat().filter((inode) => inodes.has(inode)),
      [],
    );
  });

  it("the agent's files are readable by its user alone", async () => {
    const { podman, storePath } = fleet.rift;
    const listing = podman.spawn("find", [
      `${storePath}`,
      `${storePath.replace(/[^/]*$/, "")}accepted`,
      "-perm",
      "/077",
    ]);
    const found: string[] = [];
    listing.stdout?.setEncoding("utf8").on("data", (text: string) => found.push(text));
    await new Promise((resolve) => listing.once("close", resolve));
    assert.equal(found.join(""), "");
  });
});

async function allArguments(): Promise<string> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const texts = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")));
  return texts.join("\n");
}

async function socketInodes(pid: number): Promise<string[]> {
  const names = await readdir(`/proc/${pid}/fd`);
  const links = await Promise.all(names.map((name) => readlink(`/proc/${pid}/fd/${name}`).catch(() => "")));
  return links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []);
}

/** Inodes of the sockets in a state of /proc/net (0A: listening; 07: a bound, unconnected UDP socket). */
async function socketsIn(kind: string, state: string): Promise<string[]> {
  const rows = (await readFile(`/proc/net/${kind}`, "utf8").catch(() => "")).split("\n").slice(1);
  return rows
    .map((row) => row.trim().split(/\s+/))
    .filter((fields) => fields[3] === state)
    .flatMap((fields) => fields[9] ?? []);
}
