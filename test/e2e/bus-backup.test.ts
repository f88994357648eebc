/** `mcp bus backup` and `restore` with real parts: the bus loses its disk, gets the backup, and no container notices. */
import assert from "node:assert/strict";
import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { gunzipSync, gzipSync } from "node:zlib";
import { type Fleet, oneComponent, SKIP, startFleet } from "../helpers/e2e-fleet.ts";
import { eventually } from "../helpers/eventually.ts";
import { running } from "../helpers/fleet-node.ts";
import { suiteScope } from "../helpers/scope.ts";

describe("a backup of the bus", { skip: SKIP }, () => {
  const suite = {} as Fleet & { file: string };
  const scope = suiteScope();
  const converged = () =>
    eventually(async () => (await suite.alice.mcp("status", "--check")).code === 0, {
      what: "everything has converged",
      timeoutMs: 30_000,
    });
  const deploy = async (image: "hello:v1" | "hello:v2", service = "web") => {
    await suite.alice.define(service, oneComponent(service, suite.images[image]));
    const { code, stderr } = await suite.alice.mcp("deploy", service);
    assert.equal(code, 0, stderr);
  };

  before(async () => {
    Object.assign(suite, await startFleet(scope, { agents: ["rift"] }));
    suite.file = join(suite.alice.dir, "mcp.ndjson.gz");
    await deploy("hello:v1");
    await deploy("hello:v2");
    await deploy("hello:v1", "shop");
  });

  it("is one private file with every generation, and is never written over another", async () => {
    const { output } = await suite.alice.json("bus-backup-output", "bus", "backup", suite.file);
    assert.equal(output.counts.desired, 3);
    assert.ok(output.counts.events > 0 && output.counts.observed === 2, JSON.stringify(output.counts));
    assert.equal(output.unreadable, 0);
    assert.equal((await stat(suite.file)).mode & 0o777, 0o600);
    const { error } = await suite.alice.fails("bus", "backup", suite.file);
    assert.equal(error.code, "E_CONFLICT");
  });

  it("changes nothing where the bus holds all of it", async () => {
    const { output } = await suite.alice.json("bus-restore-output", "bus", "restore", suite.file);
    assert.deepEqual(output.restored, { revocations: 0, nodes: 0, observed: 0, desired: 0, events: 0 });
  });

  it("is refused whole when it was cut off or damaged, with nothing written", async () => {
    const bytes = await readFile(suite.file);
    const lines = gunzipSync(bytes).toString().trimEnd().split("\n");
    const damaged = {
      "cut.gz": bytes.subarray(0, bytes.length / 2),
      "short.gz": gzipSync(lines.slice(0, -1).join("\n")),
      "odd.gz": gzipSync(lines.map((line) => line.replace('"generation":2', '"generation":"x"')).join("\n")),
      "new.gz": gzipSync(lines.join("\n").replace('{"mcpBackup":1', '{"mcpBackup":2')),
    };
    for (const [name, content] of Object.entries(damaged)) {
      const path = join(suite.alice.dir, name);
      await writeFile(path, content, { mode: 0o644 });
      const { error, code } = await suite.alice.fails("bus", "restore", path);
      assert.deepEqual([name, error.code, code], [name, "E_FILE", 9]);
    }
  });

  it("brings the bus back after it lost its disk: the same generations, nothing restarted", async () => {
    const { bus, rift, alice, file } = suite;
    const before = [await running(rift, "web-api"), await running(rift, "shop-api")];
    await bus.stop();
    await bus.wipeStore();
    await bus.restart();
    const dry = await alice.json("bus-restore-output", "bus", "restore", file, "--dry-run");
    assert.equal(dry.output.restored.desired, 3);
    const { output, code, stderr } = await alice.json("bus-restore-output", "bus", "restore", file);
    assert.equal(code, 0, stderr);
    assert.deepEqual({ ...output.restored }, { ...output.inFile });
    await converged();
    const operator = await suite.operatorBus();
    try {
      const history = await operator.historyOf("rift", "web");
      assert.deepEqual(
        history.map(({ document }) => document.generation),
        [1, 2],
      );
    } finally {
      await operator.close();
    }
    const after = [await running(rift, "web-api"), await running(rift, "shop-api")];
    assert.deepEqual(
      after.map(({ Id, State }) => [Id, State.StartedAt]),
      before.map(({ Id, State }) => [Id, State.StartedAt]),
    );
    const provisioned = await alice.json("bus-provision-output", "bus", "provision");
    assert.deepEqual(new Set(provisioned.output.streams.map(({ result }) => result)), new Set(["unchanged"]));
  });

  it("lets the next deploy through as if nothing had been", async () => {
    await deploy("hello:v1");
    const { output } = await suite.alice.json("status-output", "status", "web");
    assert.equal(output.services[0]?.desired?.generation, 3);
  });

  it("never goes over a newer generation", async () => {
    const { output } = await suite.alice.json("bus-restore-output", "bus", "restore", suite.file);
    assert.equal(output.restored.desired, 0);
    const status = await suite.alice.json("status-output", "status", "web");
    assert.equal(status.output.services[0]?.desired?.generation, 3);
  });
});
