/**
 * A JSON Schema of draft 2020-12 as draft-07, limited to what draft-04 has too: editors' TOML plugins read no newer one.
 * So `$defs` become `definitions`, `const` an `enum` of one, and what is written next to a `$ref` moves around it
 * (older drafts ignore it there). Pure.
 */
type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
type JsonObject = { readonly [key: string]: Json };

/** Keywords that both drafts have, with the same meaning. */
const SHARED = new Set([
  ...["title", "description", "default", "type", "enum", "properties", "required", "additionalProperties", "items"],
  ...["oneOf", "anyOf", "allOf", "not", "pattern", "minLength", "maxLength", "minimum", "maximum", "format"],
  ...["minItems", "maxItems", "uniqueItems", "multipleOf"],
]);

/** @param text of a schema as standalone-schema.ts writes it. @throws Error for a keyword that has no counterpart */
export function draft07Schema(text: string): string {
  const { $schema: _, $defs = {}, ...root } = JSON.parse(text) as JsonObject;
  const definitions = Object.entries($defs as JsonObject).map(([name, schema]) => [name, older(schema)]);
  const schema = {
    $schema: "http://json-schema.org/draft-07/schema#",
    ...(older(root) as JsonObject),
    definitions: Object.fromEntries(definitions),
  };
  return `${JSON.stringify(schema, null, 2)}\n`;
}

function older(schema: Json): Json {
  if (typeof schema !== "object" || schema === null || Array.isArray(schema)) return schema;
  const { $ref, ...rest } = schema as JsonObject;
  const members = Object.entries(rest).flatMap(([key, value]) => olderMember(key, value));
  const own = Object.fromEntries([...members, ...closed(rest)]);
  if (typeof $ref !== "string") return own;
  const target = { $ref: $ref.replace("#/$defs/", "#/definitions/") };
  return Object.keys(own).length === 0 ? target : { ...own, allOf: [target] };
}

/** Definitions are refused for a key that is not known: an editor can show that too. */
function closed({ properties = {}, additionalProperties }: JsonObject): [string, Json][] {
  const isTable = Object.keys(properties as JsonObject).length > 0 && additionalProperties === undefined;
  return isTable ? [["additionalProperties", false]] : [];
}

function olderMember(key: string, value: Json): [string, Json][] {
  if (key === "const") return [["enum", [value]]];
  if (!SHARED.has(key)) throw new Error(`draft-04 has no keyword ${key}`);
  if (key === "properties") {
    const members = Object.entries(value as JsonObject).map(([name, member]) => [name, older(member)]);
    return [[key, Object.fromEntries(members)]];
  }
  // draft-04 wants at least one name there
  if (key === "required" && Array.isArray(value) && value.length === 0) return [];
  if (Array.isArray(value) && key !== "enum" && key !== "required") return [[key, value.map(older)]];
  return [[key, older(value)]];
}
