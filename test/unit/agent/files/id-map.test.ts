/** Which ids a file can be given to: those that the process's user namespace maps. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { parseIdMap, readIdMaps, requireMapped } from "../../../../src/agent/files/id-map.ts";
import { hasCode, McpError } from "../../../../src/values/error.ts";

// As rootless podman sets it up: the user themselves, then their subordinate ids.
const MAP = "         0       1001          1\n         1     100000      65536\n";

describe("an id map", () => {
  test("gives adjoining ranges as one", () => {
    assert.deepEqual(parseIdMap(MAP), [{ first: 0, last: 65_536 }]);
  });

  test("keeps ranges with a gap apart", () => {
    assert.deepEqual(parseIdMap("5 100 1\n0 1001 1\n"), [
      { first: 0, last: 0 },
      { first: 5, last: 5 },
    ]);
  });

  test("of this process holds its own user", async () => {
    const { uid } = await readIdMaps();
    const own = process.getuid?.() ?? 0;
    assert.ok(uid.some(({ first, last }) => own >= first && own <= last));
  });
});

describe("an owner", () => {
  const maps = { uid: parseIdMap(MAP), gid: parseIdMap(MAP) };

  test("within the range is taken, its ends included", () => {
    for (const id of [0, 1, 65_536]) requireMapped("web/app.toml", { uid: id, gid: id }, maps);
  });

  for (const [kind, owner] of [
    ["uid", { uid: 70_000, gid: 0 }],
    ["gid", { uid: 0, gid: 70_000 }],
  ] as const) {
    test(`whose ${kind} is outside is refused with the range and what extends it`, () => {
      assert.throws(
        () => requireMapped("web/app.toml", owner, maps),
        (error) => {
          assert.ok(error instanceof McpError && hasCode(error, "E_FILE"));
          assert.match(error.message, new RegExp(`^web/app.toml: ${kind} 70000 is outside .*0-65536`));
          assert.match(error.hint, new RegExp(`usermod --add-sub${kind}s`));
          return true;
        },
      );
    });
  }
});
