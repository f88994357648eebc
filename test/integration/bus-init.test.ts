/** `mcp bus init` and `config`, and a real nats-server on the directory they write: TLS, provisioning, intent, a removed operator. */
import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { pushAccount } from "../../src/bus/admin/account-server.ts";
import { provision } from "../../src/bus/admin/provision.ts";
import { connectOperatorBus } from "../../src/bus/bus.ts";
import type { BusSettings } from "../../src/bus/connection/settings.ts";
import { openIdentityDir } from "../../src/cli/identity/identity-dir.ts";
import { busSettings } from "../../src/cli/open-bus.ts";
import { ENROLL_INBOX, operatorInbox } from "../../src/schemas/wire/rights.ts";
import { controlAccountJwt } from "../../src/trust/bus-identity.ts";
import { bridgeCreds, nodeTenant } from "../../src/trust/enroll.ts";
import { newOperator } from "../../src/trust/new-operator.ts";
import { hasCode } from "../../src/values/error.ts";
import { startDaemon } from "../helpers/daemon.ts";
import { eventually } from "../helpers/eventually.ts";
import { freePort } from "../helpers/free-port.ts";
import { assertJson } from "../helpers/json-shape.ts";
import { runCli } from "../helpers/run-cli.ts";
import { endsWith } from "../helpers/scope.ts";
import { tempDir } from "../helpers/temp-dir.ts";
import { toolPath } from "../helpers/tools.ts";
import { desired } from "./bus-fixtures.ts";

const SKIP = (process.env["MCP_TEST_SKIP"] ?? "").split(",").includes("nats") && "MCP_TEST_SKIP names nats";

async function initialized(t: TestContext) {
  const home = await tempDir(t);
  const dir = join(home, ".config", "mcp");
  const port = await freePort();
  const options = { env: { HOME: home }, cwd: home, nowMs: Date.now() };
  const words = ["bus", "init", "127.0.0.1", "localhost", "--operator", "kyle", "--port", String(port)];
  const places = ["--config-dir", join(dir, "server"), "--data-dir", join(home, "data")];
  const init = await runCli([...words, ...places, "--json"], options);
  assert.equal(init.code, 0, init.stderr);
  return { home, dir, port, options, output: assertJson("bus-init-output", init.stdout) };
}

async function started(t: TestContext, config: string) {
  const command = await toolPath("nats-server");
  const daemon = await startDaemon({ command, args: ["-c", config], ready: /Server is ready/ });
  const end = async () => {
    daemon.signal("SIGKILL");
    await daemon.ended;
  };
  endsWith(t, end, () => daemon.signal("SIGKILL"));
  return daemon;
}

/** Every file below, with its text. */
async function texts(dir: string): Promise<Record<string, string>> {
  const names = (await readdir(dir, { recursive: true })).sort();
  const found: Record<string, string> = {};
  for (const name of names) {
    if ((await stat(join(dir, name))).isFile()) found[name] = await readFile(join(dir, name), "utf8");
  }
  return found;
}

const settingsOf = async ({ home }: { home: string }): Promise<BusSettings> =>
  await busSettings({ config: undefined, env: { HOME: home }, cwd: home }, "kyle@desk");

