/** Tables on terminals of 80 and of 200 columns, with names of 63 characters. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Columns, tableLines } from "../../../../src/cli/output/table.ts";
import { type Cell, textOf } from "../../../../src/terminal/cell.ts";

const COLUMNS: Columns = ["SERVICE", "NODE", { name: "ACTIVE", rank: 2 }, "STATE", { name: "AGE", rank: 1 }];
const long = (start: string, end: string) => `${start}${"x".repeat(63 - start.length - end.length)}${end}`;
const LONG_ROWS: Cell[][] = [
  [long("web-", "-1"), long("rack-", "-a"), "yes", "converged", "3s"],
  [long("web-", "-2"), long("rack-", "-b"), "yes", "progressing", "12s"],
];

const text = (columns: Columns, rows: Cell[][], width?: number) =>
  tableLines(columns, rows, width).map((line) => line.map(textOf).join(""));

describe("a table", () => {
  it("fits 80 columns with long names, and names that differ at their ends still differ", () => {
    const lines = text(COLUMNS, LONG_ROWS, 80);
    for (const line of lines) assert.ok(line.length <= 80, line);
    assert.equal(lines[0]?.split(/\s+/)[0], "SERVICE");
    assert.match(lines[1] ?? "", /^web-x+…x+-1 +rack-x+…x+-a /);
    assert.match(lines[2] ?? "", /^web-x+…x+-2 +rack-x+…x+-b +.*progressing/);
  });

  it("shows everything in 200 columns", () => {
    const lines = text(COLUMNS, LONG_ROWS, 200);
    for (const cell of LONG_ROWS.flat()) assert.ok(lines.join("\n").includes(String(cell)), String(cell));
    for (const line of lines) assert.ok(line.length <= 200, line);
  });

  it("leaves out the columns with the highest rank first, and never those without one", () => {
    const rows: Cell[][] = [["web", "rift", "yes", "converged", "3s"]];
    assert.match(text(COLUMNS, rows, 38)[0] ?? "", /^SERVICE +NODE +ACTIVE +STATE +AGE$/);
    assert.match(text(COLUMNS, rows, 30)[0] ?? "", /^SERVICE +NODE +STATE +AGE$/);
    assert.match(text(COLUMNS, rows, 26)[0] ?? "", /^SERVICE +NODE +STATE$/);
    assert.equal(text(COLUMNS, rows, 5)[0]?.split(/\s+/).length, 3);
  });

  it("is whole where there is no terminal", () => {
    const lines = text(COLUMNS, LONG_ROWS);
    assert.ok((lines[1]?.length ?? 0) > 140);
    assert.doesNotMatch(lines.join("\n"), /…/);
  });
});
