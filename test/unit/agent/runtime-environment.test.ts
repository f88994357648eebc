/** Without XDG_RUNTIME_DIR the agent uses the directory that podman itself chooses. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { checkIdentity, ownIdentity } from "../../../src/agent/state/identity.ts";
import { setRuntimeDirectory } from "../../../src/agent/state/runtime-environment.ts";
import { MemoryStore } from "../../../src/agent/store/memory-store.ts";
import { runtimeDirectory } from "../../../src/disk/runtime-dir.ts";
import { tempDir } from "../../helpers/temp-dir.ts";

describe("the agent's runtime directory", () => {
  it("is podman's choice where the variable is unset, for everything that is started", async (t) => {
    const env: NodeJS.ProcessEnv = { TMPDIR: await tempDir(t), HOME: await tempDir(t) };
    const chosen = runtimeDirectory(env);
    setRuntimeDirectory(env);
    assert.equal(env["XDG_RUNTIME_DIR"], chosen);
  });

  it("stays the variable's, whatever that is", () => {
    const env: NodeJS.ProcessEnv = { XDG_RUNTIME_DIR: "/run/user/7" };
    setRuntimeDirectory(env);
    assert.equal(env["XDG_RUNTIME_DIR"], "/run/user/7");
  });
});

describe("the identity in the store", () => {
  const identity = (dir: string) => ownIdentity("rift", { XDG_RUNTIME_DIR: dir });

  it("names a variable that is not set any more", async () => {
    const store = new MemoryStore();
    await checkIdentity(store, identity("/run/user/7"), false);
    await assert.rejects(checkIdentity(store, identity(""), false), {
      code: "E_CONFIG",
      message: /XDG_RUNTIME_DIR was \/run\/user\/7 and is now not set$/,
    });
  });

  it("is the same where version 0.1 recorded an unset variable and the usual directory is used", async () => {
    const store = new MemoryStore();
    await checkIdentity(store, identity(""), false);
    await checkIdentity(store, identity(`/run/user/${process.getuid?.()}`), false);
    await assert.rejects(checkIdentity(store, identity("/tmp/other"), false), /was not set and is now \/tmp\/other/);
  });
});
