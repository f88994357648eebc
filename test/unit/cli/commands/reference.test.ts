/** `mcp init` and `mcp explain`, and the table behind them: no key without its meaning. */
import assert from "node:assert/strict";
import { readFile, stat } from "node:fs/promises";
import { describe, it } from "node:test";
import { parseDefinition } from "../../../../src/cli/definition/read-definition.ts";
import { findKeys } from "../../../../src/cli/reference/find-keys.ts";
import { isTable, referenceKeys } from "../../../../src/cli/reference/reference-key.ts";
import { parseToml } from "../../../../src/toml/parse-toml.ts";
import { McpError } from "../../../../src/values/error.ts";
import { nodeRecord } from "../../../helpers/fleet-builders.ts";
import { assertJson } from "../../../helpers/json-shape.ts";
import { localWorkstation } from "../../../helpers/local-workstation.ts";
import { brokenLines } from "../../../helpers/pty.ts";
import { runCli } from "../../../helpers/run-cli.ts";
import { MemoryOperatorBus } from "../../../twin/memory-operator-bus.ts";

const IMAGE = "registry.example.net/web:v1.0.0";

async function written(...options: string[]): Promise<string> {
  const { code, stdout, stderr } = await runCli(["init", "web", "--stdout", ...options]);
  assert.deepEqual([code, stderr], [0, ""]);
  return stdout;
}

