/** The check of recorded histories notices each kind of lie. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { DesiredService } from "../../../src/schemas/service/desired.ts";
import { documentHash } from "../../../src/schemas/service/spec-hash.ts";
import { documentOf } from "../../fixtures/store/samples.ts";
import { type Attempt, problemsOf } from "../../helpers/write-history.ts";

function on(base: DesiredService | undefined, writeId: string): DesiredService {
  const generation = (base?.generation ?? 0) + 1;
  const ref = base === undefined ? null : { generation: base.generation, hash: documentHash(base) };
  return { ...documentOf("web", generation), base: ref, writeId };
}

const first = on(undefined, "first");
const second = on(first, "second");
const stored = [first, second].map((document, index) => ({ document, revision: index + 1 }));
const attempt = (document: DesiredService, answer: Attempt["answer"]): Attempt => ({ document, answer });

describe("a history of writes", () => {
  it("is sound when every answer was true", () => {
    const attempts = [
      attempt(first, { kind: "stored", revision: 1 }),
      attempt(second, { kind: "unknown" }),
      attempt(on(first, "loser"), { kind: "lost", said: "E_CONFLICT" }),
      attempt(on(second, "never arrived"), { kind: "unknown" }),
    ];
    assert.deepEqual(problemsOf(attempts, stored), []);
  });

  for (const [what, attempts, history, pattern] of [
    ["a lost write", [attempt(on(second, "gone"), { kind: "stored", revision: 3 })], stored, /acknowledged and is not/],
    ["a loser that won", [attempt(second, { kind: "lost", said: "E_CONFLICT" })], stored, /told: E_CONFLICT/],
    ["a wrong revision", [attempt(second, { kind: "stored", revision: 9 })], stored, /revision 2, not 9/],
    ["a write stored twice", [attempt(second, { kind: "unknown" })], [...stored, ...stored.slice(1)], /2 times/],
    ["a gap", [], stored.slice(1), /generation 2 where 1 is due/],
    ["an overwritten generation", [], [...stored, { document: on(first, "x"), revision: 3 }], /where 3 is due/],
  ] as const) {
    it(`shows ${what}`, () => assert.match(problemsOf(attempts, history).join("\n"), pattern));
  }
});
