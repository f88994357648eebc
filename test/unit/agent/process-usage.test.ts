/** What containers use, from a /proc of our own making and from the real one. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { readProcesses, usageOf } from "../../../src/agent/requests/process-usage.ts";
import { eventually } from "../../helpers/eventually.ts";
import type { Scope } from "../../helpers/scope.ts";
import { tempDir } from "../../helpers/temp-dir.ts";

interface Fake {
  readonly name: string;
  readonly parent: number;
  /** utime, stime, cutime, cstime */
  readonly ticks: readonly [number, number, number, number];
  readonly kilobytes?: number;
}

async function procOf(scope: Scope, processes: Readonly<Record<number, Fake>>): Promise<string> {
  const proc = await tempDir(scope);
  await mkdir(join(proc, "self"));
  for (const [id, { name, parent, ticks, kilobytes }] of Object.entries(processes)) {
    await mkdir(join(proc, id));
    const before = `${id} (${name}) S ${parent} 1 1 0 -1 4194560 100 0 0 0`;
    await writeFile(join(proc, id, "stat"), `${before} ${ticks.join(" ")} 20 0 1 0 5 0 0\n`);
    const size = kilobytes === undefined ? "" : `VmRSS:\t    ${kilobytes} kB\n`;
    await writeFile(join(proc, id, "status"), `Name:\tx\nVmPeak:\t 99999 kB\n${size}Threads:\t1\n`);
  }
  return proc;
}

describe("what a container uses", () => {
  it("is the time and memory of its first process and of all below it", async (t) => {
    const proc = await procOf(t, {
      1: { name: "init", parent: 0, ticks: [900, 900, 900, 900], kilobytes: 5_000 },
      20: { name: "sh", parent: 1, ticks: [1, 2, 30, 40], kilobytes: 100 },
      21: { name: "a) S 1 (b", parent: 20, ticks: [5, 0, 0, 0], kilobytes: 200 },
      22: { name: "kernel thread", parent: 21, ticks: [0, 1, 0, 0] },
      30: { name: "another", parent: 1, ticks: [7, 7, 7, 7], kilobytes: 700 },
    });
    const table = await readProcesses(proc);
    assert.deepEqual(await usageOf(20, table, proc), { cpuMs: 790, memoryBytes: 300 * 1024, processes: 3 });
    assert.deepEqual(await usageOf(30, table, proc), { cpuMs: 280, memoryBytes: 700 * 1024, processes: 1 });
  });

  it("is unknown of a process that has ended, or whose file says nothing", async (t) => {
    const proc = await procOf(t, { 20: { name: "sh", parent: 1, ticks: [1, 1, 1, 1] } });
    await mkdir(join(proc, "21"));
    await writeFile(join(proc, "21", "stat"), "");
    const table = await readProcesses(proc);
    assert.equal(await usageOf(21, table, proc), undefined);
    assert.equal(await usageOf(99, table, proc), undefined);
  });

  it("grows with what a real process does", async (t) => {
    const child = spawn(process.execPath, ["-e", "for (;;);"], { stdio: "ignore" });
    t.after(() => child.kill("SIGKILL"));
    const used = async () => (await usageOf(child.pid ?? 0, await readProcesses()))?.cpuMs ?? 0;
    await eventually(async () => (await used()) >= 200, { what: "it has used 0.2 s", timeoutMs: 20_000 });
    const usage = await usageOf(child.pid ?? 0, await readProcesses());
    assert.ok((usage?.memoryBytes ?? 0) > 5 * 1024 * 1024);
    assert.equal(usage?.processes, 1);
  });
});
