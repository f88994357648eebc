import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { McpError, messageOf } from "../../../src/values/error.ts";
import { errorAnswer, writeError } from "../../../src/values/no-room.ts";

const systemError = (code: string) => Object.assign(new Error(`${code}: no space, write`), { code, errno: -1 });

describe("a full disk", () => {
  it("is no defect, wherever the system reports it", () => {
    const found = errorAnswer(systemError("ENOSPC"));
    assert.deepEqual([found.code, found.message], ["E_FILE", "cannot write: the disk is full"]);
    assert.match(found.hint ?? "", /free space/);
  });

  it("is said once, with the path, when a file cannot be written", () => {
    assert.equal(
      messageOf(writeError("/x: cannot be written", systemError("ENOSPC"))),
      "/x: cannot be written: the disk is full",
    );
    assert.match(messageOf(writeError("/x: cannot be written", systemError("EDQUOT"))), /quota is used up$/);
    assert.equal(messageOf(writeError("/x: cannot be written", systemError("EIO"))), "/x: cannot be written: no space");
  });
});

describe("an error without a code", () => {
  it("is a defect, and one with a code is passed on", () => {
    assert.deepEqual(errorAnswer(new TypeError("no function")), { code: "E_BUG", message: "no function" });
    const known = errorAnswer(new McpError("E_STORE", "no", { hint: "try" }));
    assert.deepEqual(known, { code: "E_STORE", message: "no", hint: "try" });
  });
});
