/** Words and options of push and pull. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  readFileSelector,
  readFileTarget,
  readMode,
  readNodePath,
  readOwner,
  targetPath,
} from "../../../../src/cli/files/file-options.ts";
import { TransferMeter } from "../../../../src/cli/files/transfer-meter.ts";
import { textOf } from "../../../../src/terminal/cell.ts";
import { hasCode } from "../../../../src/values/error.ts";

const usage = (error: unknown) => hasCode(error, "E_USAGE");

describe("words of push and pull", () => {
  test("name a service, a node and a directory", () => {
    assert.deepEqual(readFileTarget("web"), { selector: { service: "web" }, path: "" });
    assert.deepEqual(readFileTarget("web@rift:conf/"), { selector: { service: "web", node: "rift" }, path: "conf/" });
    assert.throws(() => readFileSelector("web/api"), usage);
    assert.throws(() => readFileTarget("Web:x"), usage);
  });

  test("put a file under the path, or into it where that is a directory", () => {
    assert.equal(targetPath(".", "a.conf"), "a.conf");
    assert.equal(targetPath("./", "a.conf"), "a.conf");
    assert.equal(targetPath("b.conf", "a.conf"), "b.conf");
    assert.equal(targetPath("conf/", "a.conf"), "conf/a.conf");
    for (const path of ["../x", "/etc/", "conf//", "a/../b"])
      assert.throws(() => targetPath(path, "a.conf"), usage, path);
    assert.equal(readNodePath("."), "");
    assert.throws(() => readNodePath("/srv/web/a"), usage);
  });

  test("give modes in octal digits and owners in numbers", () => {
    assert.equal(readMode("640"), 0o640);
    assert.equal(readMode("0755"), 0o755);
    assert.equal(readMode(undefined), undefined);
    for (const text of ["4755", "888", "64", "rw", "0o644", ""]) assert.throws(() => readMode(text), usage, text);
    assert.deepEqual(readOwner("999"), { uid: 999, gid: 999 });
    assert.deepEqual(readOwner("999:0"), { uid: 999, gid: 0 });
    for (const text of ["web", "1:2:3", "-1", "4294967295", ":1", "1:"])
      assert.throws(() => readOwner(text), usage, text);
  });
});

describe("the meter of a transfer", () => {
  test("tells share, amounts, the rate of the last seconds and what is left", () => {
    const clock = { ms: 0 };
    const meter = new TransferMeter(() => clock.ms);
    meter.expect(100 * 1024 * 1024);
    assert.match(meter.text(), /^ {2}0 % {2}0 B of 100 MiB {2}0 B\/s$/);
    for (let second = 1; second <= 20; second++) {
      clock.ms = second * 1000;
      meter.move(1024 * 1024);
    }
    assert.match(meter.text(), /^ 20 % {2}20.0 MiB of 100 MiB {2}1.0 MiB\/s {2}1m left$/);
    for (let second = 21; second <= 30; second++) {
      clock.ms = second * 1000;
      meter.move(8 * 1024 * 1024);
    }
    assert.match(meter.text(), /^100 % {2}100 MiB of 100 MiB {2}8.0 MiB\/s$/);
  });

  test("shows no share before the size is known: the file may not exist", () => {
    const meter = new TransferMeter(() => 0);
    assert.equal(meter.text(), "waiting for the node");
    assert.doesNotMatch(meter.bar().map(textOf).join(""), /█/);
  });

  test("is full for an empty file", () => {
    const meter = new TransferMeter(() => 0);
    meter.expect(0);
    assert.match(meter.text(), /^100 %/);
  });
});
