/** Which node a directory of `mcp dev` has, and who holds its lock. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { access, mkdir, readdir, writeFile } from "node:fs/promises";
import { userInfo } from "node:os";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { openSeenStates } from "../../../../src/cli/change/seen-states.ts";
import { holdLock } from "../../../../src/cli/dev/dev-lock.ts";
import { removeTrial } from "../../../../src/cli/dev/remove-trial.ts";
import { devDir, findTrial, requireTrial, writeTrial } from "../../../../src/cli/dev/trial.ts";
import { hasCode, type McpError } from "../../../../src/values/error.ts";
import { runCli } from "../../../helpers/run-cli.ts";
import { tempDir } from "../../../helpers/temp-dir.ts";

async function trialDir(t: TestContext): Promise<{ data: string; dir: string }> {
  const data = await tempDir(t);
  const dir = devDir({ XDG_DATA_HOME: data });
  await mkdir(dir, { recursive: true });
  return { data, dir };
}

async function enroll(dir: string, ...nodes: readonly string[]): Promise<void> {
  await mkdir(join(dir, "identity", "nodes"), { recursive: true });
  for (const node of nodes) await writeFile(join(dir, "identity", "nodes", `${node}.nk`), "");
}

/** A directory for PATH: an ordinary user's podman is asked for containers to remove. */
async function podmanWithoutContainers(t: TestContext): Promise<string> {
  const dir = await tempDir(t);
  await writeFile(join(dir, "podman"), "#!/bin/sh\n", { mode: 0o755 });
  return dir;
}

const refused = (pattern: RegExp) => (error: unknown) => hasCode(error, "E_REFUSED") && pattern.test(String(error));

describe("the node of a trial set-up", () => {
  it("is the one that the directory names, whatever the default is", async (t) => {
    const { dir } = await trialDir(t);
    await writeTrial({ dir, node: "lab" });
    assert.deepEqual(await findTrial(dir, undefined), { dir, node: "lab" });
    assert.deepEqual(await findTrial(dir, "lab"), { dir, node: "lab" });
    await assert.rejects(findTrial(dir, "dev"), refused(/has the node "lab", not "dev"/));
  });

  it("is unknown without a set-up, and then nothing is assumed", async (t) => {
    const { dir } = await trialDir(t);
    assert.equal(await findTrial(dir, undefined), undefined);
    await assert.rejects(requireTrial(dir, "dev"), (error) => hasCode(error, "E_NOT_FOUND"));
  });

  it("is the enrolled one in a directory of version 0.1.0; of several, the one named", async (t) => {
    const { dir } = await trialDir(t);
    await enroll(dir, "old");
    assert.equal((await requireTrial(dir, undefined)).node, "old");
    await enroll(dir, "older");
    await assert.rejects(findTrial(dir, undefined), refused(/several nodes: "old", "older"/));
    assert.equal((await requireTrial(dir, "older")).node, "older");
  });
});

