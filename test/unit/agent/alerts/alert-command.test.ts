/** The alert command as a real process, with small programs of test/fixtures/alerts. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { callAlertCommand, describeEnd } from "../../../../src/agent/alerts/alert-command.ts";
import { type CommandEnd, runCommand } from "../../../../src/agent/alerts/run-command.ts";
import { alertEvent, driftOpened } from "../../../helpers/alert-events.ts";
import { eventually } from "../../../helpers/eventually.ts";
import { dependantsOf } from "../../../helpers/signal-dependants.ts";
import { tempDir } from "../../../helpers/temp-dir.ts";

const program = (name: string) => fileURLToPath(new URL(`../../../fixtures/alerts/${name}`, import.meta.url));
const NEVER = new AbortController().signal;
const ENV = { PATH: process.env["PATH"], HOME: "/home/mcp", LANG: "C.UTF-8", MCP_AGENT_BUS_CREDS: "x", SECRET: "y" };

const raised = (command: readonly string[], signal = NEVER) =>
  callAlertCommand({ command, env: ENV }, { alert: "raised", event: driftOpened(7) }, signal);

const outcome = ({ exitCode, trouble, stdout, stderr }: CommandEnd) => ({ exitCode, trouble, stdout, stderr });

/** A directory, and ends processes whose ids a program wrote there. */
async function idsFile(t: TestContext): Promise<string> {
  const file = join(await tempDir(t), "ids");
  t.after(async () => {
    for (const id of await idsOf(file).catch(() => [])) if (isAlive(id)) process.kill(id, "SIGKILL");
  });
  return file;
}

const idsOf = async (file: string) => (await readFile(file, "utf8")).trim().split(" ").map(Number);

function isAlive(id: number): boolean {
  try {
    process.kill(id, 0);
    return true;
  } catch {
    return false;
  }
}

async function hasGone(id: number): Promise<boolean> {
  const stat = await readFile(`/proc/${id}/stat`, "utf8").catch(() => undefined);
  return stat === undefined || stat.slice(stat.lastIndexOf(")") + 2)[0] === "Z";
}

describe("the alert command", () => {
  it("leaves nothing behind on the agent's life signal", async (t) => {
    const { signal } = new AbortController();
    const file = join(await tempDir(t), "told");
    for (let run = 0; run < 5; run++) await raised([program("record"), file], signal);
    await raised(["/nonexistent"], signal);
    assert.equal(dependantsOf(signal), 0);
  });

  it("gets the event as JSON on stdin and in its environment", async (t) => {
    const file = join(await tempDir(t), "told");
    const end = await raised([program("record"), file]);
    assert.deepEqual(outcome(end), { exitCode: 0, trouble: undefined, stdout: "recorded\n", stderr: "" });
    const [words, json] = (await readFile(file, "utf8")).split(/ (?=\{)/);
    assert.equal(words, "raised drift-opened not-running e7");
    assert.deepEqual(JSON.parse(json ?? ""), driftOpened(7));
  });

  it("sees nothing of the agent's environment but PATH, HOME and LANG", async () => {
    const event = alertEvent("deploy-failed", 3, {
      generation: 4,
      author: "ann@desk",
      message: "two\0words",
      data: {},
    });
    const call = { alert: "resolved", event, resolves: "e1" } as const;
    const { stdout } = await callAlertCommand({ command: [program("environment")], env: ENV }, call, NEVER);
    const lines = stdout
      .trim()
      .split("\n")
      .filter((line) => !/^(PWD|OLDPWD|SHLVL|_)=/.test(line));
    assert.deepEqual(lines.sort(), [
      "HOME=/home/mcp",
      "LANG=C.UTF-8",
      "MCP_EVENT_ALERT=resolved",
      `MCP_EVENT_AT=${event.at}`,
      "MCP_EVENT_AUTHOR=ann@desk",
      "MCP_EVENT_COMPONENT=api",
      "MCP_EVENT_GENERATION=4",
      "MCP_EVENT_ID=e3",
      "MCP_EVENT_KIND=deploy-failed",
      "MCP_EVENT_MESSAGE=two words",
      "MCP_EVENT_NODE=rift",
      "MCP_EVENT_RESOLVES=e1",
      "MCP_EVENT_SEQUENCE=3",
      "MCP_EVENT_SERVICE=web",
      "MCP_EVENT_SEVERITY=error",
      `PATH=${process.env["PATH"]}`,
    ]);
  });

  it("is no shell's: its arguments arrive as they are", async (t) => {
    const file = join(await tempDir(t), "a; touch b $(c)");
    assert.equal((await raised([program("record"), file])).exitCode, 0);
    assert.match(await readFile(file, "utf8"), /^raised /);
  });

  it("may fail without reading its input, and its arguments are cut out of what it says", async () => {
    const command = [program("fail"), "--token", "abcdefgh12345678"];
    const end = await raised(command);
    assert.deepEqual(outcome(end), {
      exitCode: 3,
      trouble: undefined,
      stdout: "",
      stderr: "cannot reach the pager: --token ***\n",
    });
    assert.equal(describeEnd(command, end), "fail ended with exit code 3: cannot reach the pager: --token ***");
  });

  it("that is not there is a failure like others", async () => {
    const end = await raised(["/nowhere/notify"]);
    assert.equal(end.exitCode, undefined);
    assert.match(end.trouble ?? "", /ENOENT/);
  });

  it("is killed at its deadline with everything of its group", async (t) => {
    const file = await idsFile(t);
    const run = { command: [program("hang"), file], env: { PATH: "/usr/bin:/bin" }, input: "x".repeat(1_000_000) };
    const end = await runCommand({ ...run, limitMs: 500 }, NEVER);
    assert.deepEqual(outcome(end), { exitCode: undefined, trouble: "killed after 500 ms", stdout: "", stderr: "" });
    for (const id of await idsOf(file)) await eventually(() => hasGone(id), { what: `process ${id} is gone` });
  });

  it("is killed when the agent stops", async (t) => {
    const file = await idsFile(t);
    const stop = new AbortController();
    const ended = raised([program("hang"), file], stop.signal);
    const ids = await eventually(() => idsOf(file), { what: "it runs" });
    stop.abort();
    assert.equal((await ended).trouble, "killed before it ended");
    for (const id of ids) await eventually(() => hasGone(id), { what: `process ${id} is gone` });
  });

  it("has ended when it ends, whatever it left behind", async (t) => {
    const file = await idsFile(t);
    const end = await raised([program("leave-behind"), file]);
    assert.deepEqual([end.exitCode, end.stdout], [0, "done\n"]);
    assert.ok(end.tookMs < 10_000, `${end.tookMs} ms`);
  });

  it("may write as much as it likes; the beginning is kept", async () => {
    const { exitCode, stdout, stderr } = await raised([program("flood")]);
    assert.deepEqual([exitCode, stdout, stderr], [0, "x".repeat(4_096), "y".repeat(4_096)]);
  });
});
