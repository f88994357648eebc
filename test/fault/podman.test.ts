/** podman that hangs, dies or comes back: told in time, everything else goes on, and recovery is by itself. */
import assert from "node:assert/strict";
import { existsSync, watch } from "node:fs";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { type Fleet, oneComponent, SKIP, startFleet } from "../helpers/e2e-fleet.ts";
import { type EventWatch, watchEvents } from "../helpers/event-watch.ts";
import { eventually } from "../helpers/eventually.ts";
import { running } from "../helpers/fleet-node.ts";
import { processesNaming } from "../helpers/processes.ts";
import type { PodmanNode } from "../helpers/rootless.ts";
import { suiteScope } from "../helpers/scope.ts";

describe("podman on a node", { skip: SKIP }, () => {
  const fleet = {} as Fleet & { events: EventWatch };
  const scope = suiteScope();

  before(async () => {
    Object.assign(fleet, await startFleet(scope, { agents: ["rift"] }));
    await fleet.alice.define("web", oneComponent("web", fleet.images["hello:v1"]));
    assert.equal((await fleet.alice.mcp("deploy", "web")).code, 0);
    fleet.events = await watchEvents(fleet.alice);
  });

  const converged = () =>
    eventually(async () => (await fleet.alice.mcp("status", "--check")).code === 0, {
      what: "everything converges",
      timeoutMs: 30_000,
      intervalMs: 200,
    });

  it("that accepts and never answers is reported within 15 s, bus work continues, and it recovers by itself", async () => {
    const { alice, rift, images, events } = fleet;
    const old = await rift.demand("web-api");
    const startMs = Date.now();
    rift.podman.signalService("SIGSTOP");
    try {
      const hung = await events.next("runtime-hung", ({ kind }) => kind === "runtime-hung", 20_000);
      assert.ok(hung.seenMs - startMs < 15_000, `told after ${hung.seenMs - startMs} ms`);
      assert.equal(hung.severity, "error");
      const listed = async () => (await alice.json("node-list-output", "node", "list")).output.nodes;
      const shown = await eventually(
        async () => (await listed()).find(({ presence }) => presence?.runtime.health === "hung"),
        {
          what: "hung in node list",
        },
      );
      assert.equal(shown?.liveness, "online");
      await alice.define("web", oneComponent("web", images["hello:v2"]));
      const deploy = await alice.mcp("deploy", "web", "--timeout", "2s");
      assert.equal(deploy.code, 7);
      const accepted = ({ kind, generation }: { kind: string; generation?: number }) =>
        kind === "desired-accepted" && generation === 2;
      await events.next("the new state is accepted meanwhile", accepted);
    } finally {
      rift.podman.signalService("SIGCONT");
    }
    await events.next("runtime-recovered", ({ kind }) => kind === "runtime-recovered", 20_000);
    await converged();
    const now = await running(rift, "web-api");
    assert.equal(now.ImageName, images["hello:v2"]);
    assert.notEqual(now.Id, old.Id);
    assert.deepEqual(await rift.containers(), ["web-api"]);
  });

  it("whose service is killed gets a new one from the agent; containers keep running", async () => {
    const { rift, alice, images } = fleet;
    const old = await rift.demand("web-api");
    await rift.podman.stopService("SIGKILL");
    await eventually(() => /started podman's service/.test(rift.agent.log()), { what: "a service of the agent's own" });
    await alice.define("second", oneComponent("second", images["hello:v1"]));
    const { code, stderr } = await alice.mcp("deploy", "second");
    assert.equal(code, 0, stderr);
    const now = await rift.demand("web-api");
    assert.deepEqual([now.Id, now.State.StartedAt], [old.Id, old.State.StartedAt]);
  });

  it("is watched again after that: a killed container is repaired within seconds", async () => {
    const { rift, events } = fleet;
    await rift.podman.podman("kill", "second-api");
    await events.next("the drift", ({ kind, service }) => kind === "drift-closed" && service === "second");
    await running(rift, "second-api");
    await converged();
  });

  it("whose service is killed in the middle of a replacement ends with the new version", async () => {
    const { rift, alice, images } = fleet;
    const versions = [images["hello:v1"], images["hello:v2"]];
    const killService = () => {
      for (const pid of processesNaming(rift.podman.socketPath))
        if (pid !== rift.agent.pid) process.kill(pid, "SIGKILL");
    };
    for (const [round, state] of ["created", "initialized", "running", "created"].entries()) {
      const image = versions[round % 2] ?? "";
      await alice.define("third", oneComponent("third", image, `env = { ROUND = "${round}" }`));
      const deploy = alice.start("deploy", "third", "--timeout", "60s");
      await eventually(
        async () => {
          const found = await rift.podman.podman(
            "ps",
            "--all",
            "--filter",
            "label=mcp.service=third",
            "--format",
            "json",
          );
          const list: { State: string; Image: string }[] = JSON.parse(found || "[]");
          return list.some((c) => c.Image === image && (c.State === state || c.State === "running"));
        },
        { what: `the new container is ${state}`, timeoutMs: 20_000, intervalMs: 20 },
      );
      killService();
      const end = await deploy.ended;
      assert.equal(end.code, 0, end.stderr + rift.agent.log().slice(-3000));
      assert.equal((await running(rift, "third-api")).ImageName, image);
      assert.deepEqual(
        (await rift.containers()).filter((name) => name.startsWith("third")),
        ["third-api"],
      );
    }
  });

  it("whose service is killed while it starts the new container makes another one, and ends with the new version", async () => {
    const { rift, alice, images } = fleet;
    await alice.define("fourth", oneComponent("fourth", images["hello:v1"]));
    assert.equal((await alice.mcp("deploy", "fourth")).code, 0);
    await alice.define("fourth", oneComponent("fourth", images["hello:v2"]));
    const service = processesNaming(rift.podman.socketPath).filter((pid) => pid !== rift.agent.pid);
    // From here on podman has not yet noted what its OCI runtime has begun: the next start of this container is refused.
    const begun = onNextStart(rift.podman, () => {
      for (const pid of service) process.kill(pid, "SIGKILL");
    });
    const end = await alice.mcp("deploy", "fourth", "--timeout", "60s");
    const half = await begun;
    assert.equal(end.code, 0, end.stderr + rift.agent.log().slice(-3000));
    const now = await running(rift, "fourth-api");
    assert.equal(now.ImageName, images["hello:v2"]);
    assert.notEqual(now.Id, half);
    assert.deepEqual(
      (await rift.containers()).filter((name) => name.startsWith("fourth")),
      ["fourth-api"],
    );
  });
});

/** Calls `act` as soon as the node's OCI runtime begins a container. @returns the container's id */
async function onNextStart({ runtimeDir }: PodmanNode, act: () => void): Promise<string> {
  const states = ["runc", "crun"].map((name) => join(runtimeDir, name)).filter((path) => existsSync(path));
  assert.ok(states.length > 0, "the OCI runtime keeps its state below the runtime directory");
  return await new Promise((resolve) => {
    const watchers = states.map((path) =>
      watch(path, (_event, name) => {
        if (name === null || !/^[0-9a-f]{64}$/.test(name)) return;
        for (const watcher of watchers) watcher.close();
        act();
        resolve(name);
      }),
    );
  });
}
