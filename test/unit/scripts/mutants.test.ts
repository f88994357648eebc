/** The lists of mutants still fit the code: each text to replace is in its file exactly once, and each test exists. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { MUTANTS } from "../../../scripts/mutants/index.ts";
import { occurrences } from "../../../scripts/mutants/mutant.ts";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

describe("the lists of mutants", () => {
  it("find each text exactly once: after a change of the code, change the mutant of that code too", () => {
    const wrong = MUTANTS.flatMap(({ area, name, file, find }) => {
      const path = join(ROOT, file);
      const count = existsSync(path) ? occurrences(readFileSync(path, "utf8"), find) : "no such file";
      return count === 1 ? [] : [`${area}: ${name}: ${file}: found ${count} times: ${find}`];
    });
    assert.deepEqual(wrong, []);
  });

  it("change something, name tests that exist, and give each mutant a name of its own", () => {
    for (const { name, find, replace, tests } of MUTANTS) {
      assert.notEqual(find, replace, name);
      assert.ok(tests.length > 0, name);
      for (const test of tests) assert.ok(existsSync(join(ROOT, test)), `${name}: ${test}`);
    }
    const titles = MUTANTS.map(({ area, name }) => `${area}: ${name}`);
    assert.equal(new Set(titles).size, titles.length);
  });
});
