import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { readSettings, requireBus } from "../../../../src/cli/settings/read-settings.ts";
import { CLI_KEYS, CLI_PREFIX, settingKeys, variableName } from "../../../../src/schemas/settings/settings-keys.ts";
import { McpError } from "../../../../src/values/error.ts";
import type { Problem } from "../../../../src/values/problem.ts";
import type { Scope } from "../../../helpers/scope.ts";
import { tempDir } from "../../../helpers/temp-dir.ts";

const FULL = `[services]
dir = "~/services"
[bus]
servers = ["tls://bus.example.net:4222", "nats://192.0.2.1"]
creds = "/etc/creds"
ca = "ca.pem"
[mcias]
server_url = "https://mcias.example.net:8443"
service_name = "mcp2"
[auth]
token_path = "../token"
[[nodes]]
name = "rift"
address = "100.95.252.120:9444"
[[nodes]]
name = "orion"
`;

/** A home with this settings file in it (none when undefined). */
async function home(scope: Scope, text?: string) {
  const dir = await tempDir(scope);
  await mkdir(join(dir, ".config/mcp"), { recursive: true });
  const path = join(dir, ".config/mcp/mcp.toml");
  if (text !== undefined) await writeFile(path, text);
  return { dir, path, place: { env: { HOME: dir }, cwd: "/somewhere" } };
}

async function errorOf(promise: Promise<unknown>): Promise<McpError> {
  const error = await promise.then(
    () => assert.fail("is accepted"),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof McpError, String(error));
  assert.equal(error.code, "E_CONFIG");
  return error;
}

const fieldsOf = (error: McpError) => (error.details as Problem[]).map(({ line, field }) => [line, field]);

test("reads every key, with paths made absolute", async (t) => {
  const { dir, path, place } = await home(t, FULL);
  assert.deepEqual(await readSettings(place), {
    path,
    chosenBy: "default",
    context: "default",
    found: true,
    servicesDir: join(dir, "services"),
    auth: { tokenPath: join(dir, ".config/token"), sessionPath: join(dir, ".config/mcp/session.creds") },
    trust: { signers: [], exchange: [] },
    nodes: [{ name: "rift", address: "100.95.252.120:9444" }, { name: "orion" }],
    bus: {
      servers: ["tls://bus.example.net:4222", "nats://192.0.2.1"],
      creds: "/etc/creds",
      ca: join(dir, ".config/mcp/ca.pem"),
    },
    mcias: { serverUrl: "https://mcias.example.net:8443", serviceName: "mcp2", tags: [] },
  });
});

test("without a file the defaults apply, and a command that needs the bus says how to begin", async (t) => {
  const { dir, path, place } = await home(t);
  const settings = await readSettings(place);
  assert.deepEqual(settings, {
    path,
    chosenBy: "default",
    context: "default",
    found: false,
    servicesDir: join(dir, ".config/mcp/services"),
    auth: { tokenPath: join(dir, ".config/mcp/token"), sessionPath: join(dir, ".config/mcp/session.creds") },
    trust: { signers: [], exchange: [] },
    nodes: [],
  });
  assert.throws(
    () => requireBus(settings),
    (error) =>
      error instanceof McpError &&
      error.code === "E_CONFIG" &&
      /mcp dev[\s\S]*\[bus\]/.test(error.hint) &&
      error.message.includes(path),
  );
});

test("accepts a file of the first mcp, and names the missing section when a command needs the bus", async (t) => {
  const original = FULL.replace(/\[bus\][\s\S]*(?=\[mcias\])/, "");
  const { place } = await home(t, original);
  const settings = await readSettings(place);
  assert.equal(settings.mcias?.serviceName, "mcp2");
  assert.throws(
    () => requireBus(settings),
    (error) =>
      error instanceof McpError && /no \[bus\] section/.test(error.message) && error.hint.includes("[bus]\nservers"),
  );
});

