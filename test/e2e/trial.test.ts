/**
 * `mcp dev` and its two commands beside another set-up on the same machine: they act on their own directory's node alone.
 * As root the node's user is a throw-away one; as an ordinary user it is that user.
 */
import assert from "node:assert/strict";
import { access, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { SKIP } from "../helpers/e2e-fleet.ts";
import { eventually } from "../helpers/eventually.ts";
import { freePort } from "../helpers/free-port.ts";
import { commandOf, type ProgramEnd, type RunningProgram, runProgram, startProgram } from "../helpers/program.ts";
import { suiteScope } from "../helpers/scope.ts";
import { tempDir } from "../helpers/temp-dir.ts";
import { toolPath } from "../helpers/tools.ts";

const IS_ROOT = process.getuid?.() === 0;
const NODE = `trial-${process.pid % 10_000}`;
const USER = `mcp-${NODE}`;

interface World {
  readonly dir: string;
  readonly env: Record<string, string>;
}

const accounts = () => readFile("/etc/passwd", "utf8");

describe("mcp dev next to another set-up", { skip: SKIP }, () => {
  const scope = suiteScope();
  const world = {} as { -readonly [K in keyof World]: World[K] } & { dev: RunningProgram };
  const mcp = (data: string, ...args: string[]): Promise<ProgramEnd> =>
    runProgram([...commandOf("mcp"), ...args], {
      env: { ...world.env, XDG_DATA_HOME: join(world.dir, data) },
      cwd: world.dir,
    });

  before(async () => {
    world.dir = await tempDir(scope);
    world.env = {
      PATH: process.env["PATH"] ?? "",
      HOME: process.env["HOME"] ?? world.dir,
      ...(process.env["XDG_RUNTIME_DIR"] ? { XDG_RUNTIME_DIR: process.env["XDG_RUNTIME_DIR"] } : {}),
      XDG_CONFIG_HOME: join(world.dir, "config"),
      XDG_STATE_HOME: join(world.dir, "state"),
      LANG: "C.UTF-8",
      MCP_NATS_SERVER: await toolPath("nats-server"),
    };
    const env = { ...world.env, XDG_DATA_HOME: join(world.dir, "mine") };
    const command = [...commandOf("mcp"), "dev", "--node", NODE, "--port", String(await freePort())];
    scope.after(async () => {
      await world.dev.stop("SIGINT");
      const removed = await mcp("mine", "dev", "remove", "--yes");
      assert.deepEqual([removed.code, removed.stdout], [0, "removed\n"], removed.stderr);
      for (const left of ["state/mcp", "mine/mcp"]) await assert.rejects(access(join(world.dir, left)), left);
    });
    world.dev = startProgram(undefined, command, { env, cwd: world.dir });
    await world.dev.until(/^ready: /m, "mcp dev is ready");
  });

  it("exec takes the node from the directory, and creates nothing where there is no set-up", async () => {
    const ran = await mcp("mine", "dev", "exec", "sh", "-c", 'id -un; echo "$XDG_RUNTIME_DIR"');
    const [name, runtimeDir] = ran.stdout.split("\n");
    assert.equal(name, IS_ROOT ? USER : (await mcp("mine", "dev", "exec", "id", "-un")).stdout.trim(), ran.stderr);
    assert.ok(runtimeDir, "podman's runtime directory is always named");
    const before = await accounts();
    for (const args of [
      ["exec", "id"],
      ["exec", "--node", NODE, "id"],
    ]) {
      const elsewhere = await mcp("other", "dev", ...args);
      assert.match(elsewhere.stderr, /there is no trial set-up in .*E_NOT_FOUND[\s\S]*hint: start one: mcp dev/);
      assert.notEqual(elsewhere.code, 0);
    }
    const wrong = await mcp("mine", "dev", "exec", "--node", "dev", "id");
    assert.match(wrong.stderr, new RegExp(`has the node "${NODE}", not "dev"`));
    assert.equal(await accounts(), before);
    assert.deepEqual(await readdir(world.dir).then((names) => names.filter((one) => one === "other")), []);
  });

  it("remove leaves the other set-up alone, and can be repeated", async () => {
    for (let times = 0; times < 2; times++) {
      const nothing = await mcp("other", "dev", "remove", "--node", NODE, "--yes");
      assert.equal(nothing.code, 0, nothing.stderr);
      assert.match(nothing.stdout, /^nothing to remove: there is no trial set-up in /);
    }
    if (IS_ROOT) assert.match(await accounts(), new RegExp(`^${USER}:`, "m"));
    const unasked = await mcp("mine", "dev", "remove");
    assert.match(unasked.stderr, /E_UNCONFIRMED/);
    assert.equal((await mcp("mine", "dev", "exec", "podman", "ps", "--quiet")).code, 0);
  });

  it("a second start says that one is running: which process, where, and how to stop it", async () => {
    const second = await mcp("mine", "dev");
    assert.equal(second.code, 5, second.stderr);
    const dir = join(world.dir, "mine/mcp/dev");
    const said = new RegExp(
      `already running: process ${world.dev.pid}, directory ${dir}.*\\nhint: .*kill -INT ${world.dev.pid}`,
    );
    assert.match(second.stderr, said);
  });

  if (IS_ROOT) {
    it("root's other set-up cannot take over the user of this one", async () => {
      const other = await mcp("other", "dev", "--node", NODE);
      assert.match(other.stderr, new RegExp(`user ${USER} belongs to the trial set-up in .*/mine/mcp/dev`));
      assert.equal(other.code, 5);
    });
  }

  it("starts its agent again when that was killed", async () => {
    const agentToml = `\0server\0--config\0`;
    const agents = async () => {
      const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
      const isOurs = async (pid: string) => {
        const words = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
        return words.includes(agentToml) && (words.includes(`/${USER}/agent/`) || words.includes(`${world.dir}/mine/`));
      };
      const found = await Promise.all(pids.map(async (pid) => ((await isOurs(pid)) ? [Number(pid)] : [])));
      return found.flat();
    };
    const [first = 0, ...others] = await agents();
    assert.deepEqual(others, []);
    process.kill(first, "SIGKILL");
    const isAnother = async () => (await agents()).some((pid) => pid !== first);
    await eventually(isAnother, { what: "another agent", timeoutMs: 15_000 });
    const config = join(world.dir, "mine/mcp/dev/mcp.toml");
    const isOnline = async () => /online/.test((await mcp("mine", "node", "list", "--config", config)).stdout);
    await eventually(isOnline, { what: "the node is online again", timeoutMs: 30_000 });
    assert.match(world.dev.stderr(), /mcp-agent: SIGKILL killed it; starting it again/);
  });
});
