/** How the programs are built and started, on a small tree of its own. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cp, mkdir, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { before, describe, it } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { suiteScope } from "../../helpers/scope.ts";
import { tempDir } from "../../helpers/temp-dir.ts";

const PROJECT = fileURLToPath(new URL("../../..", import.meta.url));

const STUBS: Record<string, string> = {
  "src/cli/main.ts":
    'if (process.argv[2] === "init") void import("../trust/certificate.ts").then(({ made }) => console.log(made));\n' +
    'else void import("./lazy.ts").then(({ answer }) => console.log(answer, process.argv[2], import.meta.url));\n',
  "src/cli/lazy.ts": 'import semver from "semver";\nexport const answer = semver.major("4.2.0");\n',
  "src/trust/certificate.ts": 'export const made = "a certificate";\n',
  "src/auth/main.ts": 'console.log("auth");\n',
  "src/agent/main.ts": 'import Database from "libsql";\nconsole.log(typeof Database);\n',
};

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function run(...args: string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(process.execPath, args, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === "number" ? error.code : 0, stdout, stderr });
    });
  });
}

async function tree(root: string): Promise<void> {
  for (const [path, text] of Object.entries(STUBS)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  await cp(join(PROJECT, "bin"), join(root, "bin"), { recursive: true });
  await cp(join(PROJECT, "package.json"), join(root, "package.json"));
  await symlink(join(PROJECT, "node_modules"), join(root, "node_modules"));
}

describe("the programs", () => {
  const scope = suiteScope();
  let root = "";
  before(async () => {
    root = await tempDir(scope);
    await tree(root);
  });

  it("answer --version without being built", async () => {
    const { version } = JSON.parse(await readFile(join(PROJECT, "package.json"), "utf8"));
    for (const program of ["mcp", "mcp-agent", "mcp-auth"]) {
      assert.deepEqual(await run(join(root, "bin", program), "--version"), {
        code: 0,
        stdout: `${version}\n`,
        stderr: "",
      });
    }
  });

  it("say so when they are not built, and fail", async () => {
    const { code, stderr } = await run(join(root, "bin/mcp"), "list");
    assert.equal(code, 1);
    assert.match(stderr, /^mcp is not built yet: run "npm run build" in /);
  });

  it("refuse a Node that is too old before anything else, naming both versions", async () => {
    for (const [version, code] of [
      ["12.22.12", 2],
      ["20.17.9", 2],
      ["20.18.1", 0],
      ["22.0.0", 0],
    ] as const) {
      const pretend = `Object.defineProperty(process.versions, "node", { value: "${version}" });`;
      const outcome = await run(
        "-e",
        `${pretend} process.argv.splice(1, 9, "mcp", "--version"); require(${JSON.stringify(join(root, "bin/start.js"))})("mcp")`,
      );
      assert.equal(outcome.code, code, version);
      if (code === 2) assert.equal(outcome.stderr, `mcp needs Node 20.18.1 or later, this is ${version}\n`);
    }
  });

  it("run once built, with what this Node compiled beforehand and without it", async () => {
    const built = await run("--import", "tsx", join(PROJECT, "scripts/build.ts"), "--root", root);
    assert.equal(built.code, 0, built.stderr);
    const programs = await readdir(join(root, "dist/programs"));
    const bundle = join(root, "dist/programs", programs.find((name) => /^mcp-[A-Z0-9]+\.js$/.test(name)) ?? "");
    const runs = { code: 0, stdout: `4 list ${pathToFileURL(bundle)}\n`, stderr: "" };
    assert.deepEqual(await run(join(root, "bin/mcp"), "list"), runs);
    assert.deepEqual(await run(join(root, "dist/mcp.js"), "list"), runs);
    assert.deepEqual(await run(join(root, "bin/mcp-agent")), { code: 0, stdout: "function\n", stderr: "" });
    for (const other of ["of another Node", ""]) {
      await writeFile(`${bundle}.list.code`, other);
      assert.deepEqual(await run(join(root, "bin/mcp"), "list"), runs);
    }
    await rm(`${bundle}.list.code`);
    assert.deepEqual(await run(join(root, "bin/mcp"), "list"), runs);
  });

  it("read what makes certificates when they make one, and not before", async () => {
    assert.deepEqual(await run(join(root, "bin/mcp"), "init"), { code: 0, stdout: "a certificate\n", stderr: "" });
    const programs = join(root, "dist/programs");
    for (const name of await readdir(programs)) if (name.startsWith("certificate-")) await rm(join(programs, name));
    assert.equal((await run(join(root, "bin/mcp"), "list")).code, 0);
    assert.match((await run(join(root, "bin/mcp"), "init")).stderr, /Cannot find module '.\/programs\/certificate-/);
  });

  it("are not built from a tree that lacks one", async () => {
    const { code, stderr } = await run(
      "--import",
      "tsx",
      join(PROJECT, "scripts/build.ts"),
      "--root",
      join(root, "bin"),
    );
    assert.equal(code, 1);
    assert.match(stderr, /mcp cannot be built: src\/cli\/main.ts is missing/);
  });
});
