/** The doctor's view of a store is the agent's: what the agent refuses is found, and nothing is changed. */
import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { rm, truncate } from "node:fs/promises";
import { describe, it } from "node:test";
import Database from "libsql";
import { judgeStore } from "../../../../src/agent/doctor/judge-own.ts";
import { examineStore } from "../../../../src/agent/store/examine-store.ts";
import { messageOf } from "../../../../src/values/error.ts";
import { filled, open } from "../../../fixtures/store/opened.ts";

function change(path: string, sql: string): void {
  const database = new Database(path);
  database.exec(sql);
  database.close();
}

const REFUSED: Record<string, (path: string) => Promise<void> | void> = {
  "of a newer version": (path) => change(path, "PRAGMA user_version = 99"),
  "of another program": (path) => change(path, "PRAGMA application_id = 7"),
  "that is a directory": async (path) => {
    await rm(path);
    mkdirSync(path);
  },
};

describe("a store that is examined", () => {
  for (const [what, spoil] of Object.entries(REFUSED)) {
    it(`and is one ${what}: the doctor says why the agent refuses it`, async (t) => {
      const path = await filled(t);
      await spoil(path);
      const finding = examineStore(path);
      assert.equal(finding?.isReplaced, false);
      assert.match(messageOf(finding.error), new RegExp(path));
      await assert.rejects(open(path), { code: "E_STORE" });
      const [check] = judgeStore(finding);
      assert.deepEqual([check?.name, check?.result, check?.remedy], ["store-content", "fail", finding.error.hint]);
    });
  }

  it("and is damaged: the doctor says that it will be set aside, and leaves it as it is", async (t) => {
    const path = await filled(t);
    await truncate(path, 8192);
    const before = readFileSync(path);
    const finding = examineStore(path);
    assert.equal(finding?.isReplaced, true);
    assert.deepEqual(readFileSync(path), before);
    assert.deepEqual([judgeStore(finding)[0]?.result], ["warn"]);
  });

  it("and is sound, new, or in use by an agent: the doctor says nothing", async (t) => {
    const path = await filled(t);
    assert.equal(examineStore(path), undefined);
    assert.equal(examineStore(`${path}.new`), undefined);
    await open(path, t);
    assert.equal(examineStore(path), undefined);
    assert.deepEqual(judgeStore(undefined), []);
  });
});
