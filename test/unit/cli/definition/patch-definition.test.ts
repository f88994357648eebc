import assert from "node:assert/strict";
import { chmod, lstat, readdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { setActive } from "../../../../src/cli/definition/patch-definition.ts";
import { readDefinition } from "../../../../src/cli/definition/read-definition.ts";
import { replaceText } from "../../../../src/disk/replace-text.ts";
import { hasCode } from "../../../../src/values/error.ts";
import type { Scope } from "../../../helpers/scope.ts";
import { tempDir } from "../../../helpers/temp-dir.ts";

const COMPONENT = '\n[[components]] # the only one\nname = "a"\nimage = "a:1"\n';

async function patched(scope: Scope, head: string, active: boolean, tail = COMPONENT): Promise<string> {
  const path = join(await tempDir(scope), "web.toml");
  await writeFile(path, head + tail);
  const after = await setActive(await readDefinition(path), active);
  const text = await readFile(path, "utf8");
  assert.equal(after.text, text);
  assert.equal(after.spec.active, active);
  assert.ok(text.endsWith(tail), "the rest of the file changed");
  return text.slice(0, text.length - tail.length);
}

test("replaces the value and keeps comments, spacing and order", async (t) => {
  const head = '# mine\nname="web"\nactive   =   true  # for now\nnode = "rift"\n';
  assert.equal(await patched(t, head, false), head.replace("true", "false"));
});

test("adds the key below node, comment and all", async (t) => {
  const head = 'name = "web"\nnode = "rift" # active = true\n# between\ndrift = "repair"\n';
  assert.equal(await patched(t, head, false), head.replace("= true\n", "= true\nactive = false\n"));
});

test("adds the key below a list of nodes that takes several lines", async (t) => {
  const head = 'nodes = [\n  "a", # one\n  "b",\n] # both\nname = "web"\n';
  assert.equal(await patched(t, head, false), head.replace("# both\n", "# both\nactive = false\n"));
});

test("keeps CRLF line ends, a byte order mark and a missing last newline", async (t) => {
  const head = '\uFEFFname = "web"\r\nnode = "rift"\r\n';
  const tail = '\r\n[[components]]\r\nname = "a"\r\nimage = "a:1"';
  assert.equal(await patched(t, head, false, tail), `${head}active = false\r\n`);
});

test("finds the key in quotes, and is not misled by the same word elsewhere", async (t) => {
  const head = '"active" = true\nname = "web"\nnode = "rift"\n';
  const tail = `${COMPONENT}labels = { active = "true" }\nenv = ["""\nactive = true"""]\n`.replace(
    '"""\nactive = true"""',
    "'''A=\nactive = true'''",
  );
  assert.equal(await patched(t, head, false, tail), head.replace("true", "false"));
});

test("adds the key as a last line where the file has no other place for it", async (t) => {
  const path = join(await tempDir(t), "web.toml");
  await writeFile(path, 'components = [{ name = "a", image = "a:1" }]\nname = "web"\nnode = "rift"');
  await setActive(await readDefinition(path), false);
  assert.match(await readFile(path, "utf8"), /node = "rift"\nactive = false$/);
});

test("leaves the file alone when it says so already, by default too", async (t) => {
  const path = join(await tempDir(t), "web.toml");
  await writeFile(path, `name = "web"\nnode = "rift"\n${COMPONENT}`);
  const before = await stat(path);
  const definition = await readDefinition(path);
  assert.equal(await setActive(definition, true), definition);
  assert.equal((await stat(path)).ino, before.ino);
});

test("keeps the mode, writes through a link and leaves no other file behind", async (t) => {
  const dir = await tempDir(t);
  const real = join(dir, "real.toml");
  const link = join(dir, "web.toml");
  await writeFile(real, `name = "web"\nnode = "rift"\n${COMPONENT}`);
  await chmod(real, 0o640);
  await symlink("real.toml", link);
  await setActive(await readDefinition(link), false);
  assert.ok((await lstat(link)).isSymbolicLink());
  assert.equal((await stat(real)).mode & 0o777, 0o640);
  assert.match(await readFile(real, "utf8"), /active = false/);
  assert.deepEqual((await readdir(dir)).sort(), ["real.toml", "web.toml"]);
});

test("refuses to overwrite what someone else wrote meanwhile", async (t) => {
  const path = join(await tempDir(t), "web.toml");
  await writeFile(path, `name = "web"\nnode = "rift"\n${COMPONENT}`);
  const definition = await readDefinition(path);
  await writeFile(path, "# changed\n");
  await assert.rejects(setActive(definition, false), (error) => hasCode(error, "E_CONFLICT"));
  assert.equal(await readFile(path, "utf8"), "# changed\n");
});

test("writes a new file, but not over one that is there", async (t) => {
  const dir = await tempDir(t);
  const path = join(dir, "new.toml");
  await replaceText(path, "a = 1\n", undefined);
  assert.equal((await stat(path)).mode & 0o777, 0o644);
  await assert.rejects(replaceText(path, "a = 2\n", undefined), (error) => hasCode(error, "E_CONFLICT"));
  assert.equal(await readFile(path, "utf8"), "a = 1\n");
  await assert.rejects(replaceText(join(dir, "no/such.toml"), "", undefined), (error) => hasCode(error, "E_FILE"));
  assert.deepEqual(await readdir(dir), ["new.toml"]);
});
