/** The built programs of a release in one file, so that later releases can be tried together with them. */
import { execFileSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";

/** In the directory of a recorded release. */
export const PROGRAMS_FILE = "programs.tar.br";

/** The same programs always give the same file. */
const SAME_BYTES = ["--sort=name", "--mtime=@0", "--owner=0", "--group=0", "--numeric-owner"];

/** Pages for `man`, and code that one version of Node compiled, which only makes a start faster. */
const WITHOUT = ["--exclude=*.code", "--exclude=dist/man"];

const TAR_LIMIT_BYTES = 64 * 1024 * 1024;

/**
 * Packs package.json, bin/ and dist/ of a built project.
 * @param target directory of the recorded release
 */
export async function packPrograms(root: string, target: string): Promise<void> {
  const args = [...SAME_BYTES, ...WITHOUT, "--create", "--directory", root, "package.json", "bin", "dist"];
  const tar = execFileSync("tar", args, { maxBuffer: TAR_LIMIT_BYTES });
  // The three programs share most of their code: a window over all of them makes the file half as large.
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24 };
  await writeFile(join(target, PROGRAMS_FILE), brotliCompressSync(tar, { params }));
}
