/**
 * The notices of what is bundled: name, version, license and license text of every package that a build took in. Who
 * passes the package on passes these on, as their licenses ask.
 */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** Text for dist/THIRD-PARTY.txt; `inputs` are the build's files, relative to `root`. */
export async function thirdPartyNotices(root: string, inputs: readonly string[]): Promise<string> {
  const packages = [...new Set(inputs.flatMap(packageDirectory))].sort();
  const notices = await Promise.all(packages.map((directory) => notice(join(root, directory))));
  return `What the programs beside this file contain of others.\n\n${notices.join(`\n${"-".repeat(78)}\n\n`)}`;
}

/** `node_modules/@scope/name` of a file in it, the innermost where packages nest. */
export function packageDirectory(path: string): string[] {
  const found = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1];
  return found === undefined ? [] : [found];
}

async function notice(directory: string): Promise<string> {
  const { name, version, license } = JSON.parse(await readFile(join(directory, "package.json"), "utf8"));
  const files = (await readdir(directory)).filter((file) => /^(licen[cs]e|notice|copyright)/i.test(file)).sort();
  const texts = await Promise.all(files.map((file) => readFile(join(directory, file), "utf8")));
  return [`${name} ${version} (${license ?? "see below"})`, ...texts.map((text) => text.trim()), ""].join("\n\n");
}
