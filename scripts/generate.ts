/**
 * `npm run generate` brings generated files up to date; with `--check` it writes nothing and fails naming what is stale.
 */
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { generatedFiles, SCHEMA_DIRECTORY, VALIDATORS } from "./generated-files.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

async function main(check: boolean): Promise<void> {
  const wanted = await generatedFiles(ROOT);
  const present = await presentFiles();
  const stale = [...wanted].filter(([path, text]) => present.get(path) !== text).map(([path]) => path);
  const leftover = [...present.keys()].filter((path) => !wanted.has(path));
  if (!check) {
    for (const path of stale) await replace(path, wanted.get(path) ?? "");
    for (const path of leftover) await rm(join(ROOT, path));
  }
  for (const path of [...stale, ...leftover].sort()) {
    console.log(`${path} ${wanted.has(path) ? "is stale" : "has no source any more"}${check ? "" : ": updated"}`);
  }
  if (check && stale.length + leftover.length > 0) {
    console.error("run `npm run generate`");
    process.exitCode = 1;
  }
}

async function presentFiles(): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const directory of [dirname(VALIDATORS), SCHEMA_DIRECTORY]) {
    for (const name of await readdir(join(ROOT, directory)).catch(() => [])) {
      const path = join(directory, name);
      files.set(path, await readFile(join(ROOT, path), "utf8"));
    }
  }
  return files;
}

// Renamed, so that a program that starts now reads the old file or the new one.
async function replace(path: string, text: string): Promise<void> {
  const target = join(ROOT, path);
  await mkdir(dirname(target), { recursive: true });
  await writeFile(`${target}.new`, text);
  await rename(`${target}.new`, target);
}

await main(process.argv.includes("--check"));
