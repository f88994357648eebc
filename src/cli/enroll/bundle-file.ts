/**
 * The file that carries credentials to another machine: mode 0600, written in one step. It replaces only an older bundle of
 * the same node or operator, whose credentials are revoked.
 */
import type { StagedFile } from "../../disk/atomic-file.ts";
import { readTextIfThere } from "../../disk/read-text.ts";
import { replacePrivateText, stagePrivateText } from "../../disk/replace-text.ts";
import { McpError } from "../../values/error.ts";

export interface BundleTarget {
  readonly path: string;
  /** @throws McpError E_CONFLICT if the file changed in between, E_FILE */
  write(text: string): Promise<void>;
  /** Writes it next to its path; `commit` moves it there. @throws McpError E_FILE */
  stage(text: string): Promise<StagedFile>;
}

/**
 * Checks the path before anything is created, so that nobody is enrolled without getting credentials.
 * @param isOurs true for the text of a file that may be replaced
 * @throws McpError E_CONFLICT if another file is there
 */
export async function bundleTarget(path: string, isOurs: (text: string) => boolean): Promise<BundleTarget> {
  const old = await readTextIfThere(path, "E_CONFIG");
  if (old !== undefined && !isOurs(old)) {
    throw new McpError("E_CONFLICT", `${path} exists, and is not an older bundle to replace`, {
      hint: "name another file with --out",
    });
  }
  return {
    path,
    write: (text) => replacePrivateText(path, text, old),
    stage: (text) => stagePrivateText(path, text, old),
  };
}
