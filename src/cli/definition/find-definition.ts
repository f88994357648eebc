/** The definitions in the services directory: one by its service's name, or all of them. */

import { readdirSync } from "node:fs";
import { join } from "node:path";
import pLimit from "p-limit";
import { hasCode, McpError } from "../../values/error.ts";
import { isName, type ServiceName } from "../../values/names.ts";
import { didYouMean } from "../../values/nearest.ts";
import { quoted } from "../../values/quoted.ts";
import { type Definition, readDefinition } from "./read-definition.ts";

const SUFFIX = ".toml";
const FILES_AT_ONCE = 16;

export interface DefinitionFailure {
  readonly path: string;
  /** The name of the file without its ending, which is meant as the name of the service. */
  readonly name: string;
  readonly error: McpError;
}

export interface AllDefinitions {
  /** Sorted by name. */
  readonly definitions: readonly Definition[];
  /** Files that could not be read, each with the reason. */
  readonly failures: readonly DefinitionFailure[];
}

export function definitionPath(dir: string, service: ServiceName): string {
  return join(dir, `${service}${SUFFIX}`);
}

/** @throws McpError E_NOT_FOUND with the nearest service, E_DEFINITION when the file is invalid. */
export async function findDefinition(dir: string, service: ServiceName): Promise<Definition> {
  const names = await listNames(dir);
  if (isName(service) && names.includes(service)) return readDefinition(definitionPath(dir, service), service);
  throw new McpError(
    "E_NOT_FOUND",
    `no definition of service ${quoted(service)} in ${dir}${didYouMean(service, names)}`,
    {
      hint: `write ${definitionPath(dir, isName(service) ? service : "<service>")}, or name a file with \`-f\``,
    },
  );
}

/** Every definition; an invalid file does not stop the others. @throws McpError E_NOT_FOUND when the directory is missing. */
export async function readAll(dir: string): Promise<AllDefinitions> {
  const limit = pLimit(FILES_AT_ONCE);
  const read = await Promise.all((await listNames(dir)).map((name) => limit(() => readOne(dir, name))));
  return {
    definitions: read.flatMap((one) => ("spec" in one ? [one] : [])),
    failures: read.flatMap((one) => ("error" in one ? [one] : [])),
  };
}

/** A known error is a failure of this file; anything else is thrown. */
async function readOne(dir: string, name: string): Promise<Definition | DefinitionFailure> {
  const path = definitionPath(dir, name);
  try {
    return await readDefinition(path, name);
  } catch (error) {
    if (error instanceof McpError && !hasCode(error, "E_BUG")) return { path, name, error };
    throw error;
  }
}

/** Names of the files that end in `.toml`, sorted; without hidden files, which belong to editors. */
export async function listNames(dir: string): Promise<string[]> {
  try {
    const files = readdirSync(dir);
    const ours = files.filter((file) => file.endsWith(SUFFIX) && !file.startsWith("."));
    return ours.map((file) => file.slice(0, -SUFFIX.length)).sort();
  } catch (cause) {
    throw new McpError("E_NOT_FOUND", `the services directory ${dir} cannot be read`, {
      cause,
      hint: `\`mkdir -p ${dir}\` and put \`<service>.toml\` there, or name another: \`[services] dir\` in mcp.toml`,
    });
  }
}
