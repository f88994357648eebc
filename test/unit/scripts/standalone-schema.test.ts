import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { rebaseImports } from "../../../scripts/generated-files.ts";
import { standaloneSchema } from "../../../scripts/standalone-schema.ts";

const collection = {
  components: {
    schemas: {
      Service: {
        type: "object",
        properties: {
          state: { oneOf: [{ const: "up" }, { const: "down" }], description: "how it is", readOnly: true },
          readOnly: { type: "boolean", readOnly: true },
          port: { oneOf: [{ $ref: "#/components/schemas/Port" }, { type: "null" }] },
        },
        required: ["state"],
      },
      Port: { type: "number", readOnly: true },
    },
  },
  schemas: [{ $ref: "#/components/schemas/Service" }],
};

describe("standaloneSchema", () => {
  it("stands on its own, sorted, without what says nothing to readers of JSON", () => {
    assert.deepEqual(JSON.parse(standaloneSchema("Service", collection)), {
      $schema: "https://json-schema.org/draft/2020-12/schema",
      title: "Service",
      $ref: "#/$defs/Service",
      $defs: {
        Port: { type: "number" },
        Service: {
          type: "object",
          properties: {
            state: { enum: ["down", "up"], description: "how it is" },
            readOnly: { type: "boolean" },
            port: { oneOf: [{ $ref: "#/$defs/Port" }, { type: "null" }] },
          },
          required: ["state"],
        },
      },
    });
  });

  it("does not change when only the compiler's order does", () => {
    const { Service, Port } = collection.components.schemas;
    const { oneOf, ...rest } = Service.properties.state;
    const state = { oneOf: oneOf.toReversed(), ...rest };
    const schemas = { Port, Service: { ...Service, properties: { ...Service.properties, state } } };
    const other = { ...collection, components: { schemas } };
    assert.equal(standaloneSchema("S", other), standaloneSchema("S", collection));
  });
});

it("rebases imports of other directories and leaves packages alone", () => {
  const text = 'import type { A } from "../p/src/a.ts";\nimport b from "typia/lib/b";\n';
  assert.equal(
    rebaseImports(text, "/tmp", "/p/src/generated"),
    'import type { A } from "../a.ts";\nimport b from "typia/lib/b";\n',
  );
});