describe("mcp dev remove", () => {
  it("asks with the names of what it would remove", async (t) => {
    const { data, dir } = await trialDir(t);
    await writeTrial({ dir, node: "lab" });
    const env = { XDG_DATA_HOME: data, HOME: data };
    const { stderr } = await runCli(["dev", "remove"], { env, cwd: data, tty: true, stdin: "no\n" });
    const user = process.getuid?.() === 0 ? "mcp-lab" : userInfo().username;
    assert.ok(stderr.includes(`Remove node "lab" (user ${user}) with its containers, and ${dir}? [y/N]`), stderr);
    assert.match(stderr, /E_UNCONFIRMED/);
    await access(join(dir, "node"));
  });

  it("forgets what was seen on the trial's bus, and leaves no empty directory", async (t) => {
    const { data, dir } = await trialDir(t);
    const env = {
      PATH: await podmanWithoutContainers(t),
      XDG_DATA_HOME: data,
      XDG_STATE_HOME: join(data, "state"),
      HOME: data,
      MCP_BUS_SERVERS: "tls://other:1",
    };
    const own = openSeenStates(env, ["nats://127.0.0.1:4222"]);
    const other = openSeenStates(env, ["tls://other:1"]);
    const ref = { generation: 1, hash: "a" };
    const trial = { dir, node: "none-of-this-name" };
    const setUp = async () => {
      await mkdir(dir, { recursive: true });
      await writeTrial(trial);
      await writeFile(join(dir, "mcp.toml"), '[bus]\nservers = ["nats://127.0.0.1:4222"]\n');
      await own.write(trial.node, "web", ref);
    };
    await setUp();
    await other.write(trial.node, "web", ref);
    assert.equal(await removeTrial(trial, { env, isKnown: true }), true);
    assert.equal((await readdir(join(data, "state/mcp/seen"))).length, 1, "those of other buses stay");
    await other.forget();
    await setUp();
    await removeTrial(trial, { env, isKnown: true });
    assert.deepEqual([await readdir(data), await readdir(join(data, "state"))], [["state"], []]);
  });

  it("keeps what others put into the directory", async (t) => {
    const { data, dir } = await trialDir(t);
    await writeFile(join(data, "mcp", "mine"), "");
    await removeTrial({ dir, node: "none-of-this-name" }, { env: { HOME: data, XDG_DATA_HOME: data }, isKnown: false });
    assert.deepEqual(await readdir(join(data, "mcp")), ["mine"]);
  });
});

describe("mcp bus init", () => {
  it("refuses the settings of a trial set-up, which a shell may still export", async (t) => {
    const { data, dir } = await trialDir(t);
    await writeFile(join(dir, "mcp.toml"), "");
    const env = { XDG_DATA_HOME: data, HOME: data, MCP_CONFIG: join(dir, "mcp.toml") };
    const { code, stderr } = await runCli(["bus", "init", "bus.example.net"], { env, cwd: data });
    assert.equal(code, 2);
    assert.match(stderr, /belong to the trial set-up of `mcp dev`[\s\S]*hint: unset MCP_CONFIG/);
    await assert.rejects(access(join(dir, "server")));
  });
});

describe("the lock of a trial set-up", () => {
  /** A process that looks like `mcp <words>` with this data directory. */
  async function pretend(t: TestContext, data: string, ...words: readonly string[]): Promise<number> {
    const script = "process.stdout.write('up'); setInterval(() => undefined, 1000)";
    const child = spawn(process.execPath, ["-e", script, "mcp", ...words], {
      env: { XDG_DATA_HOME: data },
      stdio: ["ignore", "pipe", "ignore"],
    });
    t.after(() => child.kill("SIGKILL"));
    await once(child.stdout, "data");
    return child.pid ?? -1;
  }

  it("is refused while `mcp dev` runs there, with its process and how to stop it", async (t) => {
    const { data, dir } = await trialDir(t);
    const pid = await pretend(t, data, "dev");
    await writeFile(join(dir, "dev.pid"), String(pid));
    await assert.rejects(holdLock(dir), (error: McpError) => {
      assert.ok(refused(/already running/)(error));
      assert.ok(error.message.includes(String(pid)) && error.message.includes(dir));
      assert.match(error.hint, new RegExp(`kill -INT ${pid}`));
      return true;
    });
  });

  it("does not take another process for the one that wrote the file", async (t) => {
    const { data, dir } = await trialDir(t);
    const others = [
      await pretend(t, data, "dev", "exec", "sh"),
      await pretend(t, join(data, "other"), "dev"),
      await pretend(t, data, "list"),
      process.pid,
    ];
    for (const pid of others) {
      await writeFile(join(dir, "dev.pid"), String(pid));
      const release = await holdLock(dir);
      await release();
      await assert.rejects(access(join(dir, "dev.pid")));
    }
  });
});
