/** Files below the files root on a real file system: put in place whole or not at all, and never through a link. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { appendFile, mkdir, open, readdir, readFile, rename, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, test } from "node:test";
import fc from "fast-check";
import type { FileAccess } from "../../../../src/agent/files/file-access.ts";
import { plainFiles } from "../../../../src/agent/files/plain-files.ts";
import { isTempName, tempName } from "../../../../src/schemas/wire/file-path.ts";
import { hasCode, McpError } from "../../../../src/values/error.ts";
import type { Scope } from "../../../helpers/scope.ts";
import { tempDir } from "../../../helpers/temp-dir.ts";

const TRANSFER = "0123456789abcdef01234567";
const failed = (error: unknown) => hasCode(error, "E_FILE");

interface Place {
  readonly root: string;
  readonly outside: string;
  readonly files: FileAccess;
}

async function place(scope: Scope): Promise<Place> {
  const base = await tempDir(scope);
  const [root, outside] = [join(base, "srv"), join(base, "outside")];
  await mkdir(join(root, "web"), { recursive: true });
  await mkdir(outside);
  await writeFile(join(outside, "secret"), "secret");
  return { root, outside, files: plainFiles(root) };
}

async function push(files: FileAccess, path: string, text: string, mode = 0o644): Promise<boolean> {
  const data = Buffer.from(text);
  const at = { place: { service: "web", path }, transfer: TRANSFER, size: data.length, mode };
  const receiving = await files.receive(at);
  try {
    await receiving.write(data);
    return (await receiving.commit()).replaced;
  } finally {
    await receiving.discard();
  }
}

async function pull(files: FileAccess, path: string): Promise<string> {
  const sending = await files.send({ service: "web", path });
  try {
    const parts: Uint8Array[] = [];
    for await (const part of sending.bytes()) parts.push(part);
    return Buffer.concat(parts).toString();
  } finally {
    await sending.close();
  }
}

/** Every path below, for "nothing was left". */
async function everything(directory: string): Promise<string[]> {
  return (await readdir(directory, { recursive: true })).sort();
}

