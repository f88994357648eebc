/** The disk of the power-cut tests forgets what was not synced, and keeps what was. */
import assert from "node:assert/strict";
import { constants } from "node:fs";
import { describe, it } from "node:test";
import { Disk, type Luck, NAMES, NOTHING } from "../../helpers/power-cut/disk.ts";
import { parseSteps, type Step } from "../../helpers/power-cut/steps.ts";

const ROOT = "/top";
const ALL: Luck = { names: (pending) => pending, content: () => true };
const create = (fd: number, path: string): Step => ({
  call: "open",
  fd,
  flags: constants.O_CREAT | constants.O_WRONLY,
  mode: 0o600,
  path,
});
const write = (fd: number, at: number, text: string): Step => ({ call: "write", fd, at, bytes: Buffer.from(text) });
const sync = (fd: number): Step => ({ call: "sync", fd });
const openRoot = (fd: number): Step => ({ call: "open", fd, flags: 0, mode: 0, path: ROOT });

function left(luck: Luck, ...steps: readonly Step[]): Record<string, string | undefined> {
  const disk = new Disk(ROOT);
  for (const step of steps) disk.step(step);
  return Object.fromEntries([...disk.remains(luck)].map(([path, { content }]) => [path, content?.toString()]));
}

describe("a disk with a cache", () => {
  const written = [create(5, "/top/a"), write(5, 0, "text")];

  it("has lost a file whose directory was not synced, even if the file was", () => {
    assert.deepEqual(left(NOTHING, ...written, sync(5)), {});
    assert.deepEqual(left(NOTHING, ...written, sync(5), openRoot(6), sync(6)), { a: "text" });
  });

  it("has emptied a file that was not synced, even if its directory was", () => {
    assert.deepEqual(left(NOTHING, ...written, openRoot(6), sync(6)), { a: "" });
    assert.deepEqual(left(NAMES, ...written), { a: "" });
    assert.deepEqual(left(ALL, ...written), { a: "text" });
  });

  it("has the old or the new file after a rename, never none", () => {
    const both = [...written, sync(5), openRoot(6), sync(6), create(7, "/top/b"), write(7, 0, "new"), sync(7)];
    const renamed: Step = { call: "rename", from: "/top/b", to: "/top/a" };
    assert.deepEqual(left(NOTHING, ...both, renamed), { a: "text" });
    assert.deepEqual(left(NAMES, ...both, renamed), { a: "new" });
    assert.deepEqual(left(NOTHING, ...both, renamed, sync(6)), { a: "new" });
  });

  it("has lost what is below a directory that its parent does not name yet", () => {
    const below: Step[] = [
      { call: "mkdir", number: 0o700, path: "/top/d" },
      { call: "open", fd: 8, flags: 0, mode: 0, path: "/top/d" },
      create(9, "/proc/self/fd/8/a"),
      sync(9),
      sync(8),
    ];
    assert.deepEqual(left(NOTHING, ...below), {});
    assert.deepEqual(left(NOTHING, ...below, openRoot(6), sync(6)), { d: undefined, "d/a": "" });
  });

  it("keeps writes at their offsets, and drops what was cut off", () => {
    const steps = [...written, write(5, 6, "!"), { call: "truncate", fd: 5, number: 8 } as const];
    assert.deepEqual(left(ALL, ...steps), { a: "text\0\0!\0" });
  });
});

describe("the record of writes", () => {
  it("is read with the bytes of each write, line breaks included", () => {
    const record = Buffer.from(
      "open\t5\t65\t384\t/top/a b\nwrite\t5\t0\t4\nx\ny\nsync\t5\t0\nrename\t/top/a\t/top/b\n",
    );
    assert.deepEqual(parseSteps(record), [
      { call: "open", fd: 5, flags: 65, mode: 0o600, path: "/top/a b" },
      { call: "write", fd: 5, at: 0, bytes: Buffer.from("x\ny\n") },
      { call: "sync", fd: 5 },
      { call: "rename", from: "/top/a", to: "/top/b" },
    ]);
    assert.throws(() => parseSteps(Buffer.from("sync\t5")), /within a step/);
  });
});
