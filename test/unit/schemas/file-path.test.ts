/** Paths below a service's directory: whatever is accepted leads below it, and to nothing but what was typed. */
import assert from "node:assert/strict";
import { posix } from "node:path";
import { describe, test } from "node:test";
import fc from "fast-check";
import { isTempName, parseFilePath, tempName } from "../../../src/schemas/wire/file-path.ts";
import { isWrong } from "../../../src/values/parsed.ts";

const HOSTILE = [
  "",
  "/",
  "/etc/passwd",
  "..",
  "../x",
  "a/../../x",
  "a/..",
  ".",
  "./a",
  "a/./b",
  "a//b",
  "a/",
  "//a",
  "a\0b",
  "a\nb",
  "\u001b[2Jx",
  "a\u202etxt",
  "\ud800",
  "x".repeat(256),
  "ü".repeat(128),
  `${"a/".repeat(3000)}a`,
  Array.from({ length: 65 }, () => "a").join("/"),
  tempName("0123456789abcdef01234567"),
  `conf/${tempName("0123456789abcdef01234567")}`,
];

const GOOD = [
  "a",
  "app.toml",
  "conf/app.toml",
  ".hidden",
  "..a",
  "a..",
  "...",
  "-rf",
  "~",
  "a b",
  "a\\b",
  "ünïcode/日本",
  "*",
];

/** Made of the pieces that attacks are made of. */
const hostilePath = fc
  .array(fc.oneof(fc.constantFrom("..", ".", "", "a", "b.txt", "/", "\0", "~", "...", "..\\", "%2e%2e"), fc.string()), {
    maxLength: 8,
  })
  .map((parts) => parts.join("/"));

describe("a path below a service's directory", () => {
  for (const path of HOSTILE) {
    test(`refuses ${JSON.stringify(path.slice(0, 40))}`, () => {
      const parsed = parseFilePath(path);
      assert.ok(isWrong(parsed));
      assert.ok(parsed.wrong.length > 0);
    });
  }

  for (const path of GOOD) {
    test(`takes ${JSON.stringify(path)}`, () => {
      assert.deepEqual(parseFilePath(path), { value: path.split("/") });
    });
  }

  test("leads below the directory whenever it is accepted", () => {
    fc.assert(
      fc.property(hostilePath, (path) => {
        const parsed = parseFilePath(path);
        if (isWrong(parsed)) return;
        const resolved = posix.resolve("/srv/web", path);
        assert.equal(resolved, `/srv/web/${parsed.value.join("/")}`);
        assert.ok(resolved.startsWith("/srv/web/"));
        assert.ok(!path.includes("\0"));
      }),
    );
  });

  test("knows the names of half-written files", () => {
    assert.ok(isTempName(tempName("0123456789abcdef01234567")));
    for (const name of [".mcp-x.part", "mcp-0123456789abcdef01234567.part", ".mcp-0123456789abcdef01234567.part2"]) {
      assert.ok(!isTempName(name));
    }
  });
});
