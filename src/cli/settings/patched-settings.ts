/** The settings file with a node's address added; the caller writes it. */

import { readText } from "../../disk/read-text.ts";
import { McpError } from "../../values/error.ts";
import type { NodeName } from "../../values/names.ts";
import type { CliSettings } from "./read-settings.ts";
import { setNodeAddress } from "./set-node-address.ts";

const MAX_ADDRESS = 255;

export interface PatchedSettings {
  readonly path: string;
  readonly text: string;
  /** The text before the change. */
  readonly old: string;
}

/** @throws McpError E_USAGE for an invalid address, E_CONFIG without a settings file */
export async function patchedWithAddress(
  { path, found }: CliSettings,
  node: NodeName,
  address: string,
): Promise<PatchedSettings> {
  if (!/^\S+$/.test(address) || address.length > MAX_ADDRESS) {
    throw new McpError("E_USAGE", `"${address}" is not a valid address`, {
      hint: "for example: mcp node add rift 192.0.2.7",
    });
  }
  if (!found) {
    throw new McpError("E_CONFIG", `${path}: there is no settings file to store the address in`, {
      hint: "leave the address out, or create the file first: `mcp join` or `mcp bus init`",
    });
  }
  const old = await readText(path, "E_CONFIG");
  return { path, old, text: setNodeAddress(old, node, address) };
}