test("finds the file by --config, then MCP_CONFIG, then XDG_CONFIG_HOME, then the home", async (t) => {
  const { dir, place } = await home(t, "");
  const other = join(dir, "other.toml");
  await writeFile(other, "");
  const env = { ...place.env, XDG_CONFIG_HOME: join(dir, "xdg") };
  const pathFor = async (more: object) => (await readSettings({ ...place, env, ...more })).path;
  assert.equal(await pathFor({ config: "other.toml", cwd: dir, env: { ...env, MCP_CONFIG: "/none" } }), other);
  assert.equal(await pathFor({ env: { ...env, MCP_CONFIG: other } }), other);
  assert.equal(await pathFor({}), join(dir, "xdg/mcp/mcp.toml"));
  assert.equal(await pathFor({ env: { ...env, XDG_CONFIG_HOME: "relative" } }), join(dir, ".config/mcp/mcp.toml"));
});

test("a file that was named must be there", async (t) => {
  const { dir, place } = await home(t);
  const error = await errorOf(readSettings({ ...place, config: join(dir, "none.toml") }));
  assert.match(error.message, /none\.toml: no such settings file/);
  assert.match(error.hint ?? "", /mcp join/);
  assert.equal(error.cause, undefined, "the message says it all");
});

test("a file that MCP_CONFIG names and that does not exist is reported with the variable", async (t) => {
  const { dir, place } = await home(t);
  const env = { ...place.env, MCP_CONFIG: join(dir, "none.toml") };
  const error = await errorOf(readSettings({ ...place, env }));
  assert.match(error.message, /none\.toml: no such settings file/);
  assert.match(error.hint ?? "", /^MCP_CONFIG names this file: correct it, or type `unset MCP_CONFIG`$/);
});

const SIGNER = `A${"A".repeat(55)}`;
const CURVE = `X${"A".repeat(55)}`;

test("every key can be overridden from the environment, without a file too", async (t) => {
  const values: Record<string, [string, unknown]> = {
    MCP_SERVICES_DIR: ["./services", "/somewhere/services"],
    MCP_BUS_SERVERS: ["tls://a:1, b:2", ["tls://a:1", "nats://b:2"]],
    MCP_BUS_CREDS: ["~/creds", undefined],
    MCP_BUS_CA: ["/ca", "/ca"],
    MCP_BUS_DOMAIN: ["hub", "hub"],
    MCP_BUS_INSECURE: ["false", false],
    MCP_MCIAS_SERVER_URL: ["https://mcias", "https://mcias"],
    MCP_MCIAS_SERVICE_NAME: ["other", "other"],
    MCP_MCIAS_CA_CERT: ["/ca2", "/ca2"],
    MCP_MCIAS_TAGS: ['["a,b", "c"]', ["a,b", "c"]],
    MCP_AUTH_TOKEN_PATH: ["/token", "/token"],
    MCP_AUTH_SESSION_PATH: ["/session", "/session"],
    MCP_AUTH_LOGIN_CREDS: ["/login", "/login"],
    MCP_AUTH_EXCHANGE_KEY: [CURVE, CURVE],
    MCP_TRUST_SIGNERS: [SIGNER, [SIGNER]],
    MCP_TRUST_EXCHANGE: [SIGNER, [SIGNER]],
    MCP_NODES: ["rift=192.0.2.1:9444,orion", [{ name: "rift", address: "192.0.2.1:9444" }, { name: "orion" }]],
  };
  const names = settingKeys(CLI_KEYS).map(({ path }) => variableName(CLI_PREFIX, path));
  assert.deepEqual(names.sort(), Object.keys(values).sort());
  for (const text of [undefined, FULL]) {
    const { dir, place } = await home(t, text);
    const env = { ...place.env, ...Object.fromEntries(Object.entries(values).map(([name, [value]]) => [name, value])) };
    const { path: _p, found: _f, chosenBy: _c, context: _n, ...settings } = await readSettings({ ...place, env });
    const want = (name: string) => values[name]?.[1];
    assert.deepEqual(settings, {
      servicesDir: want("MCP_SERVICES_DIR"),
      auth: { tokenPath: "/token", sessionPath: "/session", loginCreds: "/login", exchangeKey: CURVE },
      trust: { signers: [SIGNER], exchange: [SIGNER] },
      nodes: want("MCP_NODES"),
      bus: { servers: want("MCP_BUS_SERVERS"), creds: join(dir, "creds"), ca: "/ca", domain: "hub", insecure: false },
      mcias: { serverUrl: "https://mcias", serviceName: "other", caCert: "/ca2", tags: ["a,b", "c"] },
    });
  }
});

