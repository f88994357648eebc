/** Only a static program runs in an image that contains nothing else. */
import assert from "node:assert/strict";
import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { findBusybox, isStaticProgram } from "../../../../src/cli/dev/find-busybox.ts";
import { tempDir } from "../../../helpers/temp-dir.ts";

/** The start of an ELF program with program headers of these types. */
function elf(...types: readonly number[]): Buffer {
  const bytes = Buffer.alloc(64 + types.length * 56);
  bytes.write("\x7fELF\x02\x01", 0, "latin1");
  bytes.writeBigUInt64LE(64n, 32);
  bytes.writeUInt16LE(56, 54);
  bytes.writeUInt16LE(types.length, 56);
  for (const [index, type] of types.entries()) bytes.writeUInt32LE(type, 64 + index * 56);
  return bytes;
}

test("a static program is told from a dynamic one, a script and nothing", async (t) => {
  const dir = await tempDir(t);
  const files = { static: elf(1, 1), dynamic: elf(6, 3, 1), script: "#!/bin/sh\n", empty: "" };
  for (const [name, bytes] of Object.entries(files)) await writeFile(join(dir, name), bytes);
  assert.equal(await isStaticProgram(join(dir, "static")), true);
  for (const name of ["dynamic", "script", "empty", "nothing", "."]) {
    assert.equal(await isStaticProgram(join(dir, name)), false, name);
  }
  assert.equal(await isStaticProgram(process.execPath), false);
});

test("the busybox that is named is the only candidate; otherwise the static one on PATH is found", async (t) => {
  const dir = await tempDir(t);
  await mkdir(join(dir, "a"));
  await mkdir(join(dir, "b"));
  await writeFile(join(dir, "a", "busybox"), elf(3));
  await writeFile(join(dir, "b", "busybox"), elf(1));
  await copyFile(join(dir, "b", "busybox"), join(dir, "own"));
  assert.equal(await findBusybox({ MCP_BUSYBOX: join(dir, "own") }), join(dir, "own"));
  assert.equal(await findBusybox({ MCP_BUSYBOX: join(dir, "a", "busybox"), PATH: join(dir, "b") }), undefined);
  const found = await findBusybox({ PATH: `${join(dir, "a")}:${join(dir, "b")}` });
  assert.ok(found === join(dir, "b", "busybox") || found?.endsWith("/.tools/busybox"), found);
});
