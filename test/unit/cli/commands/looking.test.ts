import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { refOf } from "../../../../src/cli/change/ancestry.ts";
import type { NodeListOutput } from "../../../../src/schemas/output/node-output.ts";
import type { PsOutput } from "../../../../src/schemas/output/ps-output.ts";
import type { ListOutput, StatusOutput } from "../../../../src/schemas/output/status-output.ts";
import type { LogsOutput } from "../../../../src/schemas/output/stream-output.ts";
import type { LogLine } from "../../../../src/schemas/wire/request.ts";
import {
  componentSpec,
  desiredService,
  liveContainer,
  mcpEvent,
  nodeRecord,
  observedService,
  presenceOf,
  serviceSpec,
} from "../../../helpers/fleet-builders.ts";
import { assertJson } from "../../../helpers/json-shape.ts";
import { runCli, TEST_NOW_MS } from "../../../helpers/run-cli.ts";
import { type FakeAgent, MemoryOperatorBus } from "../../../twin/memory-operator-bus.ts";

const HOUR = 3_600_000;
const web = desiredService();
const db = desiredService({ service: "db", node: "orion", generation: 4 });

/** `web` converged on rift, `db` pending on orion, which went offline three hours ago. */
function fleet(): MemoryOperatorBus {
  const bus = new MemoryOperatorBus(() => TEST_NOW_MS);
  bus.putDesired(web);
  bus.putObserved(observedService(web), 5_000);
  bus.putPresence(presenceOf("rift"), 3_000);
  bus.putDesired(db);
  bus.putObserved(observedService({ ...db, generation: 3 }), 3 * HOUR);
  bus.putPresence(presenceOf("orion", { at: new Date(TEST_NOW_MS - 3 * HOUR).toISOString() }), 3 * HOUR);
  return bus;
}

function healthyFleet(): MemoryOperatorBus {
  const bus = new MemoryOperatorBus(() => TEST_NOW_MS);
  bus.putDesired(web);
  bus.putObserved(observedService(web), 5_000);
  bus.putPresence(presenceOf("rift"), 3_000);
  return bus;
}

const runs: FakeAgent = ({ verb }) => (verb === "ps" ? [{ body: { verb, containers: [liveContainer()] } }] : []);
const fails: FakeAgent = () => [{ error: { code: "E_RUNTIME_TIMEOUT", message: "podman does not answer" } }];
const lines = (text: string) => text.trimEnd().split("\n");

describe("dates that nobody can read", () => {
  it("are no reason for status, history and list to fail for the whole fleet", async () => {
    const bus = new MemoryOperatorBus(() => TEST_NOW_MS);
    const base = refOf(desiredService());
    for (const [index, at] of ["soon", "", "+275760-09-13T00:00:00.000Z", "9999-12-31T23:59:59Z"].entries()) {
      const service = `web-${index}`;
      bus.putDesired(desiredService({ service, spec: serviceSpec({ name: service }), at, generation: 2, base }));
      bus.putObserved(observedService(desiredService({ service, spec: serviceSpec({ name: service }), at }), { at }));
      bus.putPresence(presenceOf(`node-${index}`, { at, startedAt: at }));
    }
    for (const argv of [
      ["status"],
      ["status", "web-0"],
      ["status", "--json"],
      ["list"],
      ["history", "web-0"],
      ["node", "list"],
      ["node", "show", "node-0"],
      ["ps"],
    ]) {
      const { code, stderr } = await runCli(argv, { bus });
      assert.notEqual(code, 1, stderr);
      assert.ok(!stderr.includes("E_BUG"), `${argv.join(" ")}: ${stderr}`);
      assert.ok(stderr.includes("E_NOT_FOUND") || !stderr.includes("error:"), `${argv.join(" ")}: ${stderr}`);
    }
    const { stdout } = await runCli(["status", "--json"], { bus });
    assertJson("status-output", stdout);
  });
});

