/** The address of a file on this node: a service, and a path below its directory. Each part is checked. */

import { parseFilePath } from "../../schemas/wire/file-path.ts";
import { McpError } from "../../values/error.ts";
import { isName, NAME_RULE, type ServiceName } from "../../values/names.ts";
import { isWrong } from "../../values/parsed.ts";

export interface FileAddress {
  readonly service: ServiceName;
  /** Relative to the service's directory; empty for that directory itself. */
  readonly path: string;
}

/** For people: `web/conf/app.toml`. */
export const addressText = ({ service, path }: FileAddress) => (path === "" ? service : `${service}/${path}`);

/** The parts of the path below the files root. @throws McpError E_FILE for an invalid path */
export function pathNames({ service, path }: FileAddress): readonly [string, ...string[]] {
  if (!isName(service)) throw new McpError("E_FILE", `"${service}" is not a valid service name`, { hint: NAME_RULE });
  if (path === "") return [service];
  const parsed = parseFilePath(path);
  if (isWrong(parsed)) throw new McpError("E_FILE", parsed.wrong, { hint: 'for example: "conf/app.toml"' });
  return [service, ...parsed.value];
}

/** The directory's names and the file's own. @throws McpError E_FILE */
export function splitPath(place: FileAddress): { directory: readonly string[]; name: string } {
  const names = pathNames(place);
  if (names.length === 1) throw new McpError("E_FILE", `${addressText(place)} is a directory`);
  return { directory: names.slice(0, -1), name: names.at(-1) ?? "" };
}