describe("mcp bus init", { skip: SKIP }, () => {
  it("writes what a server starts from, which the first operator reaches over TLS, provisions and commands", async (t) => {
    const site = await initialized(t);
    await started(t, join(site.dir, "server", "nats.conf"));
    const settings = await settingsOf(site);
    assert.deepEqual(settings.servers, [`tls://127.0.0.1:${site.port}`]);
    const { streams } = await provision(settings, { replicas: 1, create: true });
    assert.ok(streams.every(({ result }) => result === "created"));
    const bus = await connectOperatorBus(settings, { author: "kyle@desk" });
    t.after(() => bus.close());
    await bus.writeDesired(desired(), 0);
    assert.equal((await bus.readDesired("rift", "web"))?.document.generation, 1);
  });

  it("leaves secrets to their owner alone, and none of the identity's with the server", async (t) => {
    const { dir } = await initialized(t);
    for (const name of await readdir(dir, { recursive: true })) {
      const { mode } = await stat(join(dir, name));
      const text = (await stat(join(dir, name))).isFile() ? await readFile(join(dir, name), "utf8") : "";
      const isSecret = /^S[A-Z2-7]{57}$|PRIVATE KEY/m.test(text);
      assert.ok(!isSecret || (mode & 0o077) === 0, name);
      assert.ok(!name.startsWith("server") || !/^S[A-Z2-7]{57}$/m.test(text), name);
    }
  });

  it("gives the login exchange its two keys and credentials of its own, and settings that name them", async (t) => {
    const { dir } = await initialized(t);
    const { identity } = await openIdentityDir(join(dir, "identity"));
    const auth = await texts(join(dir, "auth"));
    assert.equal(auth["exchange.nk"]?.trim(), identity.exchange.seed);
    assert.equal(auth["exchange-curve.nk"]?.trim(), identity["exchange-curve"].seed);
    assert.match(auth["auth.toml"] ?? "", new RegExp(`account = "${identity.control.publicKey}"`));
    assert.match(auth["auth.toml"] ?? "", /signing_key = "exchange.nk"/);
    assert.deepEqual(Object.keys(auth).sort(), [
      "auth.creds",
      "auth.toml",
      "ca.pem",
      "exchange-curve.nk",
      "exchange.nk",
    ]);
  });

  it("refuses a second time, says what stands, and changes nothing", async (t) => {
    const { dir, options } = await initialized(t);
    const before = await texts(dir);
    const again = await runCli(["bus", "init", "127.0.0.1"], options);
    assert.equal(again.code, 4);
    assert.match(again.stderr, /already holds the identity of the bus tls:\/\/127\.0\.0\.1:\d+/);
    assert.match(again.stderr, /kyle/);
    assert.deepEqual(await texts(dir), before);
  });

  it("keeps settings that are there and shows the lines to add", async (t) => {
    const home = await tempDir(t);
    const settings = join(home, "mcp.toml");
    await writeFile(settings, "# mine\n");
    const options = { env: { HOME: home, MCP_CONFIG: settings }, cwd: home };
    const { code, stdout, stderr } = await runCli(["bus", "init", "bus.example.net"], options);
    assert.equal(code, 0, stderr);
    assert.equal(await readFile(settings, "utf8"), "# mine\n");
    assert.match(stdout, /servers = \["tls:\/\/bus\.example\.net:4222"\]/);
    assert.match(stdout, /exchange_key = "X/);
  });

  it("writes nothing at all where something is in the way", async (t) => {
    const home = await tempDir(t);
    await writeFile(join(home, "mcp.toml"), "");
    await writeFile(join(home, "ca.pem"), "another's");
    const options = { env: { HOME: home, MCP_CONFIG: join(home, "mcp.toml") }, cwd: home };
    const { code, stderr } = await runCli(["bus", "init", "bus.example.net"], options);
    assert.equal(code, 4, stderr);
    assert.deepEqual((await readdir(home)).sort(), ["ca.pem", "mcp.toml"]);
  });

  it("takes a certificate that is given, and refuses one for another host or with another key", async (t) => {
    const site = await initialized(t);
    const at = (name: string) => join(site.dir, "server", "tls", name);
    const home = await tempDir(t);
    const options = { env: { HOME: home }, cwd: home };
    const init = (host: string, key: string) =>
      runCli(["bus", "init", host, "--cert", at("server.pem"), "--key", key, "--ca", at("ca.pem")], options);
    assert.equal((await init("bus.example.net", at("server-key.pem"))).code, 2);
    assert.equal((await init("127.0.0.1", join(site.dir, "identity", "tls", "ca-key.pem"))).code, 2);
    const good = await init("127.0.0.1", at("server-key.pem"));
    assert.equal(good.code, 0, good.stderr);
    const server = await texts(join(home, ".config", "mcp", "server"));
    assert.equal(server["tls/server.pem"], await readFile(at("server.pem"), "utf8"));
    const config = await runCli(["bus", "config"], options);
    assert.equal(config.code, 0, config.stderr);
    assert.deepEqual(await texts(join(home, ".config", "mcp", "server")), server);
  });
});

describe("mcp bus config", { skip: SKIP }, () => {
  it("writes the same again, and what is missing", async (t) => {
    const { dir, options } = await initialized(t);
    const before = await texts(join(dir, "server"));
    const again = assertJson("bus-config-output", (await runCli(["bus", "config", "--json"], options)).stdout);
    assert.ok(again.files.every(({ result }) => result === "unchanged"));
    assert.deepEqual(await texts(join(dir, "server")), before);
    await rm(join(dir, "server", "nats.conf"));
    await rm(join(dir, "identity", "keys", "operator.nk")); // it may lie in a safe by now
    assert.equal((await runCli(["bus", "config"], options)).code, 0);
    assert.deepEqual(await texts(join(dir, "server")), before);
  });

  it("renews a certificate of which two thirds are over", async (t) => {
    const { dir, options } = await initialized(t);
    const before = await texts(join(dir, "server"));
    const soon = await runCli(["bus", "config"], { ...options, nowMs: Date.now() + 300 * 86_400_000 });
    assert.equal(soon.code, 0);
    assert.deepEqual(await texts(join(dir, "server")), before);
    const late = { ...options, nowMs: Date.now() + 600 * 86_400_000 };
    const { files } = assertJson("bus-config-output", (await runCli(["bus", "config", "--json"], late)).stdout);
    const updated = files.flatMap(({ path, result }) => (result === "updated" ? [path.split("/").at(-1)] : []));
    assert.deepEqual(updated.sort(), ["server-key.pem", "server.pem"]);
  });

  it("signs with no authority that is damaged or lacks its key, and makes none in its place", async (t) => {
    const { dir, options } = await initialized(t);
    const [authority, server] = [join(dir, "identity", "tls"), join(dir, "server", "tls")];
    const [damaged, another] = ["damaged", await readFile(join(server, "server-key.pem"), "utf8")];
    for (const [name, text, why] of [
      ["ca.pem", damaged, /ca\.pem: is not a valid PEM file/],
      ["ca-key.pem", damaged, /ca-key\.pem: is not a valid PEM file/],
      ["ca-key.pem", another, /ca-key\.pem: is not the key of .*ca\.pem/],
    ] as const) {
      const before = await readFile(join(authority, name), "utf8");
      await writeFile(join(authority, name), text);
      const { code, stderr } = await runCli(["bus", "config"], options);
      assert.equal(code, 2, stderr);
      assert.match(stderr, why);
      assert.equal(await readFile(join(authority, name), "utf8"), text);
      await writeFile(join(authority, name), before);
    }
    const [ca, key] = [join(authority, "ca.pem"), join(authority, "ca-key.pem")];
    const before = await readFile(ca, "utf8");
    await rename(key, join(dir, "elsewhere.pem"));
    assert.equal((await runCli(["bus", "config"], options)).code, 3);
    assert.equal(await readFile(ca, "utf8"), before);
    await rename(join(dir, "elsewhere.pem"), key);
    assert.equal((await runCli(["bus", "config"], options)).code, 0);
  });

  it("shuts a removed operator out of a server that starts from it", async (t) => {
    const site = await initialized(t);
    const identity = await openIdentityDir(join(site.dir, "identity"));
    const issuedAtS = Math.floor(Date.now() / 1000);
    const scope = { name: "mallory", role: "operator", nodes: ["*"], services: ["*"] } as const;
    const mallory = newOperator({ ...scope, issuedAtS }, identity.identity);
    const creds = join(site.home, "mallory.creds");
    await writeFile(creds, mallory.creds, { mode: 0o600 });
    const settings = await settingsOf(site);
    const hers = { ...settings, creds, inboxPrefix: operatorInbox(mallory.publicKey) };
    const daemon = await started(t, join(site.dir, "server", "nats.conf"));
    await provision(settings, { replicas: 1, create: true });
    await (await connectOperatorBus(hers, { author: "mallory@desk" })).close();

    const at = new Date().toISOString();
    const revoked = [{ publicKey: mallory.publicKey, name: "mallory", at }];
    await identity.changeRevoked(() => ({ version: 1, serial: 1, at, revoked, signer: "A", sig: "" }));
    await runCli(["bus", "config"], site.options);
    daemon.signal("SIGKILL");
    await daemon.ended;
    await rm(join(site.home, "data", "jwt"), { recursive: true }); // what it was told at run time is lost
    await started(t, join(site.dir, "server", "nats.conf"));
    await assert.rejects(connectOperatorBus(hers, { author: "mallory@desk" }), (error) => hasCode(error, "E_REFUSED"));
    await (await connectOperatorBus(settings, { author: "kyle@desk" })).close();
  });

  it("renders a cluster of three, a directory each, and says so to clients", async (t) => {
    const { dir, options } = await initialized(t);
    const names = ["n1", "n2", "n3"].flatMap((name) => ["--cluster", `${name}=${name}.example.net:4333`]);
    assert.equal((await runCli(["bus", "config", ...names.slice(2)], options)).code, 2);
    const { code, stderr, stdout } = await runCli(["bus", "config", ...names, "--json"], options);
    assert.equal(code, 0, stderr);
    const urls = ["n1", "n2", "n3"].map((name) => `tls://${name}.example.net:4333`);
    assert.deepEqual(assertJson("bus-config-output", stdout).servers, urls);
    assert.deepEqual((await openIdentityDir(join(dir, "identity"))).bus.servers, urls);
    for (const name of ["n1", "n2", "n3"]) {
      const text = await readFile(join(dir, "server", name, "nats.conf"), "utf8");
      assert.match(text, new RegExp(`server_name: "${name}"`));
      const certificate = await readFile(join(dir, "server", name, "tls", "server.pem"), "utf8");
      assert.equal(new X509Certificate(certificate).subject, `CN=${name}.example.net`);
      for (const host of ["n1", "n2", "n3"])
        assert.ok(new X509Certificate(certificate).checkHost(`${host}.example.net`));
      for (const route of ["n1", "n2", "n3"]) assert.match(text, new RegExp(`nats-route://${route}.example.net:6222`));
    }
  });

  it("opens a door for WebSockets, with the same certificate", async (t) => {
    const site = await initialized(t);
    const port = await freePort();
    assert.equal((await runCli(["bus", "config", "--websocket-port", String(port)], site.options)).code, 0);
    await started(t, join(site.dir, "server", "nats.conf"));
    const settings = { ...(await settingsOf(site)), servers: [`wss://localhost:${port}`] };
    const bus = await connectOperatorBus(settings, { author: "kyle@desk" });
    t.after(() => bus.close());
    assert.ok((await bus.facts()).url.endsWith(`:${port}`));
  });

  it("renders a site's server, with its own nodes and no key of another", async (t) => {
    const { dir, options } = await initialized(t);
    const site = ["--site", "lakeside=127.0.0.2:4333", "--node", "rift"];
    assert.equal((await runCli(["bus", "config", ...site], options)).code, 3, "a node that was never added");
    const identity = await openIdentityDir(join(dir, "identity"));
    const rift = await identity.accountKey("node", "rift", { create: true });
    assert.equal((await runCli(["bus", "config", "--leaf-port", "7422", ...site], options)).code, 2, "nor enrolled");
    await identity.keepBridgeCreds("rift", bridgeCreds({ tenant: nodeTenant("rift"), account: rift }));
    const orion = await identity.accountKey("node", "orion", { create: true });
    assert.equal((await runCli(["bus", "config", ...site], options)).code, 2, "nothing may dial the hub yet");
    const { code, stderr } = await runCli(["bus", "config", "--leaf-port", "7422", ...site], options);
    assert.equal(code, 0, stderr);
    const files = await texts(join(dir, "server", "sites", "lakeside"));
    assert.deepEqual(Object.keys(files).sort(), [
      "nats.conf",
      "nodes/rift.creds",
      "tls/ca.pem",
      "tls/server-key.pem",
      "tls/server.pem",
    ]);
    assert.match(files["nats.conf"] ?? "", new RegExp(`account: ${rift.publicKey}`));
    assert.ok(!Object.values(files).some((text) => text.includes(orion.publicKey)));
    assert.match(
      await readFile(join(dir, "server", "nats.conf"), "utf8"),
      /leafnodes \{\n {2}listen: "127\.0\.0\.1:7422"/,
    );
    assert.equal((await runCli(["bus", "config"], options)).code, 0);
    assert.deepEqual(await texts(join(dir, "server", "sites", "lakeside")), files, "the same again");
  });

  it("says what is missing where nothing was made", async (t) => {
    const home = await tempDir(t);
    const { code, stderr } = await runCli(["bus", "config"], { env: { HOME: home }, cwd: home });
    assert.equal(code, 3);
    assert.match(stderr, /mcp bus init/);
  });
});

describe("enrollment's credentials of an identity", { skip: SKIP }, () => {
  it("push an account to the running server again", async (t) => {
    const site = await initialized(t);
    await started(t, join(site.dir, "server", "nats.conf"));
    const identity = await openIdentityDir(join(site.dir, "identity"));
    const settings = { ...(await settingsOf(site)), creds: identity.enrollCreds, inboxPrefix: ENROLL_INBOX };
    const push = () => pushAccount(settings, controlAccountJwt(identity.identity)).then(() => true);
    assert.ok(await eventually(push, { what: "the account is taken" }));
  });
});
