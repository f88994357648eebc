/** The project's files and modules, for the tests of the project's rules. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { sourceFacts } from "./source-facts.ts";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** Files of the project, whether committed yet or not. */
export const PROJECT_FILES = execFileSync("git", ["ls-files", "-co", "--exclude-standard", "-z"], {
  cwd: ROOT,
  encoding: "utf8",
})
  .split("\0")
  .filter((path) => path !== "" && isPresent(path));

/** What the parser says of every module that is not generated. */
export const SOURCES = PROJECT_FILES.filter(
  (path) => /^src\/.*\.ts$/.test(path) && !path.startsWith("src/schemas/generated/"),
).map((path) => sourceFacts(ROOT, path));

function isPresent(path: string): boolean {
  try {
    readFileSync(join(ROOT, path));
    return true;
  } catch {
    return false; // deleted, but not yet in a commit
  }
}

/** Fails with every breach of the rule, one a line. */
export function none(breaches: readonly string[], rule: string): void {
  assert.equal(breaches.length, 0, `${rule}:\n  ${breaches.join("\n  ")}`);
}

/** The layer of a module: `bus` of `src/bus/connection/connect.ts`. */
export const layerOf = (path: string) => path.split("/")[1] ?? "";
