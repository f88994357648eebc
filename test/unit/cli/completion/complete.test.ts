import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { McpError } from "../../../../src/values/error.ts";
import { desiredService, nodeRecord, presenceOf, tombstone } from "../../../helpers/fleet-builders.ts";
import { assertJson } from "../../../helpers/json-shape.ts";
import { localWorkstation, webToml } from "../../../helpers/local-workstation.ts";
import { type RunCliOptions, runCli, TEST_NOW_MS } from "../../../helpers/run-cli.ts";
import type { Scope } from "../../../helpers/scope.ts";
import { MemoryOperatorBus } from "../../../twin/memory-operator-bus.ts";

/** The words offered, without their descriptions. */
async function offered(words: readonly string[], options: RunCliOptions = {}): Promise<string[]> {
  const { code, stdout, stderr } = await runCli(["__complete", "--", ...words], options);
  assert.deepEqual([code, stderr], [0, ""]);
  return stdout
    .split("\n")
    .slice(0, -1)
    .map((line) => line.split("\t")[0] ?? "");
}

async function site(scope: Scope): Promise<RunCliOptions> {
  const bus = new MemoryOperatorBus(() => TEST_NOW_MS);
  bus.putPresence(presenceOf("rift"));
  bus.nodes.push(nodeRecord("orion"));
  bus.putDesired(desiredService({ service: "remote" }));
  bus.putDesired(tombstone({ service: "gone" }));
  const desk = await localWorkstation(scope, bus);
  await desk.define(
    "web",
    webToml({ head: 'nodes = ["rift", "lyra"]', more: '[[components]]\nname = "db"\nimage = "db:1"\n' }),
  );
  await desk.define("broken", "= nonsense");
  return { bus, env: { HOME: desk.home }, cwd: desk.home };
}

describe("completion of commands and options", () => {
  it("offers commands, one word at a time", async () => {
    assert.ok((await offered([""])).includes("deploy"));
    assert.deepEqual(await offered(["dep"]), ["deploy"]);
    assert.deepEqual(await offered(["node", ""]), ["list", "show", "add", "prune", "remove"]);
    assert.deepEqual(await offered(["nod", ""]), []);
    assert.equal((await offered(["nod"])).join(), "node");
  });

  it("says what each command does, and which commands are below a word", async () => {
    const lines = (await runCli(["__complete", "--", ""])).stdout.trimEnd().split("\n");
    for (const line of lines) assert.match(line, /^[a-z]+\t\S/);
    assert.ok(lines.includes("node\tlist, show, add, prune, remove"), lines.join("\n"));
  });

  it("offers long options that are not given yet, with what they do", async () => {
    assert.deepEqual(await offered(["sync", "--dry"]), ["--dry-run"]);
    assert.deepEqual(await offered(["sync", "--dry-run", "--dry"]), []);
    const { stdout } = await runCli(["__complete", "--", "deploy", "--no-w"]);
    assert.equal(stdout, "--no-wait\treturn when it is written; do not follow it\n");
  });

  it("offers the values of options that are a closed list, and asks for files by name", async () => {
    assert.deepEqual(await offered(["events", "--severity", "w"]), ["warning"]);
    assert.deepEqual(await offered(["events", "--kind", "drift-o"]), ["drift-opened"]);
    assert.deepEqual(await offered(["completion", ""]), ["bash", "zsh", "fish"]);
    assert.deepEqual(await offered(["deploy", "-f", ""]), [":files"]);
    assert.deepEqual(await offered(["deploy", "-m", ""]), []);
  });
});

describe("completion of names", () => {
  it("offers services of the definitions and of the bus, broken ones too, retired ones not", async (t) => {
    const options = await site(t);
    assert.deepEqual(await offered(["deploy", ""], options), ["broken", "remote", "web"]);
    assert.deepEqual(await offered(["deploy", "--no-wait", "w"], options), ["web"]);
    assert.deepEqual(await offered(["deploy", "web", ""], options), [], "one service is enough");
  });

  it("offers components behind a slash and nodes behind an @", async (t) => {
    const options = await site(t);
    assert.deepEqual(await offered(["restart", "web/"], options), ["web/api", "web/db"]);
    assert.deepEqual(await offered(["restart", "web@l"], options), ["web@lyra"]);
    assert.deepEqual(await offered(["restart", "web/db@"], options), ["web/db@lyra", "web/db@rift"]);
    assert.deepEqual(await offered(["restart", "remote@"], options), ["remote@rift"]);
  });

  it("offers every node that is named anywhere", async (t) => {
    const options = await site(t);
    assert.deepEqual(await offered(["node", "show", ""], options), ["lyra", "orion", "rift"]);
    assert.deepEqual(await offered(["ps", "--node", "o"], options), ["orion"]);
    assert.deepEqual(await offered(["node", "prune", "l"], options), ["lyra"]);
    assert.deepEqual(await offered(["purge", "web/d"], options), ["web/db"]);
    assert.deepEqual(await offered(["node", "add", ""], options), [], "a new name is nobody's to know");
  });

  it("offers the generations that a rollback can go back to, the newest first", async (t) => {
    const options = await site(t);
    const bus = options.bus as MemoryOperatorBus;
    for (const generation of [1, 2, 3, 10]) bus.putDesired(desiredService({ generation, writeId: `w${generation}` }));
    bus.putDesired(tombstone({ generation: 11 }));
    bus.putDesired(desiredService({ generation: 12, writeId: "w12" }));
    assert.deepEqual(await offered(["rollback", "web", "--to", ""], options), ["10", "3", "2", "1"]);
    assert.deepEqual(await offered(["rollback", "web@rift", "--to", "1"], options), ["10", "1"]);
    assert.deepEqual(await offered(["rollback", "web@orion", "--to", ""], options), []);
    assert.deepEqual(await offered(["rollback", "--to", ""], options), []);
  });

  it("offers what is here when the bus is out of reach, and never an error", async (t) => {
    const { env = {}, cwd = "" } = await site(t);
    const openBus = () => Promise.reject(new McpError("E_BUS_UNREACHABLE", "no"));
    assert.deepEqual(await offered(["deploy", ""], { env, cwd, openBus }), ["broken", "web"]);
    assert.deepEqual(await offered(["deploy", ""], { openBus }), []);
    assert.deepEqual(await offered([]), await offered([""]));
  });

  it("does not wait for a bus that does not answer", async (t) => {
    const { env = {}, cwd = "" } = await site(t);
    const openBus = () => new Promise<never>(() => undefined);
    assert.deepEqual(await offered(["deploy", "w"], { env, cwd, openBus }), ["web"]);
  });
});

describe("mcp completion", () => {
  it("prints a script for each shell, and knows no other", async () => {
    for (const shell of ["bash", "zsh", "fish"]) {
      const { code, stdout } = await runCli(["completion", shell, "--json"]);
      assert.equal(code, 0);
      const { script } = assertJson("completion-output", stdout);
      assert.match(script, /__complete/);
      assert.doesNotMatch(script, /\\\$\{/, "every expansion is the shell's");
      assert.equal((await runCli(["completion", shell])).stdout, script);
    }
    assert.equal((await runCli(["completion", "tcsh"])).code, 2);
  });
});
