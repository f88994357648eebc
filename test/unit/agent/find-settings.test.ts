/** Where the agent's commands find agent.toml without `--config`. */
import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { findSettings } from "../../../src/agent/commands/find-settings.ts";
import { McpError } from "../../../src/values/error.ts";
import { tempDir } from "../../helpers/temp-dir.ts";

interface Machine {
  readonly home: string;
  readonly user: string;
  readonly system: string;
}

/** A machine with the given settings files. */
async function machine(t: TestContext, ...there: ("user" | "system")[]): Promise<Machine> {
  const home = await tempDir(t);
  const paths = { user: join(home, ".config/mcp/agent.toml"), system: join(home, "etc/agent.toml") };
  for (const path of Object.values(paths)) await mkdir(join(path, ".."), { recursive: true });
  for (const name of there) await writeFile(paths[name], "");
  return { home, ...paths };
}

const find = ({ home, system }: Machine, env: NodeJS.ProcessEnv = {}, config?: string) =>
  findSettings({ config, env: { HOME: home, ...env } }, system);

describe("the agent's settings", () => {
  it("are the file that --config names, then the one of MCP_AGENT_CONFIG", async (t) => {
    const both = await machine(t, "user", "system");
    assert.equal(await find(both, { MCP_AGENT_CONFIG: "/env.toml" }, "/line.toml"), "/line.toml");
    assert.equal(await find(both, { MCP_AGENT_CONFIG: "/env.toml" }), "/env.toml");
  });

  it("are the environment alone where it names the node", async (t) => {
    assert.equal(await find(await machine(t, "user", "system"), { MCP_AGENT_NODE: "rift" }), undefined);
  });

  it("are the user's file, which join writes, and else the system's", async (t) => {
    const both = await machine(t, "user", "system");
    assert.equal(await find(both), both.user);
    const xdg = join(both.home, "xdg");
    await mkdir(join(xdg, "mcp"), { recursive: true });
    await writeFile(join(xdg, "mcp/agent.toml"), "");
    assert.equal(await find(both, { XDG_CONFIG_HOME: xdg }), join(xdg, "mcp/agent.toml"));
    const system = await machine(t, "system");
    assert.equal(await find(system), system.system);
  });

  it("are missing with an error that names where they were looked for, and `mcp-agent join`", async (t) => {
    const none = await machine(t);
    await assert.rejects(find(none), (error) => {
      assert.ok(error instanceof McpError);
      assert.equal(error.code, "E_CONFIG");
      assert.equal(error.message, `no settings: neither ${none.user} nor ${none.system} exists`);
      assert.match(error.hint, /mcp-agent join <bundle>/);
      return true;
    });
  });
});
