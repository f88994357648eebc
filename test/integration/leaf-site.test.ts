/** A node of a site, enrolled and joined by the commands alone: what they write has its agent reach the hub through the leaf server. */
import assert from "node:assert/strict";
import { cp, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { runJoin } from "../../src/agent/commands/run-join.ts";
import { readAgentSettings } from "../../src/agent/state/settings.ts";
import { connectNodeBus } from "../../src/bus/bus.ts";
import type { NodeBus } from "../../src/bus/ports/node-bus.ts";
import { openIdentityDir } from "../../src/cli/identity/identity-dir.ts";
import { openAccounts, openBus, provisionBus } from "../../src/cli/open-bus.ts";
import type { NodeAddOutput } from "../../src/schemas/output/node-output.ts";
import { nodeInbox } from "../../src/schemas/wire/rights.ts";
import { hasCode, type McpError } from "../../src/values/error.ts";
import { type Daemon, startDaemon } from "../helpers/daemon.ts";
import { eventually } from "../helpers/eventually.ts";
import { freePort } from "../helpers/free-port.ts";
import { type RunCliOptions, runCli } from "../helpers/run-cli.ts";
import { endsWith } from "../helpers/scope.ts";
import { tempDir } from "../helpers/temp-dir.ts";
import { toolPath } from "../helpers/tools.ts";
import { presence } from "./bus-fixtures.ts";

type NodeSettings = Parameters<typeof connectNodeBus>[0];

const AUTHOR = "kyle@desk";

/** Types commands at a workstation in `home`, against real servers; each must succeed. */
function workstation(home: string) {
  const place = { config: undefined, env: { HOME: home }, cwd: home };
  const options: RunCliOptions = {
    ...place,
    nowMs: Date.now(),
    author: AUTHOR,
    openBus: (_choice, own) => openBus(place, AUTHOR, own),
    provisionBus: (_choice, wanted) => provisionBus(place, AUTHOR, wanted),
  };
  return async (words: readonly string[], more: RunCliOptions = {}) => {
    const { code, stdout, stderr } = await runCli(words, { ...options, ...more });
    assert.equal(code, 0, stderr);
    return stdout;
  };
}

async function started(t: TestContext, config: string, version: "newest" | "2.10"): Promise<Daemon> {
  const command = await toolPath(version === "2.10" ? "nats-server-2.10" : "nats-server");
  const daemon = await startDaemon({ command, args: ["-c", config], ready: /Server is ready/ });
  const end = async () => {
    daemon.signal("SIGKILL");
    await daemon.ended;
  };
  endsWith(t, end, () => daemon.signal("SIGKILL"));
  return daemon;
}

/** What was rendered for the site, copied to its machine, which is this one. */
const copied = (dir: string) =>
  cp(join(dir, "server", "sites", "lakeside", "nodes"), join(dir, "server", "nodes"), { recursive: true });

/** How the node reaches the bus by its bundle, as its agent reads it. */
async function joined(home: string): Promise<NodeSettings> {
  const config = join(home, "node", "agent.toml");
  const joining = { config, env: { HOME: home }, force: true, systemd: true, mayKeepStore: async () => true };
  await runJoin(join(home, "rift.bundle"), { ...joining, warn: assert.fail });
  const { node, bus } = await readAgentSettings(config, {});
  return { ...bus, name: "test", inboxPrefix: nodeInbox(node) };
}

async function dialed(t: TestContext, settings: NodeSettings) {
  const problems: McpError[] = [];
  const bus = await connectNodeBus(settings, "rift", { onProblem: (problem) => void problems.push(problem) });
  t.after(() => bus.close());
  await eventually(() => bus.isConnected(), { what: "the node connects" });
  return { bus, problems };
}

/** The node's presence comes to the hub, or both servers' logs are told. */
async function comesThrough(bus: NodeBus, servers: Readonly<Record<string, Daemon>>): Promise<void> {
  const wait = { what: "the site's server has reached the hub", timeoutMs: 20_000 };
  await eventually(() => bus.putPresence(presence()).then(() => true), wait).catch((cause: unknown) => {
    const logs = Object.entries(servers).map(([name, server]) => `${name} said:\n${server.output()}`);
    throw new Error(logs.join("\n"), { cause });
  });
}

for (const version of ["newest", "2.10"] as const) {
  describe(`a node of a site on nats-server ${version}`, () => {
    it("is enrolled by a clock that is ahead, its agent.toml needs no hand, and both are renewed", async (t) => {
      const home = await tempDir(t);
      const mcp = workstation(home);
      const dir = join(home, ".config", "mcp");
      const [hubPort, leafPort, sitePort] = [await freePort(), await freePort(), await freePort()];
      const places = ["--config-dir", join(dir, "server"), "--data-dir", join(home, "data")];
      await mcp(["bus", "init", "127.0.0.1", "localhost", "--operator", "kyle", "--port", String(hubPort), ...places]);
      await mcp(["bus", "config", "--leaf-port", String(leafPort)]);
      const hub = await started(t, join(dir, "server", "nats.conf"), version);
      await mcp(["bus", "provision"]);

      const { enrollCreds } = await openIdentityDir(join(dir, "identity"));
      const place = { config: undefined, env: { HOME: home }, cwd: home };
      const accounts = () => openAccounts(place, AUTHOR, enrollCreds);
      const enrolling = { accounts: await accounts(), nowMs: Date.now() + 3_600_000 }; // by a clock that is ahead
      await mcp(["node", "add", "rift", "--server", `tls://localhost:${sitePort}`, "--domain", "hub"], enrolling);
      await mcp(["bus", "config", "--site", `lakeside=localhost:${sitePort}`, "--node", "rift"]);
      await copied(dir);
      const siteConfig = join(dir, "server", "sites", "lakeside", "nats.conf");
      const first = await started(t, siteConfig, version);
      const own = await joined(home);
      await comesThrough((await dialed(t, own)).bus, { hub, site: first });
      assert.match(await mcp(["node", "list"]), /^rift +online /m);
      assert.ok(typeof own.creds === "string");
      const thief = await dialed(t, { ...own, creds: { text: await readFile(own.creds, "utf8") } });

      const renewed: NodeAddOutput = JSON.parse(
        await mcp(["node", "add", "rift", "--renew", "--json"], { accounts: await accounts() }),
      );
      assert.deepEqual([renewed.result, renewed.site], ["renewed", "lakeside"]);
      await mcp(["bus", "config"]);
      await copied(dir);
      first.signal("SIGTERM");
      await first.ended;
      const site = await started(t, siteConfig, version);
      await comesThrough((await dialed(t, await joined(home))).bus, { hub, site });
      await eventually(() => thief.problems.some((problem) => hasCode(problem, "E_REFUSED")), {
        what: "the old credentials count no more at the site either",
      });
    });
  });
}
