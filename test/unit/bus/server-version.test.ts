import assert from "node:assert/strict";
import { test } from "node:test";
import { checkServerVersion, versionWarning } from "../../../src/bus/connection/server-version.ts";
import { hasCode } from "../../../src/values/error.ts";

test("2.10 is the floor", () => {
  for (const good of ["2.10.0", "2.10.27", "2.15.1", "2.100.0", "3.0.0", "2.11.0-RC.1"]) checkServerVersion(good);
  for (const bad of ["2.9.25", "1.4.1", "", "unknown", "2.9.99"]) {
    assert.throws(
      () => checkServerVersion(bad),
      (error) => hasCode(error, "E_BUS_VERSION"),
      bad,
    );
  }
});

test("lines without security fixes are warned of", () => {
  for (const good of ["2.12.12", "2.12.13", "2.14.3", "2.15.1", "2.16.0", "3.0.0"]) {
    assert.equal(versionWarning(good), undefined, good);
  }
  for (const old of ["2.10.27", "2.11.9", "2.12.11", "2.13.0", "2.14.2", "2.15.0"]) {
    assert.match(versionWarning(old) ?? "", /security/, old);
  }
});
