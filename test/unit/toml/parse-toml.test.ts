/** The TOML reader by itself: places, and agreement of its two sources. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { parseToml, type TomlDocument } from "../../../src/toml/parse-toml.ts";
import { setTopLevelValue } from "../../../src/toml/set-value.ts";
import { fieldName, type TomlPath } from "../../../src/toml/toml-path.ts";
import { nodeAt } from "../../../src/toml/toml-tree.ts";

function documentOf(text: string): TomlDocument {
  const result = parseToml(text);
  return "document" in result ? result.document : assert.fail(JSON.stringify(result.problems));
}

const TEXT = `a = 1
b.c = "x"
[t]
"odd key" = [10, 20]
inline = { d = { e = true } }
[[list]]
name = "one"
[[list]]
[list.sub]
f = 1.5
`;

test("knows the place of every value, and of the nearest table where there is none", () => {
  const { tree } = documentOf(TEXT);
  const placeOf = (...path: TomlPath) => {
    const { line, column } = nodeAt(tree.root, path).valueRange;
    return [line, column];
  };
  assert.deepEqual(placeOf("a"), [1, 5]);
  assert.deepEqual(placeOf("b", "c"), [2, 7]);
  assert.deepEqual(placeOf("t"), [3, 2]);
  assert.deepEqual(placeOf("t", "odd key", 1), [4, 18]);
  assert.deepEqual(placeOf("t", "inline", "d", "e"), [5, 22]);
  assert.deepEqual(placeOf("list", 0, "name"), [7, 8]);
  assert.deepEqual(placeOf("list", 1), [8, 3]);
  assert.deepEqual(placeOf("list", 1, "sub", "f"), [10, 5]);
  assert.deepEqual(placeOf("list", 0, "missing"), [6, 3]);
  assert.deepEqual(placeOf("list", 7, "name"), [6, 3]);
  assert.deepEqual(placeOf("nothing", "at", "all"), [1, 1]);
});

test("counts columns alike with and without a byte order mark", () => {
  const { line, column } = nodeAt(documentOf("\uFEFFa = 1").tree.root, ["a"]).valueRange;
  assert.deepEqual([line, column], [1, 5]);
});

test("names fields by the names of list elements where they have plain ones", () => {
  const { data } = documentOf('[[list]]\nname = "one"\nx = [1]\n[[list]]\nname = "a b"\n[[list]]\n');
  assert.equal(fieldName(["list", 0, "x", 0], data), "list.one.x[0]");
  assert.equal(fieldName(["list", 1, "x"], data), "list[1].x");
  assert.equal(fieldName(["list", 2, "odd key"], data), 'list[2]."odd key"');
  assert.equal(fieldName(["toString", "name"], data), "toString.name");
});

test("TOML 1.1 and 1.0 alike: what one reader takes and the other does not is refused, not guessed", () => {
  assert.deepEqual({ ...documentOf('a = "\\x41\\e"\nb = {\n  c = 1,\n}\n').data, b: 0 }, { a: "A\u001b", b: 0 });
  for (const text of [
    "a = 1\ra = 2",
    "a = 0x",
    "a = 1__0",
    "[a]\nb = 1\n[a.b]\n",
    "a = [1]\n[[a]]\n",
    "a = {b = 1}\n[a.c]\n",
    "= 1",
    "a = 1 b = 2",
  ]) {
    assert.ok("problems" in parseToml(text), text);
  }
});

test("sets texts, numbers and new keys that need quotes", () => {
  assert.equal(setTopLevelValue("a = 1 # x\n", { key: "a", value: 'q"\u007f' }), 'a = "q\\"\\u007f" # x\n');
  assert.equal(setTopLevelValue("[t]\nx = 1\n", { key: "odd key", value: 5 }), '"odd key" = 5\n[t]\nx = 1\n');
  assert.equal(setTopLevelValue("", { key: "a", value: true }), "a = true\n");
  assert.equal(setTopLevelValue("b.c = 1\n[t]\n", { key: "a", value: true }), "a = true\nb.c = 1\n[t]\n");
});

test("refuses to set a key that is a table of its own", () => {
  assert.throws(() => setTopLevelValue("[a]\nx = 1\n", { key: "a", value: true }));
});

test("names a value that is too long, before the library of the syntax tree fails on it", () => {
  const result = parseToml(`[env]\nSHORT = "${"x".repeat(100_000)}"\nLONG = "${"x".repeat(130_000)}"\n`);
  assert.ok("problems" in result);
  const [problem] = result.problems;
  assert.deepEqual(
    [problem?.field, problem?.message.slice(0, 60)],
    ["env.LONG", "has 130000 characters, and a value may have 100000: put it i"],
  );
});
