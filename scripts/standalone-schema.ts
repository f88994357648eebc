/**
 * From typia's OpenAPI 3.1 collection of one type to a JSON Schema (draft 2020-12) that stands on its own. Pure. Keys
 * and alternatives are sorted, so that the text changes only when the type does.
 */
type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** What `typia.json.schemas<[T], "3.1">()` returns, as far as it is used here. */
export interface SchemaCollection {
  readonly components: { readonly schemas?: { readonly [name: string]: unknown } };
  readonly schemas: readonly unknown[];
}

const REF_FROM = "#/components/schemas/";
const REF_TO = "#/$defs/";

/** The text of the schema's file. */
export function standaloneSchema(title: string, collection: SchemaCollection): string {
  const root = tidy(collection.schemas[0]);
  const definitions = Object.entries(collection.components.schemas ?? {})
    .map(([name, schema]) => [name, tidy(schema)] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const schema = {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title,
    ...(isObject(root) ? root : {}),
    ...(definitions.length === 0 ? {} : { $defs: Object.fromEntries(definitions) }),
  };
  return `${JSON.stringify(schema, null, 2)}\n`;
}

function tidy(node: unknown): Json {
  if (Array.isArray(node)) return node.map(tidy);
  if (typeof node !== "object" || node === null) return toJson(node);
  // Our types are readonly throughout, which says nothing to a reader of JSON. A property of that name is a schema.
  const entries = Object.entries(node).filter(([key, value]) => !(key === "readOnly" && value === true));
  return withEnum(
    Object.fromEntries(entries.map(([key, value]) => [key, key === "$ref" ? rebase(value) : tidy(value)])),
  );
}

function toJson(value: unknown): Json {
  if (value === null || typeof value === "boolean" || typeof value === "number" || typeof value === "string")
    return value;
  throw new TypeError(`no JSON in a schema: ${typeof value}`);
}

const rebase = (ref: unknown): string => String(ref).replace(REF_FROM, REF_TO);

// `oneOf: [{const: "a"}, {const: "b"}]` says `enum: ["a", "b"]` at length, and in the compiler's order.
function withEnum(schema: { [key: string]: Json }): Json {
  const { oneOf, ...rest } = schema;
  if (!Array.isArray(oneOf)) return schema;
  const constants = oneOf.flatMap((one: Json) => (isConstant(one) ? [one.const] : []));
  if (constants.length === oneOf.length) return { enum: constants.sort(byText), ...rest };
  return { oneOf: [...oneOf].sort(byText), ...rest };
}

const byText = (a: Json, b: Json) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);

const isConstant = (node: Json): node is { const: Json } =>
  isObject(node) && "const" in node && Object.keys(node).length === 1;

function isObject(node: Json): node is { readonly [key: string]: Json } {
  return typeof node === "object" && node !== null && !Array.isArray(node);
}
