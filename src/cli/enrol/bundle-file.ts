/**
 * The file that carries credentials to another machine: mode 0600, put in place whole. One of the same node or operator is
 * replaced, since its credentials count no more; nothing else ever is.
 */

import type { StagedFile } from "../../disk/atomic-file.ts";
import { readTextIfThere } from "../../disk/read-text.ts";
import { replacePrivateText, stagePrivateText } from "../../disk/replace-text.ts";
import { McpError } from "../../values/error.ts";

export interface BundleTarget {
  readonly path: string;
  /** @throws McpError E_CONFLICT when another program was faster, E_FILE */
  write(text: string): Promise<void>;
  /** Written, and not there yet. @throws McpError E_FILE */
  stage(text: string): Promise<StagedFile>;
}

/**
 * Looks before anything is made, so that nobody is enrolled without credentials.
 * @param isOurs says of the text that is there whether it may be replaced
 * @throws McpError E_CONFLICT when something else is there
 */
export async function bundleTarget(path: string, isOurs: (text: string) => boolean): Promise<BundleTarget> {
  const old = await readTextIfThere(path, "E_CONFIG");
  if (old !== undefined && !isOurs(old)) {
    throw new McpError("E_CONFLICT", `${path}: exists and is not overwritten`, {
      hint: "name another file with --out",
    });
  }
  return {
    path,
    write: (text) => replacePrivateText(path, text, old),
    stage: (text) => stagePrivateText(path, text, old),
  };
}
