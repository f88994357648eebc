/** Contexts: which settings file counts, and that nothing of one bus gets into another. */
import assert from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { assertJson } from "../../../helpers/json-shape.ts";
import { runCli } from "../../../helpers/run-cli.ts";
import type { Scope } from "../../../helpers/scope.ts";
import { tempDir } from "../../../helpers/temp-dir.ts";

/** A home with the settings of two buses, and `mcp` typed in it. */
async function site(scope: Scope) {
  const home = await tempDir(scope);
  const config = join(home, ".config/mcp");
  const lab = join(config, "contexts/lab/mcp.toml");
  await mkdir(join(config, "contexts/lab"), { recursive: true, mode: 0o700 });
  await writeFile(join(config, "mcp.toml"), '[bus]\nservers = ["tls://main.example.net:4222"]\n');
  await writeFile(lab, '[bus]\nservers = ["tls://lab.example.net:4222"]\n');
  const mcp = (line: string, env: NodeJS.ProcessEnv = {}) =>
    runCli(line.split(" "), { env: { HOME: home, ...env }, cwd: home });
  const shown = async (line: string, env: NodeJS.ProcessEnv = {}) => {
    const { stdout, stderr } = await mcp(`context show --json${line}`, env);
    assert.equal(stderr, "");
    const { name, chosenBy, servers, path } = assertJson("context-show-output", stdout);
    return { name, chosenBy, server: servers.join(), path };
  };
  return { home, config, lab, mcp, shown };
}

const MAIN = "tls://main.example.net:4222";
const LAB = "tls://lab.example.net:4222";

describe("the settings file", () => {
  it("is mcp.toml by default, and that of the chosen context once one is chosen", async (t) => {
    const { config, lab, mcp, shown } = await site(t);
    const path = join(config, "mcp.toml");
    assert.deepEqual(await shown(""), { name: "default", chosenBy: "default", server: MAIN, path });
    assert.equal((await mcp("context use lab")).code, 0);
    assert.equal(await readFile(join(config, "context"), "utf8"), "lab\n");
    assert.deepEqual(await shown(""), { name: "lab", chosenBy: "mcp context use", server: LAB, path: lab });
    assert.equal((await mcp("context use default")).code, 0);
    assert.equal((await shown("")).server, MAIN);
  });

  it("is decided by --config, --context, MCP_CONFIG, MCP_CONTEXT and the choice, in this order", async (t) => {
    const { home, config, mcp, shown } = await site(t);
    await writeFile(join(home, "trial.toml"), '[bus]\nservers = ["nats://127.0.0.1:4222"]\n');
    await mcp("context use lab");
    const trial = { MCP_CONFIG: join(home, "trial.toml"), MCP_CONTEXT: "default" };
    assert.deepEqual(await shown("", { MCP_CONTEXT: "default" }), {
      ...{ name: "default", chosenBy: "MCP_CONTEXT", server: MAIN },
      path: join(config, "mcp.toml"),
    });
    assert.equal((await shown("", trial)).chosenBy, "MCP_CONFIG");
    assert.equal((await shown("", trial)).name, undefined);
    assert.equal((await shown(" --context lab", trial)).server, LAB);
    assert.equal((await shown(" --config trial.toml", { MCP_CONTEXT: "lab" })).chosenBy, "--config");
    assert.match((await mcp("context show", trial)).stdout, /^chosen by +MCP_CONFIG names the settings file/m);
  });

  it("is not chosen twice", async (t) => {
    const { mcp } = await site(t);
    const { code, stderr } = await mcp("whoami --config mcp.toml --context lab");
    assert.equal(code, 2);
    assert.match(stderr, /--config and --context cannot be used together/);
  });

  it("must exist for a context: the nearest name is shown", async (t) => {
    const { mcp } = await site(t);
    for (const line of ["context use lap", "whoami --context lap"]) {
      const { code, stderr } = await mcp(line);
      assert.equal(code, 3, line);
      assert.match(stderr, /no context "lap" \(did you mean "lab"\?\) \(E_NOT_FOUND\)/);
    }
    assert.equal((await mcp("context use ../lab")).code, 2);
  });
});

describe("mcp context list", () => {
  it("lists the contexts and marks the current one", async (t) => {
    const { config, mcp } = await site(t);
    await mkdir(join(config, "contexts/broken"));
    await writeFile(join(config, "contexts/broken/mcp.toml"), "= nonsense");
    await mcp("context use lab");
    const { contexts } = assertJson("context-list-output", (await mcp("context list --json")).stdout);
    assert.deepEqual(
      contexts.map(({ name, current, servers, problem }) => [name, current, servers.join(), problem !== undefined]),
      [
        ["default", false, MAIN, false],
        ["broken", false, "", true],
        ["lab", true, LAB, false],
      ],
    );
    const elsewhere = await mcp("context list", { MCP_CONFIG: join(config, "mcp.toml") });
    assert.doesNotMatch(elsewhere.stdout, /^\*/m);
    assert.match(elsewhere.stderr, /a settings file is named, so no context is in use/);
  });

  it("is what whoami names, and what completion offers", async (t) => {
    const { mcp } = await site(t);
    assert.match((await mcp("whoami --context lab")).stdout, /^context +lab$/m);
    assert.equal(assertJson("whoami-output", (await mcp("whoami --json")).stdout).context, "default");
    assert.equal((await mcp("__complete -- context use l")).stdout, "lab\n");
    assert.equal((await mcp("__complete -- status --context d")).stdout, "default\n");
  });
});

describe("mcp context use", () => {
  it("warns where a variable still comes first", async (t) => {
    const { mcp } = await site(t);
    const used = await mcp("context use lab", { MCP_CONFIG: "/elsewhere.toml" });
    assert.equal(used.code, 0);
    assert.match(used.stderr, /MCP_CONFIG is set and comes first: type `unset MCP_CONFIG`/);
  });
});

describe("a new context", () => {
  it("is created by bus init, with everything in its own directory, and by join for another operator", async (t) => {
    const { config, mcp } = await site(t);
    const before = await readFile(join(config, "mcp.toml"), "utf8");
    const made = await mcp("bus init new.example.net --operator alice --context new --json");
    assert.equal(made.code, 0, made.stderr);
    const { files, identity, settings } = assertJson("bus-init-output", made.stdout);
    const dir = join(config, "contexts/new");
    assert.deepEqual([identity, settings.path], [join(dir, "identity"), join(dir, "mcp.toml")]);
    for (const { path } of files) assert.ok(path.startsWith(`${dir}/`), path);
    assert.equal((await mcp("operator add bob --context new")).code, 0);
    const joined = await mcp("join bob.bundle --context second");
    assert.equal(joined.code, 0, joined.stderr);
    assert.match(joined.stderr, /mcp status --context second[\s\S]*mcp context use second/);
    await readFile(join(config, "contexts/second/bob.creds"));
    assert.equal(await readFile(join(config, "mcp.toml"), "utf8"), before);
    assert.match((await mcp("whoami --context second")).stdout, /^name +bob$/m);
  });

  it("conflicts name MCP_CONFIG where it is why files exist already", async (t) => {
    const { config, mcp } = await site(t);
    const trial = { MCP_CONFIG: join(config, "contexts/lab/mcp.toml") };
    const first = await mcp("bus init lab.example.net --operator alice", trial);
    assert.match(first.stderr, /MCP_CONFIG is set, so the files are in the directory of /);
    const again = await mcp("bus init other.example.net --operator alice", trial);
    assert.equal(again.code, 4);
    assert.match(again.stderr, /hint: MCP_CONFIG is set to .*; type `unset MCP_CONFIG`/);
  });
});
