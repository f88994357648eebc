/** Every fixture in bad/ against expected.json: line, field, a phrase of the message, and exactly the fix or the example. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { readDefinition } from "../../../../src/cli/definition/read-definition.ts";
import { McpError } from "../../../../src/values/error.ts";
import { type Problem, problemText } from "../../../../src/values/problem.ts";

const DIR = join(import.meta.dirname, "../../../fixtures/definitions/bad");

interface Expected {
  readonly line: number;
  readonly field: string;
  readonly message: string;
  readonly instead?: string;
  readonly example?: string;
}

const EXPECTED: Record<string, Expected[]> = JSON.parse(readFileSync(join(DIR, "expected.json"), "utf8"));

async function errorOf(path: string): Promise<McpError> {
  try {
    await readDefinition(path);
  } catch (error) {
    assert.ok(error instanceof McpError, `${path} throws ${error}`);
    return error;
  }
  return assert.fail(`${path} is accepted`);
}

test("every bad definition has an expectation and the other way round", () => {
  const files = readdirSync(DIR).filter((file) => file.endsWith(".toml"));
  assert.deepEqual(files.map((file) => file.slice(0, -".toml".length)).sort(), Object.keys(EXPECTED).sort());
  assert.ok(files.length >= 40);
});

for (const [name, expected] of Object.entries(EXPECTED)) {
  test(`refuses ${name}: position, problem, and a fix only where one follows from the file`, async () => {
    const path = join(DIR, `${name}.toml`);
    const error = await errorOf(path);
    assert.equal(error.code, "E_DEFINITION");
    const problems = error.details as Problem[];
    const shown = error.message;
    assert.deepEqual(
      problems.map(({ line, field }) => ({ line, field })),
      expected.map(({ line, field }) => ({ line, field })),
      shown,
    );
    for (const [index, { message, instead, example }] of expected.entries()) {
      const problem = problems[index] ?? assert.fail(shown);
      assert.ok(problem.message.includes(message), `"${message}" is not in: ${shown}`);
      assert.deepEqual([problem.instead, problem.example], [instead, example], shown);
    }
    assert.equal(error.message, problems.map((problem) => problemText(path, problem)).join("\n"));
    assert.ok(!error.message.includes("s3cret"), "shows a secret");
  });
}
