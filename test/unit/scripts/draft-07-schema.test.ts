/** The definition's schema for editors: in docs/schemas, up to date, and without what their TOML plugins do not read. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, it } from "node:test";
import { draft07Schema } from "../../../scripts/draft-07-schema.ts";

const DOCUMENTS = new URL("../../../docs/schemas/", import.meta.url);

/** What draft-04 and draft-07 both have. */
const SHARED = new Set(
  "$schema title description default type enum properties required additionalProperties items oneOf anyOf allOf definitions $ref pattern minimum maximum".split(
    " ",
  ),
);

type Json = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Every schema in a schema, without the maps of names to schemas. */
function schemasIn(schema: unknown, path = "#"): [path: string, schema: Json][] {
  if (Array.isArray(schema)) return schema.flatMap((one, index) => schemasIn(one, `${path}/${index}`));
  if (!isObject(schema)) return [];
  const inner = Object.entries(schema).flatMap(([key, value]) => {
    if (key !== "properties" && key !== "definitions") return key === "enum" ? [] : schemasIn(value, `${path}/${key}`);
    return Object.entries(value as Json).flatMap(([name, one]) => schemasIn(one, `${path}/${key}/${name}`));
  });
  return [[path, schema], ...inner];
}

describe("the definition's schema for editors", async () => {
  const schema = JSON.parse(await readFile(new URL("service-definition.draft-07.json", DOCUMENTS), "utf8"));
  const schemas = schemasIn(schema);

  it("uses only what draft-04 has too", () => {
    assert.equal(schema.$schema, "http://json-schema.org/draft-07/schema#");
    for (const [path, one] of schemas) {
      for (const key of Object.keys(one)) assert.ok(SHARED.has(key), `${path}: ${key}`);
      if ("$ref" in one)
        assert.deepEqual(Object.keys(one), ["$ref"], `${path}: older drafts ignore what is next to $ref`);
      if (Array.isArray(one["required"])) assert.notEqual(one["required"].length, 0, path);
    }
  });

  it("describes every property", () => {
    const properties = schemas.filter(([path]) => /\/properties\/[^/]+$/.test(path));
    assert.ok(properties.length > 25, String(properties.length));
    for (const [path, { description }] of properties) assert.match(String(description), /^[A-Z`].{10,}/, path);
  });

  it("refuses unknown keys, and refers to nothing that it does not hold", () => {
    for (const [path, one] of schemas) {
      if (isObject(one["properties"]) && Object.keys(one["properties"]).length > 0) {
        assert.equal(one["additionalProperties"], false, path);
      }
      const target = String(one["$ref"] ?? "").replace("#/definitions/", "");
      if (target !== "") assert.ok(target in schema.definitions, target);
    }
  });
});

describe("draft07Schema", () => {
  const converted = (schema: object) => JSON.parse(draft07Schema(JSON.stringify(schema)));

  it("keeps the description next to a reference, and writes one constant as an enum", () => {
    const { properties } = converted({
      type: "object",
      properties: { a: { $ref: "#/$defs/A", description: "An a." }, b: { const: 1 } },
      $defs: { A: { type: "string" } },
    });
    assert.deepEqual(properties, {
      a: { description: "An a.", allOf: [{ $ref: "#/definitions/A" }] },
      b: { enum: [1] },
    });
  });

  it("fails for a keyword that older drafts do not have", () => {
    assert.throws(() => converted({ type: "array", prefixItems: [] }), /no keyword prefixItems/);
  });
});
