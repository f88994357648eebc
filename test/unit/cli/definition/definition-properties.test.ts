/** What holds for every definition, and for every text that is none. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { parseDefinition } from "../../../../src/cli/definition/read-definition.ts";
import { writeDefinition } from "../../../../src/cli/definition/write-definition.ts";
import { diffSpecs } from "../../../../src/schemas/service/diff.ts";
import { hashOf } from "../../../../src/schemas/service/spec-hash.ts";
import { specToDefinition } from "../../../../src/schemas/service/spec-to-definition.ts";
import { setTopLevelValue } from "../../../../src/toml/set-value.ts";
import { hasCode, McpError } from "../../../../src/values/error.ts";
import { CASES, definitions } from "../../../helpers/definitions.ts";

const FIXTURES = join(import.meta.dirname, "../../../fixtures/definitions");
const textsOf = (kind: "good" | "bad") => {
  const dir = join(FIXTURES, kind);
  return readdirSync(dir)
    .filter((file) => file.endsWith(".toml"))
    .map((file) => readFileSync(join(dir, file), "utf8"));
};
const [GOOD, BAD] = [textsOf("good"), textsOf("bad")];

test("definition → spec → definition → spec is the identity", () => {
  fc.assert(
    fc.property(definitions, (definition) => {
      const once = parseDefinition("a.toml", writeDefinition(definition));
      const back = specToDefinition(once.spec, once.nodes);
      const twice = parseDefinition("b.toml", writeDefinition(back));
      assert.deepEqual(twice.spec, once.spec);
      assert.deepEqual(twice.nodes, once.nodes);
      assert.equal(hashOf(twice.spec), hashOf(once.spec));
      assert.deepEqual(specToDefinition(twice.spec, twice.nodes), back);
    }),
    { numRuns: CASES },
  );
});

test("what is written is read again as it was", () => {
  fc.assert(
    fc.property(definitions, (definition) => {
      const { definition: read } = parseDefinition("a.toml", writeDefinition(definition));
      assert.equal(hashOf(read), hashOf(definition));
    }),
    { numRuns: CASES },
  );
});

test("the diff of two specs is empty exactly when they say the same", () => {
  const spec = definitions.map((definition) => parseDefinition("a.toml", writeDefinition(definition)).spec);
  fc.assert(
    fc.property(spec, spec, fc.nat(), (one, other, pick) => {
      assert.deepEqual(diffSpecs(one, one), []);
      const index = pick % one.components.length;
      const swapped = { ...one, components: one.components.with(index, other.components[0] ?? assert.fail()) };
      const same = hashOf(swapped) === hashOf(one);
      assert.equal(diffSpecs(swapped, one).length === 0, same);
      assert.equal(diffSpecs(one, swapped).length === 0, same);
    }),
    { numRuns: CASES },
  );
});

const ADDED = [
  ...['"', "'", "[", "]", "[[", "{", "}", "=", ".", ",", "\n", "\r", "#", '"""'],
  ...["__proto__", "=1\n", "nan", "1979-05-27", "\\u0000", "\uFEFF", "constructor."],
];

const edits = (limits: { readonly edits: number; readonly removed: number }) =>
  fc.array(
    fc.record({
      at: fc.nat(),
      remove: fc.nat({ max: limits.removed }),
      add: fc.oneof(fc.constantFrom(...ADDED), fc.string({ unit: "binary", maxLength: 6 })),
    }),
    { minLength: 1, maxLength: limits.edits },
  );

/**
 * Cuts, doubles, swaps and sprinkles a text as a slip of the hand (or an attacker) would; every other time a good text, a
 * little, after which one in five is still a definition.
 */
const edited = fc
  .oneof(
    fc.tuple(fc.constantFrom(...GOOD), edits({ edits: 1, removed: 1 })),
    fc.tuple(fc.constantFrom(...GOOD, ...BAD), edits({ edits: 6, removed: 12 })),
  )
  .map(([text, made]) =>
    made.reduce((now, { at, remove, add }) => {
      const from = at % (now.length + 1);
      return now.slice(0, from) + add + now.slice(from + remove);
    }, text),
  );

function readOrRefuse(text: string) {
  try {
    return parseDefinition("fuzz.toml", text);
  } catch (error) {
    assert.ok(error instanceof McpError, `throws ${error}`);
    assert.equal(error.code, "E_DEFINITION", error.message);
    assert.ok(Array.isArray(error.details) && error.details.length > 0);
    assert.doesNotMatch(error.message.replaceAll("\n", ""), /[\u0000-\u001f\u007f]/);
    return undefined;
  }
}

test("an edited definition is read or refused as E_DEFINITION, never anything else", () => {
  let read = 0;
  fc.assert(
    fc.property(edited, (text) => {
      read += readOrRefuse(text) === undefined ? 0 : 1;
      assert.equal(Reflect.get({}, "polluted"), undefined);
    }),
    { numRuns: CASES * 4 },
  );
  assert.ok(read > 0, "no edited text was a definition: the property proves too little");
});

test("any text at all is read or refused as E_DEFINITION", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => assert.equal(readOrRefuse(text), undefined)),
    { numRuns: CASES },
  );
});

test("setting active in whatever is TOML changes nothing but that", () => {
  fc.assert(
    fc.property(edited, fc.boolean(), (text, active) => {
      const definition = readOrRefuse(text);
      if (definition === undefined) return;
      const patched = setTopLevelValue(text, { key: "active", value: active, below: ["node", "nodes", "name"] });
      const read = parseDefinition("patched.toml", patched);
      assert.deepEqual(read.spec, { ...definition.spec, active });
      const comments = (all: string) => all.split("\n").filter((line) => line.startsWith("#"));
      assert.deepEqual(comments(patched), comments(text));
    }),
    { numRuns: CASES * 2 },
  );
});

test("a text that is no TOML is never patched", () => {
  assert.throws(
    () => setTopLevelValue('name = "web"\nnode = ', { key: "active", value: true }),
    (error) => hasCode(error, "E_CONFIG"),
  );
});