test("an empty variable counts as not set", async (t) => {
  const { place } = await home(t, FULL);
  const { bus } = await readSettings({ ...place, env: { ...place.env, MCP_BUS_SERVERS: "", MCP_CONFIG: "" } });
  assert.equal(bus?.servers.length, 2);
});

test("unknown keys and wrong values are told all at once, with line and nearest key", async (t) => {
  const { path, place } = await home(
    t,
    '[bus]\nserver = ["a:1"]\ncreds = 5\n[buz]\nx = 1\n[[nodes]]\nname = "rift"\nadress = "a"\n',
  );
  const error = await errorOf(readSettings(place));
  assert.deepEqual(fieldsOf(error), [
    [2, "bus.server"],
    [3, "bus.creds"],
    [4, "buz"],
    [8, "nodes.rift.adress"],
  ]);
  assert.match(error.message, new RegExp(`${path}:2:1: bus.server: is not a known key; write instead: servers`));
  assert.match(error.message, /:8:1: nodes\.rift\.adress: is not a known key; write instead: address/);
});

test("rules name the line in the file, or the variable that gave the value", async (t) => {
  const { place } = await home(
    t,
    FULL.replace("nats://192.0.2.1", "http://me:s3cret@x")
      .replace('name = "orion"', 'name = "rift"')
      .replace("https:", "ftp:"),
  );
  const fromFile = await errorOf(readSettings(place));
  assert.deepEqual(fieldsOf(fromFile), [
    [4, "bus.servers[1]"],
    [8, "mcias.server_url"],
    [16, "nodes.rift.name"],
  ]);
  assert.ok(!fromFile.message.includes("s3cret"));
  const clean = await home(t);
  const env = {
    ...clean.place.env,
    MCP_BUS_SERVERS: "http://x",
    MCP_NODES: "Rift",
    MCP_BUS_CREDS: "~other/creds",
    MCP_MCIAS_TAGS: "[1]",
  };
  const fromEnv = await errorOf(readSettings({ ...clean.place, env }));
  const fields = fieldsOf(fromEnv).map(([, field]) => field);
  assert.deepEqual(fields.sort(), ["MCP_BUS_CREDS", "MCP_BUS_SERVERS", "MCP_MCIAS_TAGS", "MCP_NODES"]);
});

test("a section without servers is no bus", async (t) => {
  const { place } = await home(t, '[bus]\ncreds = "x"\n');
  assert.deepEqual(fieldsOf(await errorOf(readSettings(place))), [[1, "bus.servers"]]);
});

test("a file that is no TOML is an error of the settings", async (t) => {
  const { place } = await home(t, "[bus\n");
  assert.match((await errorOf(readSettings(place))).message, /mcp\.toml:1:5: file: is not valid TOML/);
});

test("a file that cannot be read is named with what chose it", async (t) => {
  const { place } = await home(t);
  const dir = join(place.env["HOME"] ?? "", ".config/mcp/contexts/work/mcp.toml");
  await mkdir(dir, { recursive: true });
  const chosen = await errorOf(readSettings({ ...place, context: "work" }));
  assert.match(chosen.hint, /^this is the file of context "work": make it a file that you can read .*mcp context use/);
  const variable = await errorOf(readSettings({ ...place, env: { ...place.env, MCP_CONFIG: dir } }));
  assert.match(variable.hint, /^MCP_CONFIG names this file: .* or name another one$/);
});
