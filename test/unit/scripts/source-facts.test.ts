import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { it } from "node:test";
import { sourceFacts } from "../../helpers/source-facts.ts";
import { tempDir } from "../../helpers/temp-dir.ts";

const TEXT = `/**
 * Two lines
 * of header.
 */
import type { A } from "../a.ts";
import { type B, c } from "libsql";
let counter = 0;
export * from "./all.ts";
console.log("at import", \`mcp.v1.\${counter}\`);
export const long = (a: A, b: B) => {
  return import("./lazy.ts");
};
class K { m(x: number) { return c(x); } }
export default K;
`;

it("reads imports, sizes, strings and what is not allowed from a source file", async (t) => {
  const root = await tempDir(t);
  await mkdir(join(root, "src/x"), { recursive: true });
  await writeFile(join(root, "src/x/y.ts"), TEXT);
  const facts = sourceFacts(root, "src/x/y.ts");
  assert.equal(facts.headerLines, 2);
  assert.equal(facts.lines, 14);
  assert.deepEqual(facts.imports, [
    { target: "src/a.ts", typeOnly: true },
    { target: "libsql", typeOnly: false },
    { target: "src/x/lazy.ts", typeOnly: false },
  ]);
  assert.deepEqual(facts.functions, [
    { name: "long", lines: 3, parameters: 2 },
    { name: "m", lines: 1, parameters: 1 },
  ]);
  assert.ok(facts.strings.includes("at import") && facts.strings.includes("mcp.v1."));
  assert.deepEqual(facts.offenses, [
    "has a module-level let or var",
    "re-exports another module",
    "works at import",
    "has a default export",
  ]);
});
