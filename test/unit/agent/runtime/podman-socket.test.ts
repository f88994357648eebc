/** Where podman's socket is looked for. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { podmanSocketPath } from "../../../../src/agent/runtime/service/podman-socket.ts";

test("takes the configured socket, as a path or as an address", () => {
  const env = { XDG_RUNTIME_DIR: "/run/user/7" };
  assert.equal(podmanSocketPath("/run/p.sock", env), "/run/p.sock");
  assert.equal(podmanSocketPath("unix:///run/p.sock", env), "/run/p.sock");
});

test("else takes the user's own", () => {
  assert.equal(podmanSocketPath("", { XDG_RUNTIME_DIR: "/run/user/7" }), "/run/user/7/podman/podman.sock");
  assert.equal(podmanSocketPath(undefined, {}), `/run/user/${process.getuid?.()}/podman/podman.sock`);
});