describe("mcp list", () => {
  it("shows desired state and the last report with its age", async () => {
    const { code, stdout, stderr } = await runCli(["list"], { bus: fleet() });
    assert.equal(code, 0);
    assert.deepEqual(lines(stdout), [
      "SERVICE  NODE   ACTIVE  GENERATION  STATE      AGE",
      "db       orion  yes     4           pending    3h",
      "web      rift   yes     1           converged  5s",
    ]);
    assert.equal(stderr, "");
  });

  it("marks the last state of a node that is not there", async () => {
    const bus = healthyFleet();
    bus.putPresence(presenceOf("rift", { leaving: true }));
    const { stdout, stderr } = await runCli(["list"], { bus });
    assert.match(stdout, /converged\*/);
    assert.match(stderr, /^\* last report of a node that is not online/);
  });

  it("prints one document with --json", async () => {
    const { stdout } = await runCli(["list", "--json"], { bus: fleet() });
    const { services } = JSON.parse(stdout) as ListOutput;
    assert.deepEqual(
      services.map(({ service, state, stale }) => [service, state, stale]),
      [
        ["db", "pending", true],
        ["web", "converged", false],
      ],
    );
  });

  it("prints nothing on stdout when there is nothing, and says so", async () => {
    const { code, stdout, stderr } = await runCli(["list"]);
    assert.deepEqual([code, stdout], [0, ""]);
    assert.match(stderr, /no services yet/);
  });

  it("asks no agent", async () => {
    const bus = fleet();
    await runCli(["list"], { bus });
    assert.deepEqual(bus.asked, []);
  });
});

describe("mcp status", () => {
  it('ends with "No drift." when all is as desired', async () => {
    const { code, stdout } = await runCli(["status", "--check"], { bus: healthyFleet() });
    assert.equal(code, 0);
    assert.equal(lines(stdout).at(-1), "No drift.");
  });

  it("names what is pending, since when and on which offline node, and exits 8 with --check only", async () => {
    const { code, stdout } = await runCli(["status"], { bus: fleet() });
    assert.equal(code, 0);
    assert.match(stdout, /orion is offline \(last seen 3h ago\); generation 4 will be applied when it is back/);
    assert.equal(lines(stdout).at(-1), "1 of 2 not converged: db@orion (pending)");
    assert.equal((await runCli(["status", "--check"], { bus: fleet() })).code, 8);
  });

  it("takes an empty bus for no proof of health", async () => {
    assert.equal((await runCli(["status", "--check"])).code, 8);
  });

  it("shows one service with its failure, the container's last words and its events", async () => {
    const bus = healthyFleet();
    const failure = {
      generation: 1,
      component: "api",
      at: web.at,
      code: "E_NODE_FAILED",
      message: "exited at once",
      exitCode: 1,
      lines: ["boom"],
      previousServing: true,
    };
    bus.putObserved(observedService(web, { state: "degraded", appliedGeneration: 0, failure }));
    bus.published.push(mcpEvent("deploy-failed"), mcpEvent("drift-closed", { service: "other" }));
    const { stdout } = await runCli(["status", "web"], { bus });
    assert.match(
      stdout,
      /failed +generation 1, api, 1h ago: exited at once \(E_NODE_FAILED, exit code 1\); the previous version is still running/,
    );
    assert.match(stdout, /\| boom/);
    assert.match(stdout, /rift {2}deploy-failed {2}web/);
    assert.doesNotMatch(stdout, /other/);
  });

  it("prints one document with --json", async () => {
    const { stdout } = await runCli(["status", "--json"], { bus: fleet() });
    const output = JSON.parse(stdout) as StatusOutput;
    assert.equal(output.converged, false);
    assert.deepEqual(
      output.absent.map(({ node }) => node),
      ["orion"],
    );
  });

  it("does not take an unknown service for a healthy one", async () => {
    const { code, stderr } = await runCli(["status", "wbe"], { bus: fleet() });
    assert.equal(code, 3);
    assert.match(stderr, /no service "wbe" \(did you mean "web"\?\)/);
  });
});

