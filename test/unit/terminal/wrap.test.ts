import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Cell, styled, textOf } from "../../../src/terminal/cell.ts";
import { wrapCells, wrapText } from "../../../src/terminal/wrap.ts";

const lines = (cells: readonly Cell[], width: number) =>
  wrapCells(cells, { width }).map((line) => line.map(textOf).join(""));

describe("a line that is too long", () => {
  it("is broken between words, and continues indented", () => {
    assert.deepEqual(lines(["  one two three four"], 12), ["  one two", "    three", "    four"]);
  });

  it("keeps its styles", () => {
    const [first, second] = wrapCells([styled("red", "error: "), "what failed, and where"], { width: 20 });
    assert.deepEqual(first?.[0], { text: "error:", style: "red" });
    assert.equal(second?.map(textOf).join(""), "  and where");
  });

  it("does not break a command in backquotes, nor a word that is too long", () => {
    assert.deepEqual(lines(["see `mcp node list --json` now"], 12), ["see", "  `mcp node list --json`", "  now"]);
    assert.deepEqual(lines(["a path/that/is/longer/than/the/line"], 10), ["a", "  path/that/is/longer/than/the/line"]);
  });

  it("is left alone when it fits", () => assert.deepEqual(lines(["exactly 10"], 10), ["exactly 10"]));
});

describe("a paragraph", () => {
  it("loses the line ends of its source", () => {
    assert.deepEqual(wrapText("one\ntwo  three\n four", 9), ["one two", "three", "four"]);
  });
});
