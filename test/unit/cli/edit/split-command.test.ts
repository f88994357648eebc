import assert from "node:assert/strict";
import { it } from "node:test";
import fc from "fast-check";
import { splitCommand } from "../../../../src/cli/edit/split-command.ts";
import { hasCode } from "../../../../src/values/error.ts";
import { CASES } from "../../../helpers/definitions.ts";

const split = (text: string) => splitCommand(text, "$EDITOR");

it("parts at blanks, and keeps those in quotes and behind a backslash", () => {
  assert.deepEqual(split("  code --wait  "), ["code", "--wait"]);
  assert.deepEqual(split(`'/opt/my editor' -n "a \\"b\\"" c\\ d e'f'g ''`), [
    "/opt/my editor",
    "-n",
    'a "b"',
    "c d",
    "efg",
    "",
  ]);
});

it("expands nothing", () => {
  assert.deepEqual(split("$HOME/ed `id` $(id) *.c;ls|cat>x"), ["$HOME/ed", "`id`", "$(id)", "*.c;ls|cat>x"]);
});

it("refuses a quote without an end, and nothing at all", () => {
  for (const text of ["vi 'x", 'vi "x', "vi \\", "", "  ", "''"]) {
    assert.throws(
      () => split(text),
      (error) => hasCode(error, "E_USAGE"),
      text,
    );
  }
});

it("gives back every list of words that was quoted", () => {
  const word = fc.string({ minLength: 1 });
  const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
  fc.assert(
    fc.property(fc.array(word, { minLength: 1 }), (words) => {
      assert.deepEqual(split(words.map(quoted).join(" ")), words);
    }),
    { numRuns: CASES },
  );
});
