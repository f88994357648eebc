/** Help at terminals of 80 and of 200 columns. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { allCommands } from "../../../../src/cli/commands/index.ts";
import { runCli } from "../../../helpers/run-cli.ts";

const MAX_WIDTH = 100;
const paths = (await allCommands()).flatMap(({ paths: own = [] }) => own.slice(0, 1));

async function help(argv: readonly string[], columns: number): Promise<string[]> {
  const { code, stdout, stderr } = await runCli([...argv, "--no-color"], { tty: true, columns });
  assert.deepEqual([code, stderr], [0, ""]);
  return stdout.trimEnd().split("\n");
}

/** The words of lines without the marks that only the layout needs. */
const words = (lines: readonly string[]) =>
  lines
    .map((line) => line.replace(/ \\$/, "").replace(/^ {2}# /, ""))
    .join(" ")
    .split(/\s+/)
    .filter((word) => word !== "");

describe("help", () => {
  for (const path of [[], ...paths]) {
    it(`fits 80 columns and cuts no word: mcp ${path.join(" ")}`, async () => {
      const narrow = await help([...path, "--help"], 80);
      for (const line of narrow) assert.ok(line.length <= 80, line);
      const wide = await help([...path, "--help"], 200);
      for (const line of wide) assert.ok(line.length <= MAX_WIDTH, line);
      assert.deepEqual(words(narrow), words(wide));
    });

    it(`names what each option takes: mcp ${path.join(" ")}`, async () => {
      assert.doesNotMatch((await help([...path, "--help"], 80)).join("\n"), /<value>/);
    });
  }

  it("names a file where -o takes a file, and a format elsewhere", async () => {
    assert.match((await help(["service", "export", "--help"], 80)).join("\n"), /-o, --output <file>/);
    assert.match((await help(["list", "--help"], 80)).join("\n"), /-o, --output <format>/);
  });

  it("shows the common commands in 24 rows, each in one line, when nothing is typed", async () => {
    const { stdout } = await runCli([], { tty: true, columns: 80, env: { NO_COLOR: "1" } });
    const lines = stdout.trimEnd().split("\n");
    assert.ok(lines.length < 24, "one row is the prompt's");
    for (const line of lines) assert.ok(line.length <= 80, line);
    for (const command of ["deploy", "status", "logs", "doctor"])
      assert.match(stdout, new RegExp(`^ {2}mcp ${command} `, "m"));
    assert.match(stdout, /`mcp --help` lists all commands/);
    assert.doesNotMatch(stdout, /consumer/);
  });
});
