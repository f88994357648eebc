/** The man pages: one a command, none without its options and examples, and all of them valid roff. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { manPages } from "../../../scripts/man/pages.ts";
import { roffProse, roffText } from "../../../scripts/man/roff.ts";
import { allCommands } from "../../../src/cli/commands/index.ts";
import { referenceKeys } from "../../../src/cli/reference/reference-key.ts";
import { tempDir } from "../../helpers/temp-dir.ts";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const pages = await manPages(ROOT);
const run = promisify(execFile);
const hasGroff = await run("groff", ["--version"]).then(
  () => true,
  () => false,
);

/** Requests of the `man` macros that a page may use. */
const REQUESTS = /^\.(TH|SH|SS|PP|TP|RS|RE|nf|fi|br)\b/;

/** Roff that a page escaped, as a reader sees it. */
const plain = (page: string) =>
  page
    .replaceAll("\\-", "-")
    .replaceAll(/\\f[BRI]/g, "")
    .replaceAll("\\e", "\\");

describe("the man pages", () => {
  it("are one for each command, mcp itself, and each file", async () => {
    const commands = (await allCommands()).map(({ paths }) => `mcp-${paths?.[0]?.join("-")}.1`);
    const files = ["mcp-definition.5", "mcp.toml.5", "mcp-agent.toml.5"];
    assert.deepEqual([...pages.keys()].sort(), ["mcp.1", ...commands, ...files].sort());
  });

  it("are valid in structure: a title, a name, requests that exist, blocks that end", () => {
    for (const [name, text] of pages) {
      const lines = text.trimEnd().split("\n");
      const count = (request: string) =>
        lines.filter((line) => line === request || line.startsWith(`${request} `)).length;
      assert.match(lines[1] ?? "", /^\.TH \S+ [15] "" "mcp \S+" "mcp manual"$/, name);
      assert.deepEqual([lines[2], lines[3]?.includes(" \\- ")], [".SH NAME", true], name);
      for (const line of lines.slice(1)) if (line.startsWith(".")) assert.match(line, REQUESTS, `${name}: ${line}`);
      assert.deepEqual([count(".nf"), count(".RS")], [count(".fi"), count(".RE")], name);
      assert.ok(
        lines.every((line) => !line.startsWith("'") && line !== ""),
        name,
      );
    }
  });

  it("pass groff without a warning", { skip: hasGroff ? false : "groff is not installed" }, async (t) => {
    const dir = await tempDir(t);
    for (const [name, text] of pages) {
      const path = join(dir, name);
      await writeFile(path, text);
      const { stderr } = await run("groff", ["-man", "-ww", "-z", "-Tutf8", path]);
      assert.equal(stderr, "", name);
    }
  });

  it("say what --help says", () => {
    const deploy = plain(pages.get("mcp-deploy.1") ?? "");
    assert.match(deploy, /^mcp-deploy - /m);
    assert.match(deploy, /^\.SH SYNOPSIS\nmcp deploy \[service/m);
    assert.match(deploy, /^--no-wait\n/m);
    assert.match(deploy, /^\.SH EXAMPLES\n[\s\S]*^mcp deploy web$/m);
  });

  it("explain every key of their file", () => {
    const names = { definition: "mcp-definition.5", "mcp.toml": "mcp.toml.5", "agent.toml": "mcp-agent.toml.5" };
    for (const { file, key, variable } of referenceKeys()) {
      const page = plain(pages.get(names[file as keyof typeof names]) ?? "");
      assert.ok(page.includes(`\n.TP\n${key} (`), `${file}: ${key}`);
      if (variable !== undefined) assert.ok(page.includes(`Variable: ${variable}.`), variable);
    }
  });

  it("are the same each time", async () => {
    assert.deepEqual(await manPages(ROOT), pages);
  });
});

describe("text in roff", () => {
  it("comes out as it went in", () => {
    assert.equal(roffText(".TH of 'x'"), "\\&.TH of 'x'");
    assert.equal(roffText("a\\b --all"), "a\\eb \\-\\-all");
    assert.equal(roffProse("type `mcp ps -q` now"), "type \\fBmcp ps \\-q\\fR now");
    assert.equal(roffProse("`.x`"), "\\fB.x\\fR");
  });
});
