/**
 * A machine becomes a node by two commands on two machines, as the README shows, and is cut off by one: the built programs,
 * a user of its own, real podman. What it ran runs on.
 */
import assert from "node:assert/strict";
import { chown, copyFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { oneComponent, SKIP } from "../helpers/e2e-fleet.ts";
import { startEnrollSite } from "../helpers/enroll-site.ts";
import { eventually } from "../helpers/eventually.ts";
import { pushTestImages } from "../helpers/images.ts";
import { commandOf, runProgram, startProgram } from "../helpers/program.ts";
import { startRegistry } from "../helpers/registry.ts";
import { startPodmanNode } from "../helpers/rootless.ts";

describe("enrolling a machine", { skip: SKIP }, () => {
  it("takes mcp node add here and mcp-agent join there; mcp node remove ends it within seconds", async (t) => {
    const [site, registry] = await Promise.all([startEnrollSite(t), startRegistry(t)]);
    const [images, podman] = await Promise.all([
      pushTestImages(registry.address),
      startPodmanNode(t, { plainHttpRegistries: [registry.address] }),
    ]);
    const here = {
      cwd: site.dir,
      env: { PATH: process.env["PATH"] ?? "", HOME: site.dir, MCP_CONFIG: join(site.dir, "mcp.toml") },
    };
    const mcp = async (...args: readonly string[]) => {
      const run = await runProgram([...commandOf("mcp"), ...args], here);
      assert.equal(run.code, 0, `mcp ${args.join(" ")}: ${run.stderr}`);
      return run.stdout;
    };
    const store = { MCP_AGENT_STORE_PATH: join(podman.dir, "mcp.db"), MCP_AGENT_PODMAN_SOCKET: podman.socketPath };
    const there = {
      cwd: podman.dir,
      env: { ...podman.env, ...store, MCP_AGENT_FILES_ROOT: podman.dir },
      ...podman.ids,
    };
    const agent = commandOf("mcp-agent");

    await mcp("node", "add", "rift");
    const carried = join(podman.dir, "rift.bundle");
    await copyFile(join(site.dir, "rift.bundle"), carried);
    if (podman.ids.uid !== undefined) await chown(carried, podman.ids.uid, podman.ids.gid ?? podman.ids.uid);
    const config = join(podman.dir, "config/agent.toml");
    const joined = await runProgram([...agent, "join", carried, "--config", config], there);
    assert.equal(joined.code, 0, joined.stderr);
    const server = startProgram(t, [...agent, "server", "--config", config], there);
    await server.until(/services compared with podman/);

    await writeFile(join(site.dir, "services/web.toml"), oneComponent("web", images["hello:v1"].reference));
    await mcp("deploy", "web");
    assert.match(await mcp("status"), /web +rift.* converged/);
    assert.match(await mcp("node", "show", "rift"), /online[\s\S]*enrolled +by /);

    await mcp("node", "remove", "rift", "--yes", "--force");
    await eventually(() => /refuse|Authorization/i.test(server.stdout() + server.stderr()), {
      what: "the agent is refused",
      timeoutMs: 15_000,
    });
    assert.deepEqual(JSON.parse(await mcp("node", "list", "--json")), { nodes: [] });
    assert.match(await podman.podman("ps", "--format", "{{.Names}}"), /^web-api$/m, "what ran runs on");
  });
});
