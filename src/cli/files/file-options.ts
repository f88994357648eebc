/** Parses the arguments and options of `mcp push` and `mcp pull`. Pure. Invalid ones are E_USAGE with an example. */

import { parseFilePath } from "../../schemas/wire/file-path.ts";
import type { FileOwner } from "../../schemas/wire/request.ts";
import { McpError } from "../../values/error.ts";
import type { Selector } from "../../values/names.ts";
import { isWrong } from "../../values/parsed.ts";
import { quoted } from "../../values/quoted.ts";
import { readSelector } from "../fleet/select.ts";

const MAX_ID = 2 ** 32 - 2;

/** `service[@node]`: files belong to a whole service. */
export function readFileSelector(text: string): Selector {
  const selector = readSelector(text);
  if (selector.component === undefined) return selector;
  throw new McpError("E_USAGE", `${quoted(text)}: files belong to a service, not to a component`, {
    hint: `write ${text.replace(/\/[^@]*/, "")}`,
  });
}

/** `service[@node][:path]` */
export function readFileTarget(text: string): { readonly selector: Selector; readonly path: string } {
  const [service = "", ...rest] = text.split(":");
  return { selector: readFileSelector(service), path: rest.join(":") };
}

/** A path below the service's directory, checked; "" for `.`, that directory itself. */
export function readNodePath(text: string): string {
  const path = text.replace(/\/$/, "");
  if (path === "." || text === "") return "";
  const parsed = parseFilePath(path);
  if (!isWrong(parsed)) return path;
  throw new McpError("E_USAGE", parsed.wrong, {
    hint: "paths are below the service's directory on the node, for example conf/app.toml",
  });
}

/** `/` at the end, or `.`: the file goes into that directory under its own name. */
export function targetPath(path: string, name: string): string {
  const base = readNodePath(path);
  if (base === "") return readNodePath(name);
  return readNodePath(path.endsWith("/") ? `${base}/${name}` : base);
}

/** `644`, `0640` */
export function readMode(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^0?[0-7]{3}$/.test(text)) return Number.parseInt(text, 8);
  throw new McpError("E_USAGE", `--mode: ${quoted(text)} is not a file mode`, {
    hint: "three octal digits, for example 640",
  });
}

/** `uid[:gid]` as the containers see it. */
export function readOwner(text: string | undefined): FileOwner | undefined {
  if (text === undefined) return undefined;
  const [, uid, gid = uid] = /^(\d{1,10})(?::(\d{1,10}))?$/.exec(text) ?? [];
  const owner = { uid: Number(uid), gid: Number(gid) };
  if (uid !== undefined && owner.uid <= MAX_ID && owner.gid <= MAX_ID) return owner;
  throw new McpError("E_USAGE", `--owner: ${quoted(text)} does not have the form uid[:gid]`, {
    hint: "numbers as the service's containers see them, for example 999:999",
  });
}
