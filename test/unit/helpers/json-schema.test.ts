/** The checker that the end-to-end tests hold `--json` against must itself find what is wrong. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { schemaProblems } from "../../helpers/json-schema.ts";

const SCHEMA = {
  $ref: "#/$defs/Pet",
  $defs: {
    Pet: {
      type: "object",
      required: ["name"],
      properties: {
        name: { type: "string" },
        kind: { enum: ["cat", "dog"] },
        ages: { type: "array", items: { type: "number" } },
        owner: { oneOf: [{ type: "null" }, { $ref: "#/$defs/Pet" }] },
        marks: { type: "object", properties: {}, additionalProperties: { type: "boolean" } },
      },
    },
  },
};

describe("schemaProblems", () => {
  it("finds nothing in what the schema documents", () => {
    const pet = { name: "a", kind: "cat", ages: [1, 2], owner: { name: "b", owner: null }, marks: { ear: true } };
    assert.deepEqual(schemaProblems(pet, SCHEMA), []);
  });

  for (const [what, value, problem] of [
    ["a missing member", {}, "$.name: is missing"],
    ["a wrong type", { name: 1 }, "$.name: is no string"],
    ["a word that is no member", { name: "a", kind: "cow" }, '$.kind: "cow" is none of ["cat","dog"]'],
    ["a wrong item of a list", { name: "a", ages: [1, "2"] }, "$.ages[1]: is no number"],
    ["a member that is not documented", { name: "a", color: "red" }, "$.color: is not documented"],
    ["a wrong value under a free key", { name: "a", marks: { ear: 1 } }, "$.marks.ear: is no boolean"],
    ["null for an object", null, "$: is no object"],
  ] as const) {
    it(`finds ${what}`, () => assert.deepEqual(schemaProblems(value, SCHEMA), [problem]));
  }

  it("finds what fits none of several alternatives", () => {
    assert.equal(schemaProblems({ name: "a", owner: { name: 1 } }, SCHEMA).length, 1);
  });

  it("refuses a schema with a keyword that it does not know", () => {
    assert.throws(() => schemaProblems("a", { type: "string", pattern: "b" }), /pattern/);
  });
});
