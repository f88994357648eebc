/** A rejected document in a report: both forms are written, and either is read. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { rejectionFields, rejectionOf } from "../../../src/schemas/service/rejection.ts";

describe("a rejection in a report", () => {
  it("is written in the new form and in the one that 0.1 reads", () => {
    const rejection = { kind: "refused", reason: "it is not signed", writeId: "w1" } as const;
    assert.deepEqual(rejectionFields(rejection), { rejection, regressed: "it is not signed", refused: "w1" });
    const regressed = { kind: "regressed", reason: "it is gone" } as const;
    assert.deepEqual(rejectionFields(regressed), { rejection: regressed, regressed: "it is gone" });
    assert.deepEqual(rejectionFields(undefined), {});
  });

  it("is read from a report of 0.1", () => {
    assert.deepEqual(rejectionOf({ regressed: "it is gone" }), { kind: "regressed", reason: "it is gone" });
    const old = { regressed: "it is not signed", refused: "w1" };
    assert.deepEqual(rejectionOf(old), { kind: "refused", reason: "it is not signed", writeId: "w1" });
    assert.equal(rejectionOf({}), undefined);
  });

  it("is read from a report of a later version, which leaves the old fields out", () => {
    const rejection = { kind: "regressed", reason: "it is gone" } as const;
    assert.deepEqual(rejectionOf({ rejection }), rejection);
  });
});
