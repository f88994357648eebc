/** `mcp dev remove` right after containers were stopped: what they used is busy for a moment. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { access, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { promisify } from "node:util";
import { removeNodeContainers } from "../../../../src/cli/dev/remove-containers.ts";
import { removeDirectory } from "../../../../src/cli/dev/rootless/rootless-user.ts";
import { errorLines, reportOf } from "../../../../src/cli/output/error-report.ts";
import { textOf } from "../../../../src/terminal/cell.ts";
import { tempDir } from "../../../helpers/temp-dir.ts";

const BUSY =
  "unlinkat /home/a/.local/share/containers/storage/overlay-containers/c1/userdata/shm: device or resource busy";

/** A podman with one container that `rm` refuses to remove `failures` times. */
async function busyPodman(t: TestContext, failures: number) {
  const dir = await tempDir(t);
  const script = `#!/bin/sh
cd ${dir}
[ "$1" = ps ] && { [ -e removed ] || echo c1; exit 0; }
echo try >> tries
[ "$(wc -l < tries)" -gt ${failures} ] && { touch removed; exit 0; }
echo "Error: removing container c1: ${BUSY}" >&2
exit 125
`;
  await writeFile(join(dir, "podman"), script, { mode: 0o755 });
  const tries = async () => (await readFile(join(dir, "tries"), "utf8")).split("\n").length - 1;
  return { env: { PATH: `${dir}:/usr/bin:/bin` }, tries };
}

const shown = (error: unknown) => errorLines(reportOf(error), { utc: true }).map((line) => line.map(textOf).join(""));

describe("removing the trial's containers", () => {
  it("tries again while podman is busy", async (t) => {
    const { env, tries } = await busyPodman(t, 2);
    await removeNodeContainers("lab", env);
    assert.equal(await tries(), 3);
  });

  it("says in podman's words what stays busy, and what to type; it is no bug", async (t) => {
    const { env } = await busyPodman(t, 1_000_000);
    const error: unknown = await removeNodeContainers("lab", env, 0).catch((thrown: unknown) => thrown);
    assert.deepEqual(shown(error), [
      'error: podman cannot remove the containers of node "lab" (E_RUNTIME)',
      `  because: Error: removing container c1: ${BUSY}`,
      "hint: see `podman ps -a`, then repeat: mcp dev remove",
    ]);
  });

  if (process.getuid?.() === 0) {
    it("names root's directory in which something stays mounted, and can be repeated", async (t) => {
      const dir = join(await tempDir(t), "home");
      const shm = join(dir, "shm");
      await mkdir(shm, { recursive: true });
      const run = promisify(execFile);
      await run("mount", ["-t", "tmpfs", "tmpfs", shm]);
      t.after(() => run("umount", [shm]).catch(() => undefined));
      const error: unknown = await removeDirectory(dir).catch((thrown: unknown) => thrown);
      assert.match(
        shown(error).join("\n"),
        /^error: .*\/home cannot be removed \(E_FILE\)\n.*busy.*\nhint: repeat: mcp dev remove$/,
      );
      await run("umount", [shm]);
      await removeDirectory(dir);
      await assert.rejects(access(dir));
    });
  }
});
