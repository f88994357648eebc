import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { EXIT, EXIT_OF } from "../../../../src/cli/context/exit-codes.ts";
import { ERROR_HINTS } from "../../../../src/values/error-codes.ts";

const page = readFileSync(new URL("../../../../docs/errors.md", import.meta.url), "utf8");

/** The rows of the table under a heading, each as its cells. */
function rowsUnder(heading: string): string[][] {
  const section = page.split(`## ${heading}\n`)[1]?.split("\n## ")[0] ?? "";
  return section
    .split("\n")
    .filter((line) => line.startsWith("| ") && !line.startsWith("| code") && !line.startsWith("| ---"))
    .map((line) =>
      line
        .split(/(?<!\\)\|/)
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

describe("docs/errors.md", () => {
  it("lists every exit code once, in order", () => {
    assert.deepEqual(
      rowsUnder("Exit codes").map(([code]) => Number(code)),
      Object.values(EXIT),
    );
  });

  it("lists every error code with its exit code, a meaning and what to do", () => {
    const rows = rowsUnder("Error codes");
    assert.deepEqual(
      rows.map(([code]) => code),
      Object.keys(ERROR_HINTS).map((code) => `\`${code}\``),
    );
    assert.deepEqual(
      rows.map(([, exit]) => Number(exit)),
      Object.keys(ERROR_HINTS).map((code) => EXIT_OF[code as keyof typeof EXIT_OF]),
    );
    for (const [code, , meaning = "", remedy = ""] of rows) {
      assert.ok(meaning.length > 10, `${code} has no meaning`);
      assert.ok(remedy.length > 10, `${code} has no remedy`);
    }
  });
});
