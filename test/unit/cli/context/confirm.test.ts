/** The question before something is destroyed. */
import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { it } from "node:test";
import { confirm } from "../../../../src/cli/context/confirm.ts";
import type { CliContext } from "../../../../src/cli/context/context.ts";

const QUESTION = "Remove node rift with its containers? Its credentials are revoked, and its services stay as they are";

/** The lines of the question at a terminal of this width. */
async function asked(columns: number): Promise<string[]> {
  const stdin = Object.assign(new PassThrough(), { isTTY: true });
  const stderr = Object.assign(new PassThrough(), { isTTY: true, columns });
  const context = { stdin, stderr, signal: new AbortController().signal } as unknown as CliContext;
  stdin.end("yes\n");
  await confirm(context, { question: QUESTION, yes: false });
  return String(stderr.read()).split("\n");
}

it("is broken between words, and leaves room for the answer", async () => {
  const lines = await asked(40);
  assert.equal(lines.join(" "), `${QUESTION} [y/N] `);
  assert.deepEqual(
    lines.filter((line) => line.length > 37),
    [],
  );
  assert.equal((await asked(200)).length, 1);
});
