/** Which directory a user's sockets go to, with and without a login session. */
import assert from "node:assert/strict";
import { chmod, mkdir, rm, stat, symlink } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { runtimeDirectory } from "../../../src/disk/runtime-dir.ts";
import { hasCode } from "../../../src/values/error.ts";
import { tempDir } from "../../helpers/temp-dir.ts";

const UID = process.getuid?.() ?? 0;

/** A machine without login sessions: nobody can create anything where they would be. */
const world = async (dir: string) => {
  const tmp = join(dir, "tmp");
  await mkdir(tmp);
  return { env: { TMPDIR: tmp, HOME: dir }, user: { uid: UID, sessions: "/dev/null" } };
};

describe("the runtime directory", () => {
  it("is the one that the session names", async (t) => {
    const given = await tempDir(t);
    assert.equal(runtimeDirectory({ XDG_RUNTIME_DIR: given }, { uid: UID, sessions: "/dev/null" }), given);
  });

  it("is podman's own in the temporary directory when there is no session", async (t) => {
    const { env, user } = await world(await tempDir(t));
    const path = runtimeDirectory(env, user);
    assert.equal(path, join(env.TMPDIR, `podman-run-${UID}`));
    assert.equal((await stat(path)).mode & 0o777, 0o700);
    assert.equal(runtimeDirectory(env, user), path);
  });

  it("is never a relative path, nor one that belongs to another user", async (t) => {
    const dir = await tempDir(t);
    const { env } = await world(dir);
    const stranger = { uid: UID + 1, sessions: "/dev/null" };
    assert.throws(
      () => runtimeDirectory({ ...env, XDG_RUNTIME_DIR: dir }, stranger),
      (error) => hasCode(error, "E_UNSUPPORTED") && /no runtime directory/.test(String(error)),
    );
    assert.equal(
      runtimeDirectory({ ...env, XDG_RUNTIME_DIR: "run" }, { uid: UID, sessions: "/dev/null" }),
      join(env.TMPDIR, `podman-run-${UID}`),
    );
  });

  it("passes over a directory that others can write to, and over a link", async (t) => {
    const dir = await tempDir(t);
    const { env, user } = await world(dir);
    const open = join(env.TMPDIR, `podman-run-${UID}`);
    await mkdir(open);
    await chmod(open, 0o777);
    assert.equal(runtimeDirectory(env, user), join(dir, "rundir"));
    await rm(open, { recursive: true });
    await symlink(dir, open);
    assert.equal(runtimeDirectory(env, user), join(dir, "rundir"));
  });
});
