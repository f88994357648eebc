/** The limits that the kernel enforces, read from the control group of a container's process. */
import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { limitsInForce } from "../../../../src/agent/runtime/podman/limits-in-force.ts";
import { tempDir } from "../../../helpers/temp-dir.ts";

const ID = "f948cbe5d205e7175d0267f1613f1f9c57f602ee205293807270619261ff172f";
const SCOPE = `user.slice/user-1000.slice/user@1000.service/user.slice/libpod-${ID}.scope`;

async function machine(t: TestContext, files: Readonly<Record<string, string>>): Promise<string> {
  const root = await tempDir(t);
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), `${text}\n`);
  }
  return root;
}

describe("the limits in force", () => {
  it("are those of the group named after the container, also when its processes are in one below", async (t) => {
    const root = await machine(t, {
      "proc/7/cgroup": `0::/${SCOPE}/container`,
      [`sys/fs/cgroup/${SCOPE}/memory.max`]: "33554432",
      [`sys/fs/cgroup/${SCOPE}/cpu.max`]: "50000 100000",
      [`sys/fs/cgroup/${SCOPE}/container/memory.max`]: "max",
    });
    assert.deepEqual(await limitsInForce(7, ID, root), { memoryBytes: 33_554_432, cpus: 0.5 });
  });

  it("are absent where the kernel has none", async (t) => {
    const root = await machine(t, {
      "proc/7/cgroup": `0::/${SCOPE}`,
      [`sys/fs/cgroup/${SCOPE}/memory.max`]: "max",
      [`sys/fs/cgroup/${SCOPE}/cpu.max`]: "max 100000",
    });
    assert.deepEqual(await limitsInForce(7, ID, root), {});
  });

  it("are read from the separate hierarchies of cgroup v1", async (t) => {
    const path = `libpod_parent/libpod-${ID}`;
    const root = await machine(t, {
      "proc/7/cgroup": `4:memory:/${path}\n3:cpu,cpuacct:/${path}\n1:name=systemd:/\n0::/${path}`,
      [`sys/fs/cgroup/memory/${path}/memory.limit_in_bytes`]: "33554432",
      [`sys/fs/cgroup/cpu/${path}/cpu.cfs_quota_us`]: "-1",
      [`sys/fs/cgroup/cpu/${path}/cpu.cfs_period_us`]: "100000",
    });
    assert.deepEqual(await limitsInForce(7, ID, root), { memoryBytes: 33_554_432 });
    const none = await machine(t, {
      "proc/7/cgroup": `4:memory:/${path}\n3:cpu:/${path}`,
      [`sys/fs/cgroup/memory/${path}/memory.limit_in_bytes`]: "9223372036854771712",
    });
    assert.deepEqual(await limitsInForce(7, ID, none), {});
  });

  it("are unknown without a group of the container, and when its process has ended", async (t) => {
    const root = await machine(t, { "proc/7/cgroup": "0::/user.slice/session-1.scope" });
    assert.equal(await limitsInForce(7, ID, root), undefined);
    assert.equal(await limitsInForce(8, ID, root), undefined);
  });
});
