/** The path of podman's socket. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { podmanSocketPath } from "../../../../src/agent/runtime/service/podman-socket.ts";

test("uses the configured socket, as a path or as an address", () => {
  assert.equal(podmanSocketPath("/run/p.sock", "/run/user/7"), "/run/p.sock");
  assert.equal(podmanSocketPath("unix:///run/p.sock", "/run/user/7"), "/run/p.sock");
});

test("otherwise uses the socket in the user's runtime directory", () => {
  assert.equal(podmanSocketPath("", "/run/user/7"), "/run/user/7/podman/podman.sock");
  assert.equal(podmanSocketPath(undefined, "/run/user/7"), "/run/user/7/podman/podman.sock");
});
