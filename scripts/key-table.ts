/**
 * The keys of files that people write, from the JSON Schemas of these files: a row for each key with its type and its
 * description, in the order of the TypeScript type, tables last. `mcp explain`, `mcp init` and the man pages read this table. Pure.
 */
interface Schema {
  readonly $ref?: string;
  readonly $defs?: { readonly [name: string]: Schema };
  readonly type?: string;
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly oneOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: { readonly [key: string]: Schema };
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
}

export interface KeyRow {
  /** Dotted, without the brackets of lists: `components.health.interval`. */
  readonly key: string;
  readonly type: string;
  readonly required: boolean;
  readonly description: string;
}

/** @param text of a schema as standalone-schema.ts writes it */
export function keyRows(text: string): KeyRow[] {
  const root = JSON.parse(text) as Schema;
  const resolve = (schema: Schema): Schema => {
    const target = schema.$ref === undefined ? {} : (root.$defs?.[schema.$ref.replace("#/$defs/", "")] ?? {});
    return { ...target, ...schema };
  };
  const rowsOf = (schema: Schema, prefix: string): KeyRow[] => {
    const { properties = {}, required = [] } = resolve(schema);
    const members = Object.entries(properties).map(([name, unresolved]) => [name, resolve(unresolved)] as const);
    const [tables, values] = [members.filter(isTableRow), members.filter((member) => !isTableRow(member))];
    return [...values, ...tables].flatMap(([name, member]) => {
      const key = prefix + name;
      const own = { key, type: typeOf(member, resolve), required: required.includes(name) };
      const inner = member.type === "array" && member.items ? resolve(member.items) : member;
      return [{ ...own, description: oneLine(member.description ?? "") }, ...rowsOf(inner, `${key}.`)];
    });
  };
  return rowsOf(root, "");
}

/** In TOML, what follows the header of a table belongs to it: tables come last. */
const isTableRow = ([, { type, items, properties }]: readonly [string, Schema]): boolean =>
  (type === "object" && Object.keys(properties ?? {}).length > 0) || (type === "array" && items?.$ref !== undefined);

/** A type in words: `list of strings`. */
function typeOf(schema: Schema, resolve: (schema: Schema) => Schema): string {
  const { type, oneOf, items, properties = {}, additionalProperties } = schema;
  if (schema.enum !== undefined) return `one of ${schema.enum.map((value) => JSON.stringify(value)).join(", ")}`;
  if (oneOf !== undefined) return oneOf.map((one) => typeOf(resolve(one), resolve)).join(" or ");
  if (type === "array") return `list of ${typeOf(resolve(items ?? {}), resolve)}s`;
  if (type !== "object") return type ?? "any value";
  const isMap = Object.keys(properties).length === 0 && typeof additionalProperties === "object";
  return isMap ? `table of ${typeOf(resolve(additionalProperties), resolve)}s` : "table";
}

const oneLine = (text: string) => text.replaceAll(/\s+/g, " ").trim();

/** The TypeScript module with the tables, by the name of the file that they describe. */
export function keyTableModule(tables: Readonly<Record<string, readonly KeyRow[]>>): string {
  return `export const KEY_TABLES = ${JSON.stringify(tables, null, 2)} as const;\n`;
}
