import assert from "node:assert/strict";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { readBackup, writeBackup } from "../../../../src/cli/backup/backup-file.ts";
import { tempDir } from "../../../helpers/temp-dir.ts";

test("a backup is readable for its owner alone from its first byte, since it holds values of env", async (t) => {
  const dir = await tempDir(t);
  const path = join(dir, "mcp.ndjson.gz");
  const modes: number[] = [];
  const lines = async function* () {
    for (const name of await readdir(dir)) modes.push((await stat(join(dir, name))).mode & 0o777);
    yield "one";
    return "done";
  };
  const { result } = await writeBackup(path, lines());
  modes.push((await stat(path)).mode & 0o777);
  assert.deepEqual([result, modes], ["done", [0o600, 0o600]]);
  const read: string[] = [];
  for await (const line of readBackup(path)) read.push(line);
  assert.deepEqual(read, ["one"]);
});

test("a full disk is said with the backup's path, and no part of it stays", async (t) => {
  const dir = await tempDir(t);
  const path = join(dir, "mcp.ndjson.gz");
  const lines = async function* () {
    yield "one";
    throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC", syscall: "write" });
  };
  await assert.rejects(writeBackup(path, lines()), {
    code: "E_FILE",
    message: `cannot use ${path} on this machine: the disk is full`,
  });
  assert.deepEqual(await readdir(dir), []);
});