describe("mcp ps", () => {
  it("shows containers and names who is silent, and exits 8 with --check only", async () => {
    const bus = fleet();
    bus.agents.set("rift", runs);
    const { code, stdout } = await runCli(["ps"], { bus });
    assert.equal(code, 0);
    assert.deepEqual(lines(stdout), [
      "NODE  SERVICE  COMPONENT  VERSION  STATE    UPTIME  HEALTH",
      "rift  web      api        v1.0.0   running  2h      -",
      "1 node answered, 1 silent: orion (last seen 3h ago)",
    ]);
    assert.equal((await runCli(["ps", "--check"], { bus })).code, 8);
  });

  it("hides containers that are not ours unless asked", async () => {
    const bus = fleet();
    const { service: _s, component: _c, ...foreign } = liveContainer({ name: "foreign" });
    bus.agents.set("rift", () => [{ body: { verb: "ps", containers: [foreign] } }]);
    assert.doesNotMatch((await runCli(["ps"], { bus })).stdout, /foreign/);
    assert.match((await runCli(["ps", "--all"], { bus })).stdout, /rift {2}\(unmanaged\) +foreign/);
  });

  it("warns of a node that answers with an error", async () => {
    const bus = fleet();
    bus.agents.set("rift", fails);
    const { code, stderr } = await runCli(["ps", "--check"], { bus });
    assert.equal(code, 8);
    assert.match(stderr, /^warning: rift: podman does not answer/m);
  });

  it("fails when the one node it is to ask is silent or fails", async () => {
    const bus = fleet();
    assert.equal((await runCli(["ps", "--node", "orion"], { bus })).code, 6);
    bus.agents.set("orion", fails);
    const { code, stderr } = await runCli(["ps", "--node", "orion"], { bus });
    assert.equal(code, 9);
    assert.match(stderr, /E_RUNTIME_TIMEOUT/);
  });

  it("prints one document with --json", async () => {
    const bus = fleet();
    bus.agents.set("rift", runs);
    const { containers, silent, answered } = JSON.parse((await runCli(["ps", "--json"], { bus })).stdout) as PsOutput;
    assert.deepEqual(
      [containers[0]?.imageVersion, containers[0]?.uptimeMs, answered, silent.length],
      ["v1.0.0", 2 * HOUR, ["rift"], 1],
    );
  });
});

describe("mcp events", () => {
  const withEvents = () => {
    const bus = new MemoryOperatorBus(() => TEST_NOW_MS);
    bus.published.push(
      mcpEvent("drift-opened"),
      mcpEvent("deploy-failed", { node: "orion" }),
      mcpEvent("drift-closed"),
    );
    return bus;
  };

  it("says so when no event matches", async () => {
    const { code, stdout, stderr } = await runCli(["events", "nope"], {
      bus: new MemoryOperatorBus(() => TEST_NOW_MS),
    });
    assert.deepEqual([code, stdout, stderr], [0, "", "no event matches\n"]);
  });

  it("shows one event a line, oldest first", async () => {
    const { stdout } = await runCli(["events"], { bus: withEvents() });
    assert.deepEqual(
      lines(stdout).map((line) => line.split(/ {2,}/)[3]?.split(" ")[0]),
      ["drift-opened", "deploy-failed", "drift-closed"],
    );
  });

  it("filters by node, kind and severity, and takes the last of what matches", async () => {
    const kinds = async (...options: string[]) => {
      const { stdout } = await runCli(["events", "--json", ...options], { bus: withEvents() });
      return stdout === "" ? [] : lines(stdout).map((line) => JSON.parse(line).kind);
    };
    assert.deepEqual(await kinds("--node", "orion"), ["deploy-failed"]);
    assert.deepEqual(await kinds("--kind", "drift-closed"), ["drift-closed"]);
    assert.deepEqual(await kinds("--severity", "warning"), ["drift-opened"]);
    assert.deepEqual(await kinds("-n", "1"), ["drift-closed"]);
    assert.deepEqual(await kinds("--since", "30s"), []);
  });

  for (const [option, value, near] of [
    ["--kind", "drift-open", "drift-opened"],
    ["--severity", "warnin", "warning"],
  ] as const) {
    it(`refuses ${option} ${value} and names the nearest`, async () => {
      const { code, stderr } = await runCli(["events", option, value]);
      assert.equal(code, 2);
      assert.match(stderr, new RegExp(`did you mean "${near}"`));
    });
  }
});

