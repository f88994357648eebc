import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { busSettings } from "../../../src/cli/open-bus.ts";
import { tempDir } from "../../helpers/temp-dir.ts";

async function place(t: TestContext, bus: string) {
  const dir = await tempDir(t);
  await writeFile(join(dir, "mcp.toml"), `[bus]\n${bus}\n`);
  const warnings: string[] = [];
  const warn = (warning: string) => void warnings.push(warning);
  return { place: { config: "mcp.toml", cwd: dir, env: { HOME: dir }, warn }, warnings };
}

test("plain text to another machine is said loudly, however it was allowed", async (t) => {
  const plain = 'servers = ["nats://bus.example.net:4222"]';
  const byFile = await place(t, `${plain}\ninsecure = true`);
  await busSettings(byFile.place, "kyle@desk");
  const byOption = await place(t, plain);
  assert.equal((await busSettings({ ...byOption.place, insecure: true }, "kyle@desk")).insecure, true);
  for (const { warnings } of [byFile, byOption]) assert.match(warnings.join(), /^INSECURE: bus\.example\.net:4222 is/);
});

test("what is encrypted, or stays on this machine, needs no warning", async (t) => {
  for (const server of ["tls://bus.example.net:4222", "wss://bus.example.net", "nats://127.0.0.1:4222"]) {
    const { place: own, warnings } = await place(t, `servers = ["${server}"]\ninsecure = true`);
    await busSettings(own, "kyle@desk");
    assert.deepEqual(warnings, []);
  }
});
