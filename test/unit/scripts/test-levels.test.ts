/** `scripts/test.sh`, with stubs for set-up, build and checks: what it runs, and what it says and returns at the end. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { access, cp, mkdir, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { tempDir } from "../../helpers/temp-dir.ts";

const PROJECT = fileURLToPath(new URL("../../..", import.meta.url));
const test = (body: string) => `import { it } from "node:test";\n${body}\n`;
const PASSING = test('it("passes", () => undefined);');
const FAILING = test('it("fails", () => { throw new Error("as\\n\\nname: planned"); });');
const SKIPPED = test('it("needs podman", { skip: "MCP_TEST_SKIP names podman" }, () => undefined);');

const ROOT_TESTS = ["trial", "package", "node-doctor", "files"];

interface Run {
  readonly code: number;
  readonly output: string;
}

async function runLevels(
  t: TestContext,
  files: Record<string, string>,
  { args = [] as string[], skip = "", check = "true" },
): Promise<Run> {
  const root = await tempDir(t);
  const scripts = { build: "echo built", check };
  const all = {
    "package.json": JSON.stringify({ type: "module", scripts }),
    "scripts/setup.sh": "echo set up",
    "scripts/stage-programs.ts": "",
    "scripts/quickstart.sh": 'echo "quickstart $*"',
    "test/architecture.test.ts": PASSING,
    ...files,
  };
  for (const [path, text] of Object.entries(all)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text, { mode: 0o755 });
  }
  await cp(join(PROJECT, "scripts/test.sh"), join(root, "scripts/test.sh"));
  await symlink(join(PROJECT, "node_modules"), join(root, "node_modules"));
  const { NODE_TEST_CONTEXT: _, ...env } = process.env; // else the inner runner reports to the outer one
  return new Promise((resolve) => {
    execFile(
      "bash",
      [join(root, "scripts/test.sh"), ...args],
      { env: { ...env, MCP_TEST_SKIP: skip } },
      (error, stdout, stderr) => {
        resolve({ code: typeof error?.code === "number" ? error.code : 0, output: stderr + stdout });
      },
    );
  });
}

describe("the levels of tests", () => {
  it("all run in order although one fails, and the end names it", async (t) => {
    const files = {
      "test/unit/deep/a.test.ts": FAILING,
      "test/sim/s.test.ts": PASSING,
      "test/contract/b.test.ts": PASSING,
      "test/integration/c.test.ts": PASSING,
      "test/e2e/d.test.ts": PASSING,
      "test/fault/e.test.ts": PASSING,
    };
    const { code, output } = await runLevels(t, files, {});
    assert.equal(code, 1);
    const parts = [...output.matchAll(/^== (.*)$/gm)].map(([, part]) => part);
    const levels = ["unit", "sim", "contract", "integration", "e2e", "fault"];
    const summary = `summary: ${levels.join(" ")} newest-node quickstart`;
    assert.deepEqual(parts, ["set-up", "build", "check", ...levels, "quickstart", summary]);
    assert.match(output, /^quickstart --node quick-\d+ --clean$/m);
    const timed = [...output.matchAll(/^ +\d+ s {2}(.*)$/gm)].map(([, part]) => part);
    assert.deepEqual(timed, ["build", "check", ...levels, "quickstart"]);
    assert.match(output, /FAILED: unit\n {2}failed: unit: fails\n {4}as\n {4}name: planned\n6 passed, 1 failed\n$/);
  });

  it("fail when a check fails or a level holds no tests, and pass otherwise", async (t) => {
    const files = { "test/unit/a.test.ts": PASSING, "test/contract/README": "" };
    const bad = await runLevels(t, files, { args: ["unit", "contract"], check: "false" });
    assert.equal(bad.code, 1);
    assert.match(bad.output, /FAILED: check\nFAILED: contract\n2 passed, 2 failed\n/);
    const good = await runLevels(t, files, { args: ["unit"] });
    assert.equal(good.code, 0, good.output);
    assert.match(good.output, /all passed\n2 passed, 0 failed\n$/);
  });

  it("say what was left out, and fail when nobody asked for it", async (t) => {
    const files = { "test/e2e/a.test.ts": PASSING + SKIPPED.replace(/^.*\n/, "") };
    const asked = await runLevels(t, files, { args: ["e2e"], skip: "podman" });
    assert.equal(asked.code, 0, asked.output);
    assert.match(
      asked.output,
      /left out:\n {2}e2e: needs podman \(MCP_TEST_SKIP names podman\)\nMCP_TEST_SKIP=podman: .*\nall passed\n1 passed, 0 failed\n$/,
    );
    const unasked = await runLevels(t, files, { args: ["e2e"] });
    assert.equal(unasked.code, 1, unasked.output);
  });

  it("repeat unit and integration tests on the newest Node, and when asked on each newer one", async (t) => {
    const node = (version: number) => `#!/bin/sh\necho "${version}: $*"\nexec ${process.execPath} "$@"\n`;
    const files = {
      "test/unit/a.test.ts": PASSING,
      "test/integration/b.test.ts": FAILING,
      ".tools/node100/node_modules/node/bin/node": node(100),
      ".tools/node99/node_modules/node/bin/node": node(99),
    };
    const on = (version: number) => [`unit on node${version}`, `integration on node${version}`];
    for (const [level, versions] of [
      ["newest-node", [100]],
      ["newer-nodes", [99, 100]],
    ] as const) {
      const { code, output } = await runLevels(t, files, { args: [level] });
      assert.equal(code, 1, output);
      const parts = [...output.matchAll(/^== (.*)$/gm)].map(([, part]) => part);
      assert.deepEqual(parts.slice(3, -1), versions.flatMap(on));
      for (const version of versions)
        assert.equal(output.match(new RegExp(`^${version}: .*--test`, "gm"))?.length, 2, output);
      assert.match(output, /FAILED: integration on node100\n/);
      assert.match(output, / {2}failed: integration-node100: fails\n {4}as\n {4}name: planned\n/);
      assert.ok(output.endsWith(`${versions.length * 2} passed, ${versions.length} failed\n`), output);
    }
  });

  it("keep what only root runs out of the whole, in a list of files that exist", async (t) => {
    const files = Object.fromEntries(ROOT_TESTS.map((name) => [`test/e2e/${name}.test.ts`, PASSING]));
    const { code, output } = await runLevels(t, files, { args: ["root"] });
    assert.equal(code, 0, output);
    assert.match(output, /quickstart --node/);
    assert.ok(output.endsWith(`${ROOT_TESTS.length} passed, 0 failed\n`), output);
    for (const path of Object.keys(files)) await access(join(PROJECT, path));
  });

  it("refuse a level that does not exist", async (t) => {
    const { code, output } = await runLevels(t, {}, { args: ["units"] });
    assert.equal(code, 2);
    assert.match(output, /no level units/);
  });
});