describe("mcp logs", () => {
  const at = (second: number) => `2025-06-01T11:00:0${second}Z`;
  const says =
    (...spoken: LogLine[]): FakeAgent =>
    () => [{ body: { verb: "logs", lines: spoken } }, { body: { verb: "done" } }];
  const line = (component: string, second: number, text: string): LogLine => ({
    component,
    stream: "stdout",
    at: at(second),
    line: text,
  });

  function twoNodes(): MemoryOperatorBus {
    const bus = new MemoryOperatorBus(() => TEST_NOW_MS);
    const spec = serviceSpec({ components: [componentSpec(), componentSpec({ name: "db" })] });
    for (const node of ["rift", "orion"]) {
      bus.putDesired(desiredService({ node, spec }));
      bus.putPresence(presenceOf(node));
    }
    return bus;
  }

  it("merges components and nodes by time, each line with its source", async () => {
    const bus = twoNodes();
    bus.agents.set("rift", says(line("api", 1, "one"), line("api", 4, "four")));
    bus.agents.set("orion", says(line("db", 2, "two"), line("api", 3, "three")));
    const { code, stdout } = await runCli(["logs", "web"], { bus });
    assert.equal(code, 0);
    assert.deepEqual(lines(stdout), ["rift/api  | one", "orion/db  | two", "orion/api | three", "rift/api  | four"]);
  });

  it("leaves the source out where there is one only", async () => {
    const bus = twoNodes();
    bus.agents.set("rift", says(line("api", 1, "one")));
    const { stdout } = await runCli(["logs", "web/api@rift", "-t"], { bus });
    assert.equal(stdout, `${at(1)} one\n`);
    assert.deepEqual(bus.asked, [{ verb: "logs", service: "web", component: "api", follow: false, tail: 100 }]);
  });

  it("names a silent node and exits 8, and keeps what the others said", async () => {
    const bus = twoNodes();
    bus.agents.set("rift", says(line("api", 1, "one")));
    const { code, stdout, stderr } = await runCli(["logs", "web"], { bus });
    assert.equal(code, 8);
    assert.match(stdout, /one/);
    assert.match(stderr, /^warning: no answer: orion is online/m);
  });

  it("says so when a node breaks off before its last answer", async () => {
    const bus = twoNodes();
    const ask = bus.ask.bind(bus);
    bus.agents.set("rift", says(line("api", 1, "one")));
    bus.ask = async function* (body, options) {
      for await (const reply of ask(body, options)) if (!reply.last) yield reply;
    };
    const { code, stdout, stderr } = await runCli(["logs", "web@rift"], { bus });
    assert.equal(code, 6);
    assert.match(stdout, /one/);
    assert.match(stderr, /lines may be missing/);
  });

  it("passes on the error of a node", async () => {
    const bus = twoNodes();
    bus.agents.set("rift", fails);
    assert.equal((await runCli(["logs", "web@rift"], { bus })).code, 9);
    bus.agents.set("orion", says(line("api", 1, "one")));
    assert.equal((await runCli(["logs", "web"], { bus })).code, 8);
  });

  it("prints JSON lines with --json", async () => {
    const bus = twoNodes();
    bus.agents.set("rift", says(line("api", 1, "one")));
    const { stdout } = await runCli(["logs", "web@rift", "--json"], { bus });
    const printed = JSON.parse(stdout) as LogsOutput;
    assert.deepEqual(printed, {
      component: "api",
      stream: "stdout",
      at: at(1),
      line: "one",
      node: "rift",
      service: "web",
    });
  });

  it("lets no container steer the terminal, and changes no byte in a pipe", async () => {
    const bus = twoNodes();
    bus.agents.set("rift", says(line("api", 1, "a\u001b[2Jb\rc")));
    assert.equal((await runCli(["logs", "web/api@rift"], { bus, tty: true })).stdout, "ab c\n");
    assert.equal((await runCli(["logs", "web/api@rift"], { bus })).stdout, "a\u001b[2Jb\rc\n");
  });

  for (const [what, near] of [
    ["wbe", "web"],
    ["web/ap", "api"],
    ["web@rft", "rift"],
  ] as const) {
    it(`refuses ${what} and names ${near}`, async () => {
      const { code, stderr } = await runCli(["logs", what], { bus: twoNodes() });
      assert.equal(code, 3);
      assert.match(stderr, new RegExp(`did you mean "${near}"`));
    });
  }
});

