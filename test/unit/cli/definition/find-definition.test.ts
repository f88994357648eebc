import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { findDefinition, readAll } from "../../../../src/cli/definition/find-definition.ts";
import { hasCode, McpError } from "../../../../src/values/error.ts";
import { tempDir } from "../../../helpers/temp-dir.ts";

const text = (name: string) => `name = "${name}"\nnode = "rift"\n[[components]]\nname = "a"\nimage = "a:1"\n`;

test("finds a service by its name", async (t) => {
  const dir = await tempDir(t);
  await writeFile(join(dir, "web.toml"), text("web"));
  const { spec, path } = await findDefinition(dir, "web");
  assert.deepEqual([spec.name, path], ["web", join(dir, "web.toml")]);
});

test("names the nearest service and the directory when there is none of that name", async (t) => {
  const dir = await tempDir(t);
  await writeFile(join(dir, "myservice.toml"), text("myservice"));
  await assert.rejects(findDefinition(dir, "myservise"), (error) => {
    assert.ok(error instanceof McpError && error.code === "E_NOT_FOUND");
    assert.equal(error.message, `no definition of service "myservise" in ${dir} (did you mean "myservice"?)`);
    assert.match(error.hint, /myservise\.toml/);
    return true;
  });
});

test("never leaves the directory for a name with slashes", async (t) => {
  const dir = await tempDir(t);
  await writeFile(join(dir, "web.toml"), text("web"));
  await assert.rejects(findDefinition(join(dir, "."), "../web"), (error) => hasCode(error, "E_NOT_FOUND"));
  await assert.rejects(findDefinition(dir, `../${dir.split("/").at(-1)}/web`), (error) =>
    hasCode(error, "E_NOT_FOUND"),
  );
});

test("reads all definitions, and a broken one hides no other", async (t) => {
  const dir = await tempDir(t);
  await writeFile(join(dir, "web.toml"), text("web"));
  await writeFile(join(dir, "broken.toml"), "name = ");
  await writeFile(join(dir, "other-name.toml"), text("shop"));
  await writeFile(join(dir, "Not A Name.toml"), text("shop"));
  await writeFile(join(dir, ".hidden.toml"), "=");
  await writeFile(join(dir, "notes.txt"), "=");
  const { definitions, failures } = await readAll(dir);
  assert.deepEqual(
    definitions.map(({ spec }) => spec.name),
    ["web"],
  );
  assert.deepEqual(
    failures.map(({ name, error }) => [name, error.code]),
    [
      ["Not A Name", "E_DEFINITION"],
      ["broken", "E_DEFINITION"],
      ["other-name", "E_DEFINITION"],
    ],
  );
});

test("says so when the services directory is missing, rather than that there are no services", async (t) => {
  const dir = join(await tempDir(t), "nowhere");
  await assert.rejects(readAll(dir), (error) => hasCode(error, "E_NOT_FOUND"));
  await assert.rejects(findDefinition(dir, "web"), (error) => hasCode(error, "E_NOT_FOUND"));
});

test("an empty directory holds no definitions", async (t) => {
  assert.deepEqual(await readAll(await tempDir(t)), { definitions: [], failures: [] });
});
