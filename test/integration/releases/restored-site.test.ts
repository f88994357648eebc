/**
 * A bus that an earlier release left is brought back by the programs of today from its keys and its backup, its nodes
 * reconnect with the credentials, the stores and the containers that they have, and nobody finds anything to do.
 */
import assert from "node:assert/strict";
import { chmod, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { gunzipSync } from "node:zlib";
import { startDaemon } from "../../helpers/daemon.ts";
import { eventually } from "../../helpers/eventually.ts";
import { freePort } from "../../helpers/free-port.ts";
import { startNatsServer } from "../../helpers/nats-server.ts";
import { commandOf, type ProgramEnd, type RunningProgram, runProgram, startProgram } from "../../helpers/program.ts";
import { type RecordedSite, recordedSites } from "../../helpers/recorded-releases.ts";
import { type ReplayedPodman, replayPodman } from "../../helpers/replayed-podman.ts";
import { endsWith } from "../../helpers/scope.ts";
import { toolPath } from "../../helpers/tools.ts";

const SKIP = (process.env["MCP_TEST_SKIP"] ?? "").split(",").includes("nats") && "MCP_TEST_SKIP names nats";

interface Restored {
  readonly site: RecordedSite;
  /** A copy of all that was left, whose settings name this machine's server. */
  readonly dir: string;
  mcp(...args: readonly string[]): Promise<ProgramEnd>;
}

interface RestartedNode {
  readonly agent: RunningProgram;
  readonly podman: ReplayedPodman;
}

/** A server with the site's keys and without any data, then everything from the backup. */
async function restored(t: TestContext, site: RecordedSite): Promise<Restored> {
  const dir = await site.copy(t);
  const workstation = join(dir, "workstation");
  const env = { PATH: process.env["PATH"] ?? "", HOME: dir, MCP_CONFIG: join(workstation, "mcp.toml") };
  const mcp = (...args: readonly string[]) => runProgram([...commandOf("mcp"), ...args], { cwd: dir, env });
  const good = async (...args: readonly string[]) => {
    const { code, stderr, stdout } = await mcp(...args);
    assert.equal(code, 0, `mcp ${args.join(" ")}: ${stdout}${stderr}`);
  };
  if (site.isEnrolled) await good("bus", "config");
  const port = site.isEnrolled ? await startEnrolled(t, dir) : (await startNatsServer(t)).port;
  await pointAt(dir, port);
  if (site.isEnrolled) await good("bus", "push");
  await good("bus", "restore", join(dir, "backup.ndjson.gz"));
  return { site, dir, mcp };
}

/** The server's directory as it was rendered, without TLS: its certificate has an end. */
async function startEnrolled(t: TestContext, dir: string): Promise<number> {
  const port = await freePort();
  const config = join(dir, "workstation", "server", "nats.conf");
  const text = (await readFile(config, "utf8"))
    .replace(/^tls \{[\s\S]*?^\}\n/m, "")
    .replace(/^listen: .*$/m, `listen: "127.0.0.1:${port}"`)
    .replaceAll("/var/lib/nats", join(dir, "data"));
  await writeFile(config, text);
  const command = await toolPath("nats-server");
  const daemon = await startDaemon({ command, args: ["-c", config], ready: /Server is ready/ });
  const end = async () => {
    daemon.signal("SIGKILL");
    await daemon.ended;
  };
  endsWith(t, end, () => daemon.signal("SIGKILL"));
  return port;
}

/** Settings and credentials stay; where the bus is, is said anew. */
async function pointAt(dir: string, port: number): Promise<void> {
  const names = (await readdir(dir, { recursive: true })).filter((name) => /(agent|mcp)\.toml$/.test(name));
  for (const name of names) {
    const text = await readFile(join(dir, name), "utf8");
    const there = text.replace(/"(tls|nats):\/\/[^"]*"/, `"nats://127.0.0.1:${port}"`).replace(/^ca = .*\n/m, "");
    await writeFile(join(dir, name), there);
    await chmod(join(dir, name), 0o600);
  }
}

/** Agents as they were, over podmans that show what was recorded. */
async function restart(t: TestContext, { site, dir }: Restored): Promise<RestartedNode[]> {
  const nodes = site.nodes.map(async (node) => {
    const podman = await replayPodman(t, site.answers(node));
    const home = join(dir, "nodes", node);
    const env = {
      PATH: process.env["PATH"] ?? "",
      HOME: home,
      XDG_RUNTIME_DIR: home,
      MCP_AGENT_PODMAN_SOCKET: podman.socketPath,
      MCP_AGENT_STORE_PATH: join(home, "store", "mcp.db"),
      MCP_AGENT_FILES_ROOT: home,
      MCP_AGENT_RECONCILE_SWEEP: "1s",
    };
    const words = ["server", "--config", join(home, "agent.toml"), "--accept-identity"];
    const agent = startProgram(t, [...commandOf("mcp-agent"), ...words], { cwd: home, env });
    await agent.until(/services compared with podman/);
    return { agent, podman };
  });
  return await Promise.all(nodes);
}

/** Every desired document that the bus holds now, history and all: by another backup. */
async function desiredNow({ mcp, dir }: Restored, name: string): Promise<unknown[]> {
  const path = join(dir, name);
  const { code, stderr } = await mcp("bus", "backup", path);
  assert.equal(code, 0, stderr);
  const lines = gunzipSync(await readFile(path))
    .toString()
    .trimEnd()
    .split("\n");
  const items = lines.map((line) => JSON.parse(line) as { part?: string; value?: unknown });
  return items.flatMap(({ part, value }) => (part === "desired" ? [value] : []));
}

function desiredThen(site: RecordedSite): unknown[] {
  const documents = site.messages("desired").filter(({ subject }) => !subject.endsWith("._index"));
  return documents.map(({ text }) => JSON.parse(text));
}

async function definedIn(dir: string): Promise<string[]> {
  return (await readdir(join(dir, "workstation", "services"))).map((name) => name.replace(/\.toml$/, "")).sort();
}

for (const site of recordedSites()) {
  describe(`what ${site.title} left, brought back`, { skip: SKIP }, () => {
    it("is what it was: plan, sync and deploy write nothing, and no agent changes a container", async (t) => {
      const there = await restored(t, site);
      const nodes = await restart(t, there);
      assert.deepEqual(await desiredNow(there, "before.gz"), desiredThen(site));
      const online = async () => (await there.mcp("node", "list")).stdout.match(/online/g)?.length === nodes.length;
      await eventually(online, { what: "every node is online", timeoutMs: 20_000, intervalMs: 200 });
      await plansNothing(there);
      await syncsNothing(there);
      const { code, stdout, stderr } = await there.mcp("deploy", "web");
      assert.equal(code, 0, stderr);
      assert.match(stdout, /^web@rift: nothing to change: generation \d+ is converged/);
      assert.deepEqual(await desiredNow(there, "after.gz"), desiredThen(site));
      await tellsTheSame(there);
      for (const { agent, podman } of nodes) {
        assert.equal((await agent.stop("SIGTERM")).code, 0);
        assert.doesNotMatch(agent.stdout(), /refuse|rebuilt|is no accepted/);
        assert.deepEqual([podman.changes, podman.unknown], [[], []]);
        assert.ok(podman.asked.filter((line) => line.includes('{"label":[]}')).length > 2, "it swept");
      }
    });
  });
}

async function plansNothing({ mcp, dir }: Restored): Promise<void> {
  const services = await definedIn(dir);
  assert.ok(services.length >= 3);
  for (const service of services) {
    const { code, stdout, stderr } = await mcp("plan", service);
    assert.equal(code, 0, `mcp plan ${service}: ${stdout}${stderr}`);
  }
}

async function syncsNothing({ mcp, dir }: Restored): Promise<void> {
  const { stdout, stderr } = await mcp("sync", "--json");
  const output = JSON.parse(stdout) as SyncOutput;
  const { unchanged, ...others } = output.total;
  assert.ok((unchanged ?? 0) >= (await definedIn(dir)).length, stdout + stderr);
  assert.deepEqual([output.unmanaged, output.silent, output.broken], [[], [], []]);
  assert.deepEqual(new Set(Object.values(others)), new Set([0]), stdout);
}

interface SyncOutput {
  readonly total: Readonly<Record<string, number>>;
  readonly unmanaged: readonly unknown[];
  readonly silent: readonly unknown[];
  readonly broken: readonly unknown[];
}

/** History with its signatures, live containers, events. */
async function tellsTheSame({ mcp, site }: Restored): Promise<void> {
  const history = (await mcp("history", "web")).stdout;
  if (site.isEnrolled) assert.match(history, /signed by kyle \(admin, break-glass\)/);
  assert.doesNotMatch(history, /bad signature/);
  const ps = JSON.parse((await mcp("ps", "--json")).stdout) as { containers: { node: string; id: string }[] };
  for (const node of site.nodes) {
    const list = site.answers(node).find(({ path }) => path === "/containers/json");
    const recorded = (JSON.parse(list?.body ?? "[]") as { Id: string }[]).map(({ Id }) => Id).sort();
    assert.deepEqual(
      ps.containers
        .filter((one) => one.node === node)
        .map(({ id }) => id)
        .sort(),
      recorded,
    );
  }
  assert.match((await mcp("events", "--kind", "desired-accepted")).stdout, /accepted web, generation 1/);
}
