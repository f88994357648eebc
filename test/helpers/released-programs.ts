/** The programs of earlier releases (test/fixtures/releases/<version>), unpacked where every user can run them. */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliDecompressSync } from "node:zlib";
import { PROGRAMS_FILE } from "../../scripts/release-programs.ts";
import { copyNativePackages } from "../../src/cli/dev/stage-agent.ts";
import { VERSION } from "../../src/values/version.ts";
import type { Scope } from "./scope.ts";
import { tempDir } from "./temp-dir.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const RELEASES = join(ROOT, "test/fixtures/releases");

/** Versions before this one whose programs are kept, oldest first. */
export function releasedVersions(): string[] {
  return readdirSync(RELEASES)
    .filter((version) => version !== VERSION && existsSync(join(RELEASES, version, PROGRAMS_FILE)))
    .sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
}

/** Directory of a package with bin/ and dist/ of that release, and the native packages of this project. */
export async function releasedPrograms(scope: Scope, version: string): Promise<string> {
  const dir = await tempDir(scope, 0o755);
  const tar = brotliDecompressSync(readFileSync(join(RELEASES, version, PROGRAMS_FILE)));
  execFileSync("tar", ["--extract", "--no-same-owner", "--directory", dir], { input: tar });
  await mkdir(join(dir, "node_modules"), { mode: 0o755 });
  await copyNativePackages(ROOT, dir);
  return dir;
}