describe("mcp node list", () => {
  it("shows who is online, offline and never seen", async () => {
    const bus = fleet();
    bus.nodes.push(nodeRecord("new"));
    const { code, stdout } = await runCli(["node", "list"], { bus });
    assert.equal(code, 0);
    assert.match(stdout, /^new +never-seen +never /m);
    assert.match(stdout, /^orion +offline +3h ago /m);
    assert.match(
      stdout,
      /^rift +online +3s ago +no +0\.1\.0 +4\.3\.1 +debian 12 x64 +1 +2 +0\.25 +5\.0 GiB of 8\.0 GiB$/m,
    );
    const { nodes } = JSON.parse((await runCli(["node", "list", "--json"], { bus })).stdout) as NodeListOutput;
    assert.deepEqual(
      nodes.map(({ node, liveness }) => `${node} ${liveness}`),
      ["new never-seen", "orion offline", "rift online"],
    );
  });
});

describe("a node whose clock is wrong", () => {
  const DAY_MS = 86_400_000;
  const at = new Date(TEST_NOW_MS - 2 * DAY_MS).toISOString();

  it("is named by status and node show, with the difference, whether it is online or not", async () => {
    const bus = healthyFleet();
    bus.putPresence(presenceOf("rift", { at }), 3_000);
    const online = await runCli(["status"], { bus });
    assert.match(online.stdout, /^rift: its clock is 2d behind this workstation's; set it right/m);
    assert.match((await runCli(["node", "show", "rift"], { bus })).stderr, /^rift: its clock is 2d behind/m);
    bus.putPresence(presenceOf("rift", { at, leaving: true }), 3_000);
    const left = await runCli(["status"], { bus });
    assert.match(left.stdout, /the agent of rift was stopped \(last seen 3s ago, its clock 2d behind\)/);
    assert.equal(
      JSON.parse((await runCli(["status", "--json"], { bus })).stdout).absent[0].clockAheadMs,
      3_000 - 2 * DAY_MS,
    );
  });

  it("is not mentioned within a minute", async () => {
    const bus = healthyFleet();
    bus.putPresence(presenceOf("rift", { at: new Date(TEST_NOW_MS - 50_000).toISOString() }), 3_000);
    assert.doesNotMatch((await runCli(["status"], { bus })).stdout, /clock/);
  });
});

describe("what the bus holds and counts for nothing", () => {
  it("is part of the JSON of status, for the services that are shown", async () => {
    const bus = healthyFleet();
    const reason = "it is not signed";
    bus.junk = [{ node: "rift", service: "web", revision: 7, reason, author: "eve@desk", needsKeys: true }];
    const { stdout } = await runCli(["status", "--json"], { bus });
    assert.deepEqual(assertJson("status-output", stdout).ignored, [
      { node: "rift", service: "web", revision: 7, reason, author: "eve@desk" },
    ]);
    bus.junk = [{ node: "orion", service: "db", revision: 8, reason }];
    assert.equal(
      assertJson("status-output", (await runCli(["status", "web", "--json"], { bus })).stdout).ignored,
      undefined,
    );
  });
});

describe("a node that cannot write its store", () => {
  const storeProblem = {
    since: new Date(TEST_NOW_MS).toISOString(),
    message: "cannot write to /var/lib/mcp/mcp.db: the disk is full",
    hint: "free space on that disk",
    freeBytes: 4_096,
  };
  const FULL = /rift: cannot write to \/var\/lib\/mcp\/mcp\.db: the disk is full \(4\.0 KiB free\)/;

  it("is named by status, node list, node show and doctor, with the free space and what to do", async () => {
    const bus = healthyFleet();
    bus.putPresence(presenceOf("rift", { storeProblem }), 3_000);
    const status = await runCli(["status"], { bus });
    assert.match(status.stdout, FULL);
    assert.match(status.stdout, /free space on that disk/);
    assert.match((await runCli(["node", "list"], { bus })).stderr, FULL);
    const shown = await runCli(["node", "show", "rift"], { bus });
    assert.match(shown.stdout, /the disk is full/);
    assert.match(shown.stderr, /rift: free space on that disk/);
    const { services } = JSON.parse((await runCli(["status", "--json"], { bus })).stdout);
    assert.deepEqual(services[0].storeProblem, storeProblem);
  });

  it("is the reason why a new state is pending", async () => {
    const bus = healthyFleet();
    bus.putDesired(desiredService({ ...web, generation: 2 }));
    bus.putPresence(presenceOf("rift", { storeProblem }), 3_000);
    assert.match((await runCli(["status"], { bus })).stdout, /generation 2 is not accepted yet: cannot write to/);
  });
});
