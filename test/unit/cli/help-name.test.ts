/** The second name of the CLI, for machines on which another package has taken `mcp`. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { calledBy, programName } from "../../../src/cli/help/program-name.ts";
import { styled } from "../../../src/terminal/cell.ts";
import { runCli } from "../../helpers/run-cli.ts";

test("the name is that of the file, and mcp when another program runs it", () => {
  assert.equal(programName("/usr/bin/mcpctl"), "mcpctl");
  assert.equal(programName("/usr/bin/mcp"), "mcp");
  assert.equal(programName("/src/cli/main.ts"), "mcp");
  assert.equal(programName(undefined), "mcp");
});

test("help has the name in commands, and leaves files and other programs alone", () => {
  const line = ["  mcp plan", styled("bold", "see `mcp dev`, mcp.toml, mcp-agent, and $XDG_DATA_HOME/mcp/dev"), 3];
  assert.deepEqual(calledBy("mcpctl", line), [
    "  mcpctl plan",
    styled("bold", "see `mcpctl dev`, mcp.toml, mcp-agent, and $XDG_DATA_HOME/mcp/dev"),
    3,
  ]);
  assert.deepEqual(calledBy("mcp", line), line);
});

test("completion serves both names in every shell", async () => {
  const script = async (shell: string) => (await runCli(["completion", shell])).stdout;
  assert.match(await script("bash"), /^complete -F _mcp_complete mcp mcpctl$/m);
  assert.match(await script("zsh"), /^#compdef mcp mcpctl$/m);
  assert.match(await script("fish"), /^complete -c mcpctl /m);
});
