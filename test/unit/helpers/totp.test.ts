import assert from "node:assert/strict";
import { test } from "node:test";
import { totpCode } from "../../helpers/totp.ts";

/** RFC 6238, appendix B: its codes have eight digits, of which the last six are ours. */
const VECTORS: readonly (readonly [number, string])[] = [
  [59, "287082"],
  [1_111_111_109, "081804"],
  [1_234_567_890, "005924"],
  [20_000_000_000, "353130"],
];

test("one-time codes are those of RFC 6238", () => {
  for (const [seconds, code] of VECTORS) {
    assert.equal(totpCode(Buffer.from("12345678901234567890"), seconds * 1000), code);
  }
});
