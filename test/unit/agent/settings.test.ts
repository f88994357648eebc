import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { readAgentSettings } from "../../../src/agent/state/settings.ts";
import { AGENT_KEYS, AGENT_PREFIX, settingKeys, variableName } from "../../../src/schemas/settings/settings-keys.ts";
import { McpError } from "../../../src/values/error.ts";
import type { Problem } from "../../../src/values/problem.ts";
import type { Scope } from "../../helpers/scope.ts";
import { tempDir } from "../../helpers/temp-dir.ts";

const SIGNER = `A${"B2".repeat(27)}C`;
const SMALL = 'node = "rift"\n[bus]\nservers = ["tls://bus.example.net:4222"]\n';
const FULL = `node = "rift"
[bus]
servers = ["tls://bus.example.net:4222"]
creds = "/etc/mcp/rift.creds"
ca = "ca.pem"
[trust]
signers = ["${SIGNER}"]
[store]
path = "mcp.db"
[podman]
socket = "/run/podman.sock"
[files]
root = "/data"
max_size = "1.5GiB"
[reconcile]
sweep = "1m30s"
parallel = 8
[alerts]
command = ["/usr/local/bin/notify", "--now"]
for = "1m"
cooldown = "1h"
[log]
level = "debug"
`;

async function file(scope: Scope, text: string) {
  const path = join(await tempDir(scope), "agent.toml");
  await writeFile(path, text);
  return path;
}

async function problemsOf(promise: Promise<unknown>): Promise<Problem[]> {
  const error = await promise.then(
    () => assert.fail("is accepted"),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof McpError, String(error));
  assert.equal(error.code, "E_CONFIG");
  return error.details as Problem[];
}

test("fills in every default", async (t) => {
  assert.deepEqual(await readAgentSettings(await file(t, SMALL), {}), {
    node: "rift",
    bus: { servers: ["tls://bus.example.net:4222"] },
    trust: { signers: [], exchange: [], exchangeRole: "operator", exchangeLifeMs: 7_200_000 },
    store: { path: "/var/lib/mcp/mcp.db" },
    podman: {},
    files: { root: "/srv", maxSizeBytes: 16 * 1024 ** 3 },
    reconcile: { sweepMs: 60_000, parallel: 4 },
    alerts: { command: [], forMs: 30_000, cooldownMs: 900_000 },
    log: { level: "info" },
  });
});

test("reads every key, with units in the names and paths beside the file", async (t) => {
  const path = await file(t, FULL);
  assert.deepEqual(await readAgentSettings(path, {}), {
    node: "rift",
    bus: { servers: ["tls://bus.example.net:4222"], creds: "/etc/mcp/rift.creds", ca: join(path, "../ca.pem") },
    trust: { signers: [SIGNER], exchange: [], exchangeRole: "operator", exchangeLifeMs: 7_200_000 },
    store: { path: join(path, "../mcp.db") },
    podman: { socket: "/run/podman.sock" },
    files: { root: "/data", maxSizeBytes: 1.5 * 1024 ** 3 },
    reconcile: { sweepMs: 90_000, parallel: 8 },
    alerts: { command: ["/usr/local/bin/notify", "--now"], forMs: 60_000, cooldownMs: 3_600_000 },
    log: { level: "debug" },
  });
});

test("an empty socket means the user's own", async (t) => {
  const path = await file(t, `${SMALL}[podman]\nsocket = ""\n`);
  assert.deepEqual((await readAgentSettings(path, {})).podman, {});
});

