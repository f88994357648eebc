/** The agent's program on its command line: what needs neither a bus nor podman. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { tempDir } from "../../helpers/temp-dir.ts";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const fixture = (name: string) => join(ROOT, "test/fixtures/alerts", name);

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function agent(...args: string[]): Promise<Outcome> {
  const all = ["--import", "tsx", join(ROOT, "src/agent/main.ts"), ...args];
  return new Promise((resolve) => {
    execFile(process.execPath, all, { cwd: ROOT, env: { PATH: process.env["PATH"] } }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === "number" ? error.code : 0, stdout, stderr });
    });
  });
}

async function settings(t: TestContext, ...lines: string[]): Promise<string> {
  const dir = await tempDir(t);
  const file = join(dir, "agent.toml");
  const store = `[store]\npath = "${join(dir, "mcp.db")}"`;
  await writeFile(file, ['node = "rift"', '[bus]\nservers = ["nats://127.0.0.1:1"]', store, ...lines].join("\n"));
  return file;
}

describe("mcp-agent alert test", () => {
  it("calls the command with a test event and shows how it ended", async (t) => {
    const told = join(await tempDir(t), "told");
    const config = await settings(t, `[alerts]\ncommand = ["${fixture("record")}", "${told}"]`);
    const plain = await agent("alert", "test", "--config", config);
    assert.deepEqual([plain.code, plain.stderr], [0, ""]);
    assert.match(plain.stdout, /^record: exit code 0 after \d+ ms\nstdout:\n {2}\| recorded\n$/);
    const json = await agent("alert", "test", "--config", config, "--json");
    const { tookMs, event, ...rest } = JSON.parse(json.stdout);
    assert.deepEqual(rest, { program: "record", exitCode: 0, stdout: "recorded\n", stderr: "" });
    assert.equal(typeof tookMs, "number");
    assert.deepEqual([event.node, event.kind, event.data.test], ["rift", "drift-opened", true]);
  });

  it("ends with 1 when the command fails, and says how", async (t) => {
    const config = await settings(t, `[alerts]\ncommand = ["${fixture("fail")}"]`);
    const { code, stdout } = await agent("alert", "test", "--config", config);
    assert.equal(code, 1);
    assert.match(stdout, /^fail: exit code 3 after \d+ ms\nstderr:\n {2}\| cannot reach the pager:\n$/);
  });

  it("says what to set when there is no command", async (t) => {
    const { code, stderr } = await agent("alert", "test", "--config", await settings(t));
    assert.equal(code, 2);
    assert.match(stderr, /there is no alert command to test \(E_CONFIG\)\nhint: set `\[alerts\] command/);
  });
});

describe("mcp-agent server", () => {
  it("refuses a bus on another machine without TLS, before it touches anything", async (t) => {
    const config = await settings(t);
    await writeFile(config, (await readFile(config, "utf8")).replace("127.0.0.1:1", "192.0.2.1:4222"));
    const { code, stderr } = await agent("server", "--config", config);
    assert.equal(code, 2);
    assert.match(
      stderr,
      /bus server 192\.0\.2\.1:4222 would be spoken to in plain text \(E_REFUSED\)\nhint: write tls:\/\/192/,
    );
    assert.deepEqual(await readdir(dirname(config)), ["agent.toml"]);
  });
});

describe("mcp-agent join", () => {
  it("says what is missing when no bundle is named", async () => {
    const { code, stderr } = await agent("join");
    assert.equal(code, 2);
    assert.match(stderr, /^error: join: which bundle\? `mcp-agent join <node>\.bundle` \(E_USAGE\)\nhint: /);
  });

  it("says of a bundle that is not there that it is not", async (t) => {
    const { code, stderr } = await agent("join", join(await tempDir(t), "rift.bundle"));
    assert.equal(code, 1);
    assert.match(stderr, /there is no such file: .*\(E_NOT_FOUND\)/);
  });
});