describe("mcp init", () => {
  it("writes a definition that plans as it is, once node and image are given", async (t) => {
    const desk = await localWorkstation(t, new MemoryOperatorBus());
    const { code, stdout, stderr } = await desk.mcp(["init", "web", "--node", "rift", "--image", IMAGE]);
    assert.deepEqual([code, stdout], [0, `wrote ${desk.path("web")}\n`], stderr);
    assert.match(stderr, /mcp plan web/);
    assert.equal((await desk.mcp(["plan", "web"])).code, 10);
  });

  it("names what must be filled in, and then plans", async (t) => {
    const desk = await localWorkstation(t, new MemoryOperatorBus());
    const { stdout, stderr } = await desk.mcp(["init", "web", "--json"]);
    assert.equal(stderr, "");
    const { missing, text, path } = assertJson("init-output", stdout);
    assert.deepEqual([missing, path], [["node", "image"], desk.path("web")]);
    assert.equal((await desk.mcp(["plan", "web"])).code, 2);
    await desk.define("web", text.replace('node = ""', 'node = "rift"').replace('image = ""', `image = "${IMAGE}"`));
    assert.equal((await desk.mcp(["plan", "web"])).code, 10);
  });

  it("takes the node where the bus has only one", async (t) => {
    const bus = new MemoryOperatorBus();
    bus.nodes.push(nodeRecord("orion"));
    const desk = await localWorkstation(t, bus);
    const { text } = assertJson("init-output", (await desk.mcp(["init", "web", "--stdout", "--json"])).stdout);
    assert.match(text, /^node = "orion"$/m);
    await assert.rejects(stat(desk.path("web")), /ENOENT/);
  });

  it("never overwrites a file", async (t) => {
    const desk = await localWorkstation(t, new MemoryOperatorBus());
    await desk.define("web", "# mine\n");
    const { code, stderr } = await desk.mcp(["init", "web"]);
    assert.equal(code, 4);
    assert.match(stderr, /web\.toml exists; nothing was written \(E_CONFLICT\)\nhint: .*mcp service edit web/);
    assert.equal(await desk.definition("web"), "# mine\n");
    assert.equal((await desk.mcp(["init", "Web"])).code, 2);
  });

  it("shows every key of a definition, and each in a comment is one that may be set", async () => {
    const text = await written("--node", "rift", "--image", IMAGE);
    for (const { key, type, required, example } of referenceKeys("definition")) {
      const name = key.slice(key.lastIndexOf(".") + 1);
      const line = isTable(type) ? (example ?? "").replaceAll(/[[\]]/g, "\\$&") : `${name} = .+`;
      assert.match(text, new RegExp(`^${required ? "" : "(# )?"}${line}$`, "m"), key);
    }
    const lines = text.split("\n").map((line) => line.replace(/^# (?=\w+ = |\[)/, ""));
    // What excludes another key, or names another component, is not set together with it.
    const all = lines.filter((line) => !/^(nodes|cmd|http|depends_on) = /.test(line)).join("\n");
    const { definition } = parseDefinition("web.toml", all.replace(":8443:8443", ":8443:8443/tcp"), "web");
    const [component] = definition.components;
    assert.equal(component?.health?.tcp, "127.0.0.1:8443");
    assert.equal(component?.restart, "unless-stopped");
  });

  it("begins with a schema that an editor finds, and keeps its lines to 80 columns", async () => {
    const [first = "", ...others] = (await written()).split("\n");
    const [, path = ""] = /^#:schema (\/.+)$/.exec(first) ?? [];
    assert.match(await readFile(path, "utf8"), /draft-07/);
    for (const line of others) assert.ok(line.length <= 80, line);
  });
});

describe("mcp explain", () => {
  const explained = async (...words: string[]) => (await runCli(["explain", ...words])).stdout;

  it("shows type, default, meaning and example of a key of a definition", async () => {
    const text = await explained("components.health.interval");
    assert.match(text, /^components\.health\.interval \(definition\)\n {2}Time between two checks/);
    assert.match(text, /^ {2}type +string$/m);
    assert.match(text, /^ {2}default +"10s"$/m);
    assert.match(text, /^ {2}example +interval = "10s"$/m);
  });

  it("shows a settings key of each file that has it, with its variable", async () => {
    const text = await explained("bus.servers");
    assert.match(text, /^bus\.servers \(mcp\.toml\)[\s\S]*^ {2}variable +MCP_BUS_SERVERS$/m);
    assert.match(text, /^bus\.servers \(agent\.toml\)[\s\S]*^ {2}variable +MCP_AGENT_BUS_SERVERS$/m);
  });

  it("finds a key by its end, and lists what a table holds", async () => {
    assert.match(await explained("interval"), /^components\.health\.interval /);
    assert.match(await explained("health"), /^ {2}components\.health\.retries +Number of failures/m);
  });

  it("lists all keys with a whole sentence each, within the width of a terminal", async () => {
    const { keys } = assertJson("explain-output", await explained("--json"));
    assert.deepEqual(keys, referenceKeys());
    const { stdout } = await runCli(["explain", "--no-color"], { tty: true, columns: 80 });
    const lines = stdout.split("\n");
    for (const { key } of keys)
      assert.ok(
        lines.some((line) => line.trimStart().startsWith(`${key} `)),
        key,
      );
    for (const line of lines) assert.ok([...line].length <= 80, line);
    assert.doesNotMatch(stdout, /…/, "no sentence is cut");
    const restart = stdout.slice(stdout.indexOf("  components.restart "), stdout.indexOf("  components.ports "));
    assert.match(
      restart.replaceAll(/\s+/g, " "),
      /after it exits: `no`, `on-failure\[:N\]`, `always` or `unless-stopped` $/,
    );
  });

  it("breaks the lines of a section between words", async () => {
    for (const key of ["components.image", "components.health", "bus.servers"]) {
      const { stdout } = await runCli(["explain", key, "--no-color"], { tty: true, columns: 60 });
      assert.deepEqual(brokenLines(stdout.split("\n"), 60), []);
      assert.doesNotMatch(stdout, /…/);
    }
  });

  it("names the nearest key of one that does not exist", async () => {
    for (const [wrong, near] of [
      ["components.imag", "components.image"],
      ["bus.server", "bus.servers"],
      ["intervall", "interval"],
    ] as const) {
      const { code, stderr } = await runCli(["explain", wrong]);
      assert.equal(code, 3);
      assert.match(stderr, new RegExp(`no key "${wrong}" .*did you mean "${near}"`));
    }
    assert.throws(() => findKeys(referenceKeys(), "zzz"), McpError);
  });
});

describe("every key", () => {
  for (const { file, key, type, meaning, example, variable } of referenceKeys()) {
    it(`${file}: ${key} has a meaning and an example`, () => {
      assert.match(meaning, /^[A-Z`].{10,}\.$/);
      const text = isTable(type) ? example : `${key.slice(0, key.length - (example ?? "").indexOf(" "))}${example}`;
      assert.ok(text !== undefined && "document" in parseToml(example ?? ""), example);
      const hasOwn = file !== "definition" && !key.startsWith("nodes.") && (!isTable(type) || key === "nodes");
      assert.equal(variable !== undefined, hasOwn);
    });
  }
});