test("every key can be overridden from the environment, which is enough by itself", async (t) => {
  const env: Record<string, string> = {
    MCP_AGENT_NODE: "orion",
    MCP_AGENT_BUS_SERVERS: "a:1,b:2",
    MCP_AGENT_BUS_CREDS: "/c",
    MCP_AGENT_BUS_CA: "/ca",
    MCP_AGENT_BUS_DOMAIN: "hub",
    MCP_AGENT_BUS_INSECURE: "true",
    MCP_AGENT_TRUST_SIGNERS: SIGNER,
    MCP_AGENT_TRUST_EXCHANGE: SIGNER,
    MCP_AGENT_TRUST_EXCHANGE_ROLE: "admin",
    MCP_AGENT_TRUST_EXCHANGE_LIFE: "1h",
    MCP_AGENT_TRUST_INCARNATION: "i1",
    MCP_AGENT_STORE_PATH: "/s",
    MCP_AGENT_PODMAN_SOCKET: "/p",
    MCP_AGENT_FILES_ROOT: "/r",
    MCP_AGENT_FILES_MAX_SIZE: "1k",
    MCP_AGENT_RECONCILE_SWEEP: "5s",
    MCP_AGENT_RECONCILE_PARALLEL: "2",
    MCP_AGENT_ALERTS_COMMAND: '["/bin/notify", "a,b"]',
    MCP_AGENT_ALERTS_FOR: "0s",
    MCP_AGENT_ALERTS_COOLDOWN: "1s",
    MCP_AGENT_LOG_LEVEL: "warn",
  };
  const names = settingKeys(AGENT_KEYS).map(({ path }) => variableName(AGENT_PREFIX, path));
  assert.deepEqual(names.sort(), Object.keys(env).sort());
  for (const path of [undefined, await file(t, FULL)]) {
    assert.deepEqual(await readAgentSettings(path, env), {
      node: "orion",
      bus: { servers: ["nats://a:1", "nats://b:2"], creds: "/c", ca: "/ca", domain: "hub", insecure: true },
      trust: {
        signers: [SIGNER],
        exchange: [SIGNER],
        exchangeRole: "admin",
        exchangeLifeMs: 3_600_000,
        incarnation: "i1",
      },
      store: { path: "/s" },
      podman: { socket: "/p" },
      files: { root: "/r", maxSizeBytes: 1024 },
      reconcile: { sweepMs: 5_000, parallel: 2 },
      alerts: { command: ["/bin/notify", "a,b"], forMs: 0, cooldownMs: 1_000 },
      log: { level: "warn" },
    });
  }
});

test("plain text is allowed by the file, the environment or the command line, the last counting most", async (t) => {
  const path = await file(t, SMALL);
  assert.equal((await readAgentSettings(path, {})).bus.insecure, undefined);
  const insecure = await file(t, `${SMALL}insecure = true\n`);
  assert.equal((await readAgentSettings(insecure, {})).bus.insecure, true);
  const off = { MCP_AGENT_BUS_INSECURE: "false" };
  assert.equal((await readAgentSettings(insecure, off)).bus.insecure, false);
  assert.equal((await readAgentSettings(path, off, { insecure: true })).bus.insecure, true);
  const loud = { MCP_AGENT_BUS_INSECURE: "yes" };
  await assert.rejects(readAgentSettings(path, loud), /MCP_AGENT_BUS_INSECURE: must be true or false/);
});

test("needs a node and a bus", async (t) => {
  const problems = await problemsOf(readAgentSettings(await file(t, ""), {}));
  assert.deepEqual(problems.map(({ field }) => field).sort(), ["bus.servers", "node"]);
});

test("wrong values are told all at once with their lines", async (t) => {
  const text = FULL.replace('node = "rift"', 'node = "Rift"')
    .replace(SIGNER, "U123")
    .replace("1.5GiB", "much")
    .replace("1m30s", "90")
    .replace("parallel = 8", "parallel = 0")
    .replace('"1h"', '"forever"');
  const problems = await problemsOf(readAgentSettings(await file(t, text), {}));
  assert.deepEqual(
    problems.map(({ line, field }) => [line, field]),
    [
      [1, "node"],
      [7, "trust.signers[0]"],
      [14, "files.max_size"],
      [16, "reconcile.sweep"],
      [17, "reconcile.parallel"],
      [21, "alerts.cooldown"],
    ],
  );
});

test("unknown keys are errors with the nearest key", async (t) => {
  const problems = await problemsOf(
    readAgentSettings(await file(t, `${SMALL}[reconcil]\nsweep = "1s"\n[log]\nlevle = "info"\n`), {}),
  );
  assert.deepEqual(
    problems.map(({ line, field, instead }) => [line, field, instead]),
    [
      [4, "reconcil", "reconcile"],
      [7, "log.levle", "level"],
    ],
  );
});

test("a variable that gives a wrong value is named", async (t) => {
  const env = { MCP_AGENT_LOG_LEVEL: "loud", MCP_AGENT_RECONCILE_PARALLEL: "many", MCP_AGENT_RECONCILE_SWEEP: "often" };
  const first = await problemsOf(readAgentSettings(await file(t, SMALL), env));
  assert.deepEqual(first.map(({ field }) => field).sort(), ["MCP_AGENT_LOG_LEVEL", "MCP_AGENT_RECONCILE_PARALLEL"]);
  assert.match(
    first.find(({ field }) => field.endsWith("LEVEL"))?.message ?? "",
    /"debug" or "error" or "info" or "warn"/,
  );
  const second = await problemsOf(readAgentSettings(await file(t, SMALL), { MCP_AGENT_RECONCILE_SWEEP: "often" }));
  assert.deepEqual(
    second.map(({ field }) => field),
    ["MCP_AGENT_RECONCILE_SWEEP"],
  );
});

test("a missing file is an error of the settings", async (t) => {
  const path = join(await tempDir(t), "none.toml");
  await assert.rejects(readAgentSettings(path, {}), (error) => error instanceof McpError && error.code === "E_CONFIG");
});