describe("a file below the files root", () => {
  test("is put in place with its mode, directories made on the way, and read again", async (t) => {
    const { root, files } = await place(t);
    assert.equal(await push(files, "conf/deep/app.toml", "one", 0o600), false);
    assert.equal((await stat(join(root, "web/conf/deep/app.toml"))).mode & 0o7777, 0o600);
    assert.equal(await push(files, "conf/deep/app.toml", "two", 0o755), true);
    assert.equal((await stat(join(root, "web/conf/deep/app.toml"))).mode & 0o7777, 0o755);
    assert.equal(await pull(files, "conf/deep/app.toml"), "two");
    assert.deepEqual(await readdir(join(root, "web/conf/deep")), ["app.toml"]);
  });

  test("makes its service's directory, but never the root", async (t) => {
    const { root, files } = await place(t);
    const receiving = await files.receive({
      place: { service: "new", path: "a" },
      transfer: TRANSFER,
      size: 0,
      mode: 0o644,
    });
    await receiving.commit();
    await receiving.discard();
    assert.equal((await stat(join(root, "new/a"))).size, 0);
    await assert.rejects(push(plainFiles(join(root, "missing")), "a", "x"), failed);
  });

  test("is untouched, and nothing is left, when it is discarded", async (t) => {
    const { root, files } = await place(t);
    await push(files, "a", "old");
    const at = { place: { service: "web", path: "a" }, transfer: TRANSFER, size: 3, mode: 0o644 };
    const receiving = await files.receive(at);
    await receiving.write(Buffer.from("ne"));
    const temp = (await readdir(join(root, "web"))).find(isTempName);
    assert.ok(temp !== undefined);
    assert.equal((await stat(join(root, "web", temp))).mode & 0o777, 0o600, "nobody else reads it until it is whole");
    await receiving.discard();
    await receiving.discard();
    assert.deepEqual(await everything(join(root, "web")), ["a"]);
    assert.equal(await readFile(join(root, "web/a"), "utf8"), "old");
  });

  test("is not put in place when the disk gets full while it arrives", async (t) => {
    const { root, files } = await place(t);
    await push(files, "a", "old");
    const at = { place: { service: "web", path: "a" }, transfer: TRANSFER, size: 3, mode: 0o644 };
    const receiving = await files.receive(at);
    const handle = await open(join(root, "web/a"));
    t.mock.method(Object.getPrototypeOf(handle), "write", async () => {
      throw Object.assign(new Error("no space left on device"), { code: "ENOSPC", errno: -28 });
    });
    await handle.close();
    await receiving.write(Buffer.from("new"));
    await assert.rejects(receiving.commit(), /web\/a: the disk is full/);
    await receiving.discard();
    assert.equal(await readFile(join(root, "web/a"), "utf8"), "old");
  });

  test("does not write into another one that is half-written", async (t) => {
    const { root, files } = await place(t);
    const other = join(root, "web", tempName(TRANSFER));
    await writeFile(other, "another's");
    await assert.rejects(push(files, "a", "new"));
    assert.equal(await readFile(other, "utf8"), "another's");
    assert.deepEqual(await everything(join(root, "web")), [tempName(TRANSFER)]);
  });

  test("is given to another user, or kept as another user's, by root only", async (t) => {
    const { root, files } = await place(t);
    await push(files, "a", "old");
    const self = process.geteuid?.() ?? 0;
    t.mock.method(process as { geteuid(): number }, "geteuid", () => self + 1);
    const owner = { uid: self + 2, gid: self + 2 };
    const at = { transfer: TRANSFER, size: 0, mode: 0o644 };
    await assert.rejects(files.receive({ ...at, place: { service: "web", path: "b" }, owner }), /no permission/);
    await assert.rejects(files.receive({ ...at, place: { service: "web", path: "a" } }), /no permission/);
    assert.deepEqual(await everything(join(root, "web")), ["a"]);
  });

  test("is refused where the disk has no room for it", async (t) => {
    const { root, files } = await place(t);
    const at = { place: { service: "web", path: "a" }, transfer: TRANSFER, size: 2 ** 60, mode: 0o644 };
    await assert.rejects(files.receive(at), failed);
    assert.deepEqual(await everything(join(root, "web")), []);
  });

  test("is not written in place of something that is not a file", async (t) => {
    const { root, outside, files } = await place(t);
    const web = join(root, "web");
    await mkdir(join(web, "directory"));
    await symlink(join(outside, "secret"), join(web, "link"));
    await symlink(join(outside, "nothing"), join(web, "dangling"));
    execFileSync("mkfifo", [join(web, "pipe")]);
    const before = await everything(web);
    for (const name of ["directory", "link", "dangling", "pipe"]) {
      await assert.rejects(
        push(files, name, "evil"),
        (error) => failed(error) && error instanceof McpError && error.message.includes(`web/${name}`),
      );
      await assert.rejects(pull(files, name), failed, name);
    }
    assert.deepEqual(await everything(web), before);
    assert.deepEqual(await everything(outside), ["secret"]);
    assert.equal(await readFile(join(outside, "secret"), "utf8"), "secret");
  });

  test("is not reached through a link in its path, not even one that leads back", async (t) => {
    const { root, outside, files } = await place(t);
    await symlink(outside, join(root, "web/out"));
    await mkdir(join(root, "web/real"));
    await symlink("real", join(root, "web/back"));
    await symlink(outside, join(root, "other"));
    for (const path of ["out/secret", "back/a"]) {
      await assert.rejects(push(files, path, "evil"), failed);
      await assert.rejects(pull(files, path), failed);
      await assert.rejects(files.list({ service: "web", path }), failed);
    }
    const other = { service: "other", path: "secret" };
    await assert.rejects(files.send(other), failed);
    await assert.rejects(files.receive({ place: other, transfer: TRANSFER, size: 1, mode: 0o644 }), failed);
    assert.deepEqual(await everything(outside), ["secret"]);
  });

  test("stays in the directory it was begun in, whatever takes that directory's name meanwhile", async (t) => {
    const { root, outside, files } = await place(t);
    await mkdir(join(root, "web/conf"));
    const at = { place: { service: "web", path: "conf/a" }, transfer: TRANSFER, size: 1, mode: 0o644 };
    const receiving = await files.receive(at);
    await receiving.write(Buffer.from("x"));
    await rename(join(root, "web/conf"), join(root, "web/moved"));
    await symlink(outside, join(root, "web/conf"));
    await receiving.commit();
    assert.deepEqual(await everything(outside), ["secret"]);
    assert.deepEqual(await readdir(join(root, "web/moved")), ["a"]);
  });

  test("leaves what is outside alone, whatever name is tried", async (t) => {
    const { root, outside, files } = await place(t);
    await symlink(outside, join(root, "web/link"));
    const word = fc.constantFrom("..", ".", "", "link", "secret", "a", "outside", "web", "srv", "\0", "/", outside);
    const path = fc.array(word, { minLength: 1, maxLength: 6 }).map((words) => words.join("/"));
    const service = fc.constantFrom("web", "..", ".", "", "/", "../outside", "web/link", outside);
    await fc.assert(
      fc.asyncProperty(service, path, async (service, path) => {
        const at = { place: { service, path }, transfer: TRANSFER, size: 4, mode: 0o644 };
        try {
          const receiving = await files.receive(at);
          await receiving.write(Buffer.from("evil"));
          await receiving.commit().finally(() => receiving.discard());
        } catch (error) {
          assert.ok(error instanceof McpError, String(error));
        }
        const read = await files
          .send({ service, path })
          .catch((error: unknown) => assert.ok(error instanceof McpError));
        await read?.close();
        assert.deepEqual(await everything(outside), ["secret"]);
        assert.equal(await readFile(join(outside, "secret"), "utf8"), "secret");
        assert.ok(!(await everything(root)).some((name) => name.includes(".part")), "nothing half-written is left");
      }),
    );
  });

  test("that is missing is named", async (t) => {
    const { files } = await place(t);
    const missing = (error: unknown) => hasCode(error, "E_NOT_FOUND");
    await assert.rejects(pull(files, "nothing"), missing);
    await assert.rejects(pull(files, "no/thing"), missing);
    await assert.rejects(files.list({ service: "nobody", path: "" }), missing);
  });

  test("is listed with all below a directory; other things are listed separately", async (t) => {
    const { root, outside, files } = await place(t);
    for (const path of ["b", "a/z", "a/b/c"]) await push(files, path, path);
    await symlink(outside, join(root, "web/a/link"));
    execFileSync("mkfifo", [join(root, "web/a/pipe")]);
    await writeFile(join(root, "web", tempName(TRANSFER)), "half");
    await writeFile(Buffer.from(`${root}/web/\xff`, "latin1"), "no text");
    const all = await files.list({ service: "web", path: "" });
    assert.deepEqual(
      all.files.map(({ path }) => path),
      ["a/b/c", "a/z", "b"],
    );
    assert.deepEqual(all.skipped, ["a/link", "a/pipe", "\ufffd"]);
    const below = await files.list({ service: "web", path: "a/b" });
    assert.deepEqual(below.files, [{ path: "a/b/c", size: 5, mode: 0o644 }]);
    assert.deepEqual(
      (await files.list({ service: "web", path: "b" })).files.map(({ path }) => path),
      ["b"],
    );
  });

  test("half-written by an agent that was killed is removed, and nothing else", async (t) => {
    const { root, files } = await place(t);
    await push(files, "conf/a", "whole");
    await files.receive({ place: { service: "web", path: "conf/b" }, transfer: TRANSFER, size: 5, mode: 0o644 });
    await files.removeTemp({ service: "web", path: "conf/b" }, TRANSFER);
    await files.removeTemp({ service: "web", path: "conf/b" }, TRANSFER);
    await files.removeTemp({ service: "web", path: "gone/b" }, TRANSFER);
    assert.deepEqual(await readdir(join(root, "web/conf")), ["a"]);
  });
});

test("a file that grows while it is sent is sent as long as it was, and this is said", async (t) => {
  const { root, files } = await place(t);
  await writeFile(join(root, "web", "log"), "begin");
  for (const grown of [true, false]) {
    const sending = await files.send({ service: "web", path: "log" });
    const size = sending.file.size;
    if (grown) await appendFile(join(root, "web", "log"), " more");
    let sent = 0;
    for await (const part of sending.bytes()) sent += part.length;
    assert.deepEqual([sent, await sending.hasGrown()], [size, grown]);
    await sending.close();
  }
});

test("a file that has content but no size is refused", async () => {
  const files = plainFiles("/proc");
  await assert.rejects(files.send({ service: String(process.pid), path: "status" }), {
    code: "E_FILE",
    message: /\/status has content but no size/,
  });
});
