/** The agent's program on its command line: what needs neither a bus nor podman. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import Database from "libsql";
import { brokenLines, linesAtTerminal } from "../../helpers/pty.ts";
import { tempDir } from "../../helpers/temp-dir.ts";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const fixture = (name: string) => join(ROOT, "test/fixtures/alerts", name);

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function agent(...args: string[]): Promise<Outcome> {
  return agentWith({}, ...args);
}

function agentWith(own: NodeJS.ProcessEnv, ...args: string[]): Promise<Outcome> {
  const all = ["--import", "tsx", join(ROOT, "src/agent/main.ts"), ...args];
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      all,
      { cwd: ROOT, env: { PATH: process.env["PATH"], ...own } },
      (error, stdout, stderr) => {
        resolve({ code: typeof error?.code === "number" ? error.code : 0, stdout, stderr });
      },
    );
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

describe("mcp-agent without --config", () => {
  it("finds the agent.toml that join wrote", async (t) => {
    const written = await settings(t);
    const home = dirname(written);
    await mkdir(join(home, ".config/mcp"), { recursive: true });
    await rename(written, join(home, ".config/mcp/agent.toml"));
    const { code, stderr } = await agentWith({ HOME: home }, "alert", "test");
    assert.equal(code, 2);
    assert.match(stderr, /there is no alert command to test/);
    const doctor = await agentWith({ HOME: home, XDG_RUNTIME_DIR: home }, "doctor", "--json");
    assert.equal(JSON.parse(doctor.stdout).checks[0].message, `${home}/.config/mcp/agent.toml: node rift`);
  });

  it("names where it looked, and how to get settings", async (t) => {
    const home = await tempDir(t);
    for (const command of [["server"], ["recover"], ["snapshot"], ["alert", "test"]]) {
      const { code, stderr } = await agentWith({ HOME: home }, ...command);
      assert.equal(code, 2);
      assert.match(stderr, /no settings: neither .*\/\.config\/mcp\/agent\.toml nor \/etc\/mcp\/agent\.toml exists/);
      assert.match(stderr, /hint: `mcp-agent join <bundle>`/);
    }
  });
});

describe("mcp-agent at a narrow terminal", () => {
  const atWidth = (columns: number, dir: string, ...args: string[]) => {
    const argv = [process.execPath, "--import", "tsx", join(ROOT, "src/agent/main.ts"), ...args];
    return linesAtTerminal(argv, { columns, cwd: ROOT, env: { HOME: dir, XDG_RUNTIME_DIR: dir } });
  };
  const at = (dir: string, ...args: string[]) => atWidth(80, dir, ...args);

  it("breaks what it reports between words, and leaves what is to copy as it is", async (t) => {
    const lines = await atWidth(40, await tempDir(t), "--help");
    const [prose, copied] = [
      lines.filter((line) => !line.startsWith("  ")),
      lines.filter((line) => line.startsWith("  mcp")),
    ];
    assert.deepEqual(brokenLines(prose, 40), []);
    assert.ok(copied.some((line) => line.length > 40));
  });

  it("shows the checks of doctor without a broken word", async (t) => {
    const config = await settings(t);
    const lines = await at(dirname(config), "doctor", "--config", config);
    assert.ok(
      lines.some((line) => line.startsWith("ok    settings")),
      lines.join("\n"),
    );
    assert.deepEqual(brokenLines(lines, 80), []);
  });

  it("shows help and errors without a broken word", async (t) => {
    const dir = await tempDir(t);
    const help = await at(dir, "--help");
    assert.ok(help.some((line) => line.startsWith("  mcp-agent doctor")));
    const refused = await at(
      dir,
      "doctor",
      "these",
      "are",
      "far",
      "too",
      "many",
      "arguments",
      "for",
      "one",
      "line",
      "here",
    );
    assert.match(refused.join("\n"), /^error: too many arguments: these/);
    assert.deepEqual(brokenLines([...help, ...refused], 80), []);
  });
});

describe("mcp-agent server", () => {
  it("ends with 2 where a newer version wrote the store: starting it again does not help", async (t) => {
    const config = await settings(t);
    const database = new Database(join(dirname(config), "mcp.db"));
    database.exec("PRAGMA application_id = 0x6d637073; PRAGMA user_version = 99; CREATE TABLE later (x)");
    database.close();
    const { code, stderr } = await agentWith({ XDG_RUNTIME_DIR: dirname(config) }, "server", "--config", config);
    assert.match(stderr, /written by a newer .*\(E_STORE\)/);
    assert.equal(code, 2);
  });

  it("refuses a bus on another machine without TLS, before it touches anything", async (t) => {
    const config = await settings(t);
    await writeFile(config, (await readFile(config, "utf8")).replace("127.0.0.1:1", "192.0.2.1:4222"));
    const { code, stderr } = await agent("server", "--config", config);
    assert.equal(code, 2);
    assert.match(
      stderr,
      /bus server 192\.0\.2\.1:4222 would be reached in plain text \(E_REFUSED\)\nhint: write tls:\/\/192/,
    );
    assert.deepEqual(await readdir(dirname(config)), ["agent.toml"]);
  });
});

describe("mcp-agent join", () => {
  it("says what is missing when no bundle is named", async () => {
    const { code, stderr } = await agent("join");
    assert.equal(code, 2);
    assert.match(stderr, /^error: join needs a bundle: `mcp-agent join <node>\.bundle` \(E_USAGE\)\nhint: /);
  });

  it("says of a bundle that is not there that it is not", async (t) => {
    const { code, stderr } = await agent("join", join(await tempDir(t), "rift.bundle"));
    assert.equal(code, 1);
    assert.match(stderr, /rift\.bundle: there is no such file \(E_NOT_FOUND\)/);
  });
});
