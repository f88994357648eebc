/** The files below a directory of the workstation, sorted by path. Links and devices are listed as skipped. */
import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import { localError } from "../../values/local-error.ts";

export interface LocalTree {
  /** Paths below the directory, with `/` between names. */
  readonly files: readonly string[];
  readonly skipped: readonly string[];
}

/** @throws McpError E_NOT_FOUND, E_FILE for a directory that cannot be read */
export async function localTree(root: string): Promise<LocalTree> {
  const tree = { files: [] as string[], skipped: [] as string[] };
  await visit(root, "", tree);
  return tree;
}

async function visit(root: string, below: string, tree: { files: string[]; skipped: string[] }): Promise<void> {
  const here = join(root, below);
  const names = await readdir(here).catch((error: unknown) => {
    throw localError(here, error);
  });
  for (const name of names.sort()) {
    const path = below === "" ? name : `${below}/${name}`;
    const stats = await lstat(join(root, path)).catch(() => undefined); // removed in the meantime
    if (stats?.isDirectory()) await visit(root, path, tree);
    else if (stats?.isFile()) tree.files.push(path);
    else tree.skipped.push(path);
  }
}
