/** Which of podman's settings files the doctor reads, and which wins. */
import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { it } from "node:test";
import { probeContainersConf } from "../../../../src/agent/doctor/probe-podman.ts";
import { tempDir } from "../../../helpers/temp-dir.ts";

it("reads the user's containers.conf, its directory after it", async (t) => {
  const home = await tempDir(t);
  const dir = join(home, ".config", "containers");
  await mkdir(join(dir, "containers.conf.d"), { recursive: true });
  await writeFile(
    join(dir, "containers.conf"),
    "[containers]\nlog_size_max = 1000\nkeyring = false\n[engine]\nexit_command_delay = 60\n",
  );
  await writeFile(join(dir, "containers.conf.d", "10.conf"), "[engine]\nexit_command_delay = 5\n");
  assert.deepEqual(await probeContainersConf({ HOME: home }), {
    exitCommandDelay: 5,
    logSizeMax: 1000,
    keyring: false,
  });
});

it("reads CONTAINERS_CONF alone where it is set, and takes no comment for a setting", async (t) => {
  const home = await tempDir(t);
  const path = join(home, "own.conf");
  await writeFile(path, "[engine]\n# exit_command_delay = 300\n#keyring=false\n");
  assert.deepEqual(await probeContainersConf({ HOME: home, CONTAINERS_CONF: path }), {});
});
