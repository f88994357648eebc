/** Words from other programs, typed as commands. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { allCommands } from "../../../../src/cli/commands/index.ts";
import { synonymTargets } from "../../../../src/cli/help/synonyms.ts";
import { VERSION } from "../../../../src/values/version.ts";
import { desiredService } from "../../../helpers/fleet-builders.ts";
import { runCli } from "../../../helpers/run-cli.ts";
import { MemoryOperatorBus } from "../../../twin/memory-operator-bus.ts";

describe("a word from another program", () => {
  const pointers = [
    { word: "down", hint: /^hint: did you mean `mcp stop` \(keeps the definition\) or `mcp undeploy` \(/m },
    { word: "up", hint: /`mcp deploy` \(.*`mcp start` \(/ },
    { word: "rm", hint: /`mcp undeploy` \(.*`mcp node remove` \(/ },
    { word: "describe", hint: /`mcp status <service>` \(.*`mcp node show <node>` \(/ },
    { word: "get", hint: /`mcp list` \(.*`mcp ps` \(/ },
  ];
  for (const { word, hint } of pointers) {
    it(`changes nothing and names our commands: ${word}`, async () => {
      for (const argv of [[word, "web"], [word], ["help", word]]) {
        const { code, stdout, stderr } = await runCli(argv);
        assert.deepEqual([code, stdout], [2, ""]);
        assert.match(stderr, hint);
        assert.equal(stderr.match(/did you mean/g)?.length, 1, stderr);
      }
    });
  }

  const aliases = [
    { word: "ls", means: ["list"] },
    { word: "log", means: ["logs"] },
    { word: "stat", means: ["status"] },
    { word: "diff", means: ["plan"] },
    { word: "nodes", means: ["node", "list"] },
  ];
  for (const { word, means } of aliases) {
    it(`runs the command that it means, and shows its help: ${word}`, async () => {
      assert.deepEqual(await runCli([word, "--help"]), await runCli([...means, "--help"]));
      assert.deepEqual(await runCli(["help", word]), await runCli([...means, "--help"]));
    });
  }

  it("takes the options and arguments of the command that it means", async () => {
    const bus = new MemoryOperatorBus();
    bus.putDesired(desiredService());
    const listed = await runCli(["list", "--json"], { bus });
    assert.match(listed.stdout, /"web"/);
    for (const argv of [
      ["ls", "--json"],
      ["--json", "ls"],
    ])
      assert.deepEqual(await runCli(argv, { bus }), listed);
  });

  it("is not replaced where it is an argument", async () => {
    const { stderr } = await runCli(["status", "ls"]);
    assert.match(stderr, /no service "ls"/);
  });

  it("names only commands that exist", async () => {
    const paths = (await allCommands()).flatMap(({ paths = [] }) => paths.map((path) => path.join(" ")));
    for (const target of synonymTargets()) assert.ok(paths.includes(target.replace(/ <.*/, "")), target);
  });
});

describe("mcp version", () => {
  it("prints what --version prints", async () => {
    for (const argv of [["version"], ["--version"], ["-v"]])
      assert.deepEqual(await runCli(argv), { code: 0, stdout: `${VERSION}\n`, stderr: "" });
    assert.deepEqual(JSON.parse((await runCli(["version", "--json"])).stdout), { version: VERSION });
  });
});
