/**
 * The package as others get it: packed from a copy of the project, installed globally in an empty prefix with nothing
 * of this directory on its path, then `mcp dev` and a deploy with it.
 */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { cp, mkdir, readdir, readFile, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { openSeenStates, type SeenStates } from "../../src/cli/change/seen-states.ts";
import { SKIP } from "../helpers/e2e-fleet.ts";
import { eventually } from "../helpers/eventually.ts";
import { freePort } from "../helpers/free-port.ts";
import { assertJson } from "../helpers/json-shape.ts";
import { type ProgramEnd, type RunningProgram, runProgram, startProgram } from "../helpers/program.ts";
import { suiteScope } from "../helpers/scope.ts";
import { tempDir } from "../helpers/temp-dir.ts";
import { toolPath } from "../helpers/tools.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const PACKED = ["bin", "src", "scripts", "deploy", "docs", "examples", "README.md", "CHANGELOG.md", "LICENSE"];
const NODE = `pack-${process.pid % 10_000}`;
const IS_ROOT = process.getuid?.() === 0;
const run = promisify(execFile);

interface Suite {
  readonly dir: string;
  readonly files: readonly string[];
  readonly installOutput: string;
  readonly env: Record<string, string>;
}

/** A copy, so that packing (which builds) does not replace the programs that other tests run. */
async function pack(dir: string): Promise<{ tarball: string; files: string[] }> {
  const project = join(dir, "project");
  await mkdir(project);
  for (const name of [...PACKED, "package.json", "tsconfig.json"]) {
    await cp(join(ROOT, name), join(project, name), { recursive: true });
  }
  await symlink(join(ROOT, "node_modules"), join(project, "node_modules"));
  const { stdout } = await run("npm", ["pack", "--json", "--pack-destination", dir], { cwd: project });
  const [packed] = JSON.parse(stdout.slice(stdout.indexOf("[")));
  return { tarball: join(dir, packed.filename), files: packed.files.map(({ path }: { path: string }) => path) };
}

/** With `engine-strict`, so that a package that refuses this Node fails the test. */
async function install(dir: string, tarball: string): Promise<string> {
  const options = ["--engine-strict", "--prefer-offline", "--no-audit", "--no-fund"];
  const args = ["install", "--global", "--prefix", join(dir, "prefix"), ...options, tarball];
  const { stdout, stderr } = await run("npm", args, { cwd: dir });
  return stdout + stderr;
}

describe("the packed package, installed globally in an empty prefix", { skip: SKIP }, () => {
  const suite = {} as Suite;
  const scope = suiteScope();
  const mcp = (...args: string[]): Promise<ProgramEnd> =>
    runProgram([join(suite.dir, "prefix/bin/mcp"), ...args], { env: suite.env, cwd: suite.dir });

  before(async () => {
    const dir = await tempDir(scope);
    const { tarball, files } = await pack(dir);
    const installOutput = await install(dir, tarball);
    const env = {
      PATH: [join(dir, "prefix/bin"), dirname(process.execPath), "/usr/sbin:/usr/bin:/sbin:/bin"].join(":"),
      HOME: process.env["HOME"] ?? dir,
      USER: process.env["USER"] ?? "root",
      XDG_RUNTIME_DIR: process.env["XDG_RUNTIME_DIR"] ?? "",
      XDG_DATA_HOME: join(dir, "data"),
      LANG: "C.UTF-8",
    };
    Object.assign(suite, { dir, files, installOutput, env } satisfies Suite);
  });

  it("holds programs, examples and documents, and no sources or tests", () => {
    for (const wanted of [
      "bin/mcp",
      "bin/mcpctl",
      "bin/mcp-agent",
      "bin/mcp-auth",
      "dist/mcp.js",
      "dist/mcp-agent.js",
      "dist/mcp-auth.js",
      "dist/THIRD-PARTY.txt",
      "deploy/nats.conf",
      "deploy/systemd/mcp-agent.service",
      "deploy/systemd/mcp-auth.service",
      "deploy/cluster/n1.conf",
      "deploy/leaf/site.conf",
      "docs/errors.md",
      "LICENSE",
    ]) {
      assert.ok(suite.files.includes(wanted), `${wanted} is missing`);
    }
    const foreign = suite.files.filter((path) => /^(src|test|scripts|node_modules|\.tools)\//.test(path));
    assert.deepEqual(foreign, []);
  });

  it("brings libSQL and nothing else, without a word about engines", async () => {
    const installed = await readdir(join(suite.dir, "prefix/lib/node_modules/mcp-control-plane/node_modules"));
    const known = [/^libsql$/, /^@libsql$/, /^@neon-rs$/, /^detect-libc$/, /^\.package-lock\.json$/];
    assert.deepEqual(
      installed.filter((name) => !known.some((one) => one.test(name))),
      [],
    );
    assert.doesNotMatch(suite.installOutput, /EBADENGINE|deprecated|npm error/);
  });

  it("is there by a second name, which its help shows", async () => {
    const command = (name: string, ...args: readonly string[]) => [join(suite.dir, "prefix/bin", name), ...args];
    for (const name of ["mcp", "mcpctl"]) {
      const { code, stdout } = await runProgram(command(name, "--help"), { env: suite.env, cwd: suite.dir });
      assert.equal(code, 0);
      assert.match(stdout, new RegExp(`^ {2}${name} <command>`, "m"));
    }
    const { stdout } = await runProgram(command("mcpctl", "plan", "--help"), { env: suite.env, cwd: suite.dir });
    assert.match(stdout, /^ {2}mcpctl plan /m);
    assert.doesNotMatch(stdout, /^ *mcp /m);
  });

  it("names what is bundled, with its license", async () => {
    const text = await readFile(
      join(suite.dir, "prefix/lib/node_modules/mcp-control-plane/dist/THIRD-PARTY.txt"),
      "utf8",
    );
    for (const name of [
      "@nats-io/nats-core",
      "@peculiar/x509",
      "clipanion",
      "pino",
      "reflect-metadata",
      "toml",
      "tsyringe",
      "undici",
    ]) {
      assert.match(text, new RegExp(`^${name} \\d+\\.\\d+\\.\\d+`, "m"));
    }
  });

  it("makes the certificates of a new bus", async () => {
    const home = join(suite.dir, "home");
    await mkdir(home);
    const command = [join(suite.dir, "prefix/bin/mcp"), "bus", "init", "bus.example.net"];
    const { code, stderr } = await runProgram(command, { env: { ...suite.env, HOME: home }, cwd: home });
    assert.equal(code, 0, stderr);
    const tls = join(home, ".config/mcp/server/tls");
    const [server, ca] = await Promise.all(["server.pem", "ca.pem"].map((name) => readFile(join(tls, name))));
    assert.ok(new X509Certificate(server ?? "").checkIssued(new X509Certificate(ca ?? "")));
  });

  it("says what to do where nats-server or podman is missing", async () => {
    const onlyNode = join(suite.dir, "only-node");
    await mkdir(onlyNode);
    await symlink(process.execPath, join(onlyNode, "node"));
    const bare = { ...suite.env, PATH: onlyNode };
    const command = [join(suite.dir, "prefix/bin/mcp"), "dev", "--node", NODE];
    const options = { env: bare, cwd: suite.dir };
    const [withoutNats, withoutPodman] = [
      await runProgram(command, { ...options, env: { ...bare, MCP_NATS_SERVER: join(suite.dir, "none") } }),
      await runProgram(command, { ...options, env: { ...bare, MCP_NATS_SERVER: await toolPath("nats-server") } }),
    ];
    assert.match(withoutNats.stderr, /no nats-server .*E_UNSUPPORTED[\s\S]*MCP_NATS_SERVER=/);
    assert.match(withoutPodman.stderr, /no podman.*E_UNSUPPORTED[\s\S]*install/);
    assert.deepEqual([withoutNats.code, withoutPodman.code], [9, 9]);
  });

  describe("runs mcp dev", () => {
    const devScope = suiteScope();
    const started: { dev?: RunningProgram; seen?: SeenStates; command: readonly string[] } = { command: [] };

    /** What runs of this trial, by the files that it was started with. */
    async function programs(): Promise<string[]> {
      const files = {
        "mcp-agent": IS_ROOT ? `mcp-${NODE}/agent/agent.toml` : join(suite.dir, "data/mcp/dev/agent/agent.toml"),
        "nats-server": join(suite.dir, "data/mcp/dev/nats.conf"),
      };
      const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
      const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")));
      return Object.entries(files).flatMap(([name, file]) =>
        lines.filter((line) => line.endsWith(`${file}\0`)).map(() => name),
      );
    }

    before(async () => {
      suite.env["MCP_NATS_SERVER"] = await toolPath("nats-server");
      suite.env["MCP_BUSYBOX"] = await toolPath("busybox");
      devScope.after(async () => {
        await started.dev?.stop("SIGINT");
        const removed = await mcp("dev", "remove", "--node", NODE, "--yes");
        assert.equal(removed.code, 0, removed.stderr);
        // An ordinary user's own podman has its images in this data directory; they belong to subordinate ids.
        if (!IS_ROOT)
          await run("podman", ["unshare", "rm", "-rf", join(suite.dir, "data")], { env: suite.env }).catch(
            () => undefined,
          );
      });
      const port = await freePort();
      started.seen = openSeenStates(suite.env, [`nats://127.0.0.1:${port}`]);
      // Of a bus that was removed: it must not stand in the way of the new one.
      await started.seen.write(NODE, "hello", { generation: 7, hash: "0".repeat(64) });
      started.command = [join(suite.dir, "prefix/bin/mcp"), "dev", "--node", NODE, "--port", String(port)];
      // Its end is the suite's last act: killed by the scope it would leave the bus running.
      started.dev = startProgram(undefined, started.command, { env: suite.env, cwd: suite.dir });
      await started.dev.until(/^ready: /m, "mcp dev is ready");
      suite.env["MCP_CONFIG"] = join(suite.dir, "data/mcp/dev/mcp.toml");
    });

    it("and deploys the example to it", async () => {
      // `mcp dev` has made the image and written the definition, for its own node and a free port: no registry is needed.
      const text = await readFile(join(suite.dir, "data/mcp/dev/services/hello.toml"), "utf8");
      assert.match(text, new RegExp(`^node = "${NODE}"`, "m"));
      const port = /127\.0\.0\.1:(\d+):8080/.exec(text)?.[1];
      const deployed = await mcp("deploy", "hello");
      assert.equal(deployed.code, 0, deployed.stderr);
      assert.match(deployed.stdout, new RegExp(`^hello@${NODE}: converged`));
      const page = await fetch(`http://127.0.0.1:${port}/`);
      assert.equal(page.status, 200);
    });

    it("whose doctor finds nothing that fails", async () => {
      const { code, stdout } = await mcp("doctor");
      assert.equal(code, 0, stdout);
    });

    it("stops on Ctrl-C, and a second start, which tells a program where it is, finds the service again", async () => {
      assert.equal((await started.dev?.stop("SIGINT"))?.code, 130);
      const command = [...started.command, "--json"];
      started.dev = startProgram(undefined, command, { env: suite.env, cwd: suite.dir });
      const [line] = await started.dev.until(/^\{.*\}$/m, "mcp dev is ready");
      const { node, config } = assertJson("dev-output", line);
      assert.deepEqual([node, config], [NODE, suite.env["MCP_CONFIG"]]);
      const isThere = async () => (await mcp("status", "hello", "--check")).code === 0;
      await eventually(isThere, { what: "the service is as it was", timeoutMs: 30_000 });
      assert.equal((await started.seen?.read(NODE, "hello"))?.generation, 1);
    });

    it("leaves nothing running when its terminal goes away", async () => {
      assert.deepEqual(await programs(), ["mcp-agent", "nats-server"]);
      started.dev?.signal("SIGHUP"); // from the shell, and from the kernel
      started.dev?.signal("SIGHUP");
      assert.equal((await started.dev?.ended)?.code, 130);
      assert.deepEqual(await programs(), []);
    });

    it("ends what it left running when it was killed, at the next start and when it is removed", async () => {
      for (const _ of ["after the hangup", "after the kill"]) {
        started.dev = startProgram(undefined, started.command, { env: suite.env, cwd: suite.dir });
        await started.dev.until(/^ready: /m, "mcp dev is ready");
        const isThere = async () => (await mcp("status", "hello", "--check")).code === 0;
        await eventually(isThere, { what: "the service is as it was", timeoutMs: 30_000 });
        started.dev.signal("SIGKILL");
        await started.dev.ended;
        assert.deepEqual(await programs(), ["mcp-agent", "nats-server"]);
      }
      const removed = await mcp("dev", "remove", "--node", NODE, "--yes");
      assert.equal(removed.code, 0, removed.stderr);
      assert.deepEqual(await programs(), []);
    });
  });
});
