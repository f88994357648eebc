/**
 * Checks a value against the part of JSON Schema that docs/schemas uses. Members that a schema does not name are
 * problems too: what a command prints is documented. A keyword unknown here is an error, never ignored.
 */
type Json = { readonly [key: string]: unknown };

const TEXTS = ["$schema", "$defs", "title", "description", "format"];
const HANDLED = [
  "$ref",
  "type",
  "const",
  "enum",
  "required",
  "properties",
  "additionalProperties",
  "items",
  "oneOf",
  "anyOf",
];

/** One line for each problem: `$.results[0].outcome: is no member of …`. */
export function schemaProblems(value: unknown, schema: Json): string[] {
  return check(value, schema, { root: schema, at: "$" });
}

interface Place {
  readonly root: Json;
  readonly at: string;
}

function check(value: unknown, schema: Json, place: Place): string[] {
  const strange = Object.keys(schema).filter((key) => ![...TEXTS, ...HANDLED].includes(key));
  if (strange.length > 0) throw new Error(`${place.at}: keyword ${strange.join(", ")} is not known to this checker`);
  const target = schema["$ref"];
  if (typeof target === "string") return check(value, resolve(target, place.root), place);
  const choices = (schema["oneOf"] ?? schema["anyOf"]) as Json[] | undefined;
  if (choices !== undefined) return checkChoices(value, choices, place);
  return [
    ...checkScalar(value, schema, place),
    ...checkObject(value, schema, place),
    ...checkList(value, schema, place),
  ];
}

function resolve(target: string, root: Json): Json {
  const found = target
    .replace(/^#\//, "")
    .split("/")
    .reduce<unknown>((node, key) => (node as Json | undefined)?.[key], root);
  if (found === undefined) throw new Error(`${target} is not in the schema`);
  return found as Json;
}

function checkChoices(value: unknown, choices: readonly Json[], place: Place): string[] {
  const attempts = choices.map((choice) => check(value, choice, place));
  if (attempts.some((problems) => problems.length === 0)) return [];
  return [`${place.at}: fits none of ${choices.length} alternatives: ${attempts.map((a) => a[0]).join(" | ")}`];
}

function checkScalar(value: unknown, schema: Json, { at }: Place): string[] {
  const problems: string[] = [];
  if ("const" in schema && schema["const"] !== value) problems.push(`${at}: is not ${JSON.stringify(schema["const"])}`);
  const members = schema["enum"] as unknown[] | undefined;
  if (members !== undefined && !members.includes(value)) {
    problems.push(`${at}: ${JSON.stringify(value)} is none of ${JSON.stringify(members)}`);
  }
  const type = schema["type"];
  if (typeof type === "string" && !isOfType(value, type)) problems.push(`${at}: is no ${type}`);
  return problems;
}

function isOfType(value: unknown, type: string): boolean {
  if (type === "null") return value === null;
  if (type === "array") return Array.isArray(value);
  if (type === "object") return typeof value === "object" && value !== null && !Array.isArray(value);
  if (type === "integer") return Number.isInteger(value);
  return typeof value === type;
}

function checkObject(value: unknown, schema: Json, { root, at }: Place): string[] {
  if (!isOfType(value, "object") || schema["type"] !== "object") return [];
  const members = value as Json;
  const known = (schema["properties"] ?? {}) as { readonly [key: string]: Json };
  const others = schema["additionalProperties"];
  const missing = ((schema["required"] ?? []) as string[]).filter((key) => members[key] === undefined);
  return [
    ...missing.map((key) => `${at}.${key}: is missing`),
    ...Object.entries(members).flatMap(([key, member]) => {
      const own = Object.hasOwn(known, key) ? known[key] : undefined;
      if (own !== undefined) return check(member, own, { root, at: `${at}.${key}` });
      if (typeof others === "object") return check(member, others as Json, { root, at: `${at}.${key}` });
      return isOpen(schema) ? [] : [`${at}.${key}: is not documented`];
    }),
  ];
}

/** `{}` and `{ "type": "object" }` say nothing of what is inside. */
function isOpen(schema: Json): boolean {
  return schema["properties"] === undefined || schema["additionalProperties"] === true;
}

function checkList(value: unknown, schema: Json, { root, at }: Place): string[] {
  const items = schema["items"] as Json | undefined;
  if (!Array.isArray(value) || items === undefined) return [];
  return value.flatMap((item, index) => check(item, items, { root, at: `${at}[${index}]` }));
}
