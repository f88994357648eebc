/** `mcp-agent doctor` as a node's own user runs it, on real rootless podman and a real bus. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { before, describe, it } from "node:test";
import type { DoctorCheck } from "../../src/schemas/output/doctor-output.ts";
import { SKIP } from "../helpers/e2e-fleet.ts";
import { createFleetNode, type FleetNode } from "../helpers/fleet-node.ts";
import { assertJson } from "../helpers/json-shape.ts";
import { type OperatorServer, startOperatorServer } from "../helpers/operator-server.ts";
import { startPodmanNode } from "../helpers/rootless.ts";
import { suiteScope } from "../helpers/scope.ts";

interface Suite {
  bus: OperatorServer;
  node: FleetNode;
}

describe("mcp-agent doctor", { skip: SKIP }, () => {
  const suite = {} as Suite;
  const scope = suiteScope();

  before(async () => {
    suite.bus = await startOperatorServer(scope, { provision: false });
    const podman = await startPodmanNode(scope, { service: false });
    const { creds } = await suite.bus.node("rift");
    suite.node = await createFleetNode(scope, { name: "rift", podman, servers: [suite.bus.url], creds });
  });

  async function doctor(): Promise<{ code: number | string; of(name: string): DoctorCheck; checks: DoctorCheck[] }> {
    const { code, stdout, stderr } = await suite.node.agent.run("doctor", "--json");
    assert.equal(stderr, "");
    const { result, checks } = assertJson("doctor-output", stdout);
    assert.equal(result === "fail" ? 1 : 0, code);
    const of = (name: string) => {
      const found = checks.find((check) => check.name === name);
      assert.ok(found, `no check ${name} in ${checks.map((check) => check.name).join(", ")}`);
      return found;
    };
    return { code, of, checks: [...checks] };
  }

  it("starts podman where nobody listens, says so, and leaves nobody behind", async () => {
    for (const _time of [1, 2]) {
      const { of } = await doctor();
      const systemd = existsSync("/run/systemd/system"); // only there is a socket unit to enable
      assert.equal(of("podman-socket").result, systemd ? "warn" : "ok");
      assert.match(of("podman-socket").message, /no service listens on .*podman\.sock; the agent starts one itself/);
      assert.match(of("podman-version").message, /^\d+\.\d+\.\d+/);
    }
  });

  it("tells an unprovisioned bus from one that can be read", async () => {
    const { code, of } = await doctor();
    assert.deepEqual([code, of("bus").result, of("bus-rights").result], [1, "ok", "fail"]);
    assert.match(of("bus-rights").remedy ?? "", /mcp bus provision/);
  });

  it("finds no fault with the tests' own node, and says which limits it cannot enforce", async () => {
    const { provision } = await import("../../src/bus/admin/provision.ts");
    await provision(suite.bus.settings(suite.bus.admin), { replicas: 1, create: true });
    await suite.node.podman.startService();
    const { of, checks } = await doctor();
    assert.deepEqual(
      checks.filter(({ name, result }) => result === "fail" && name !== "linger"), // a developer's machine may have none
      [],
    );
    for (const name of ["subuid", "subgid", "newuidmap", "podman-socket", "network-backend", "bus-rights", "clock"]) {
      assert.equal(of(name).result, "ok", of(name).message);
    }
    assert.match(of("clock").message, /^within/);
    assert.match(of("kernel-keys").message, /^\d+ of \d+ in use/);
    const { cgroupVersion } = JSON.parse(await suite.node.podman.podman("info", "--format", "json")).host;
    assert.equal(of("limits").result === "ok", cgroupVersion === "v2");
  });

  it("prints one line for each check, and below it how to fix it", async () => {
    const { stdout } = await suite.node.agent.run("doctor");
    assert.match(stdout, /^ok {4}settings +\S+agent\.toml: node rift$/m);
    assert.match(stdout, /^ok {4}exit-delay +10 s$/m);
    assert.match(stdout, /^warn {2}(linger|limits|store) .*\n +→ \S/m);
  });

  it("fails with the way out when the bus is gone", async () => {
    await suite.bus.stop();
    const { code, of } = await doctor();
    assert.deepEqual([code, of("bus").result], [1, "fail"]);
    assert.match(of("bus").remedy ?? "", /\S/);
  });
});
