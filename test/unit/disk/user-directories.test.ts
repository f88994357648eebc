import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { test } from "node:test";
import { configHome, dataHome, homeDirectory, stateHome } from "../../../src/disk/user-directories.ts";
import { none, PROJECT_FILES } from "../../helpers/project-sources.ts";

test("base directories are the XDG ones, with their defaults below the home directory", () => {
  const env = { HOME: "/home/kyle" };
  assert.equal(configHome(env), "/home/kyle/.config");
  assert.equal(dataHome(env), "/home/kyle/.local/share");
  assert.equal(stateHome(env), "/home/kyle/.local/state");
  assert.equal(configHome({ ...env, XDG_CONFIG_HOME: "/etc/kyle" }), "/etc/kyle");
  assert.equal(dataHome({ ...env, XDG_DATA_HOME: "/data" }), "/data");
  assert.equal(stateHome({ ...env, XDG_STATE_HOME: "/state" }), "/state");
});

test("a relative base directory is ignored, and so is an empty one", () => {
  assert.equal(configHome({ HOME: "/home/kyle", XDG_CONFIG_HOME: "config" }), "/home/kyle/.config");
  assert.equal(dataHome({ HOME: "/home/kyle", XDG_DATA_HOME: "" }), "/home/kyle/.local/share");
});

test("without HOME the system's answer is used", () => {
  assert.equal(homeDirectory({}), homedir());
  assert.equal(homeDirectory({ HOME: "" }), homedir());
});

test("no other module looks the base directories up", () => {
  const own = "src/disk/user-directories.ts";
  const others = PROJECT_FILES.filter((path) => /^src\/.*\.ts$/.test(path) && path !== own);
  none(
    others.filter((path) => /env(\.|\[")XDG_[A-Z]+_HOME/.test(readFileSync(path, "utf8"))),
    `configHome, dataHome and stateHome are in ${own}`,
  );
});
