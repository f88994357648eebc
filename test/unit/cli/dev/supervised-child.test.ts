/** The programs of `mcp dev`: started again when they exit, given up when that keeps happening. */
import assert from "node:assert/strict";
import { appendFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import type { Child } from "../../../../src/cli/dev/children.ts";
import { lastProblem } from "../../../../src/cli/dev/log-tail.ts";
import { superviseChild } from "../../../../src/cli/dev/supervised-child.ts";
import { McpError, messageOf } from "../../../../src/values/error.ts";
import { eventually } from "../../../helpers/eventually.ts";
import { tempDir } from "../../../helpers/temp-dir.ts";

interface Supervised {
  readonly child: Child;
  readonly logPath: string;
  readonly reported: readonly string[];
}

async function supervise(t: TestContext, script: string): Promise<Supervised> {
  const logPath = join(await tempDir(t), "log");
  const reported: string[] = [];
  const program = { name: "prog", command: "/bin/sh", args: ["-c", script], logPath };
  const child = await superviseChild(program, { onRestart: (line) => reported.push(line), pauseMs: 1 });
  t.after(() => child.stop(0));
  return { child, logPath, reported };
}

describe("a supervised program", () => {
  it("is started again when it was killed, and not after it was stopped", async (t) => {
    const { child, logPath, reported } = await supervise(t, "echo up; exec sleep 60");
    const starts = async () => (await readFile(logPath, "utf8")).split("up").length - 1;
    await eventually(async () => (await starts()) === 1, { what: "the first start" });
    const first = child.pid;
    process.kill(first, "SIGKILL");
    await eventually(async () => (await starts()) === 2 && child.pid !== first, { what: "the second start" });
    assert.deepEqual(reported, ["prog: SIGKILL killed it; starting it again"]);
    await child.stop(1_000);
    assert.throws(() => process.kill(child.pid, 0), /ESRCH/);
    assert.equal(await starts(), 2);
  });

  it("is not restarted after several quick exits; the error has the last lines of its log", async (t) => {
    const { child, reported } = await supervise(
      t,
      `echo '{"level":50,"msg":"no store","err":{"message":"EACCES"}}'; exit 3`,
    );
    const error = await child.ended;
    assert.ok(error instanceof McpError);
    assert.match(messageOf(error), /prog exited 5 times soon after its start; .*code 3: no store: EACCES/s);
    assert.equal(reported.length, 4);
  });

  it("that cannot be started says so", async (t) => {
    const logPath = join(await tempDir(t), "log");
    const program = { name: "prog", command: "/nowhere/prog", args: [], logPath };
    const child = await superviseChild(program, { onRestart: () => undefined, pauseMs: 1 });
    assert.match((await child.ended).message, /cannot be started: .*ENOENT/);
  });
});

describe("the last problem in a log", () => {
  it("is its last warning or error since the start, without older ones", async (t) => {
    const path = join(await tempDir(t), "log");
    await appendFile(path, '{"level":50,"msg":"of the last run"}\n');
    const from = (await readFile(path)).length;
    assert.equal(await lastProblem(path, from), undefined);
    await appendFile(
      path,
      '{"level":50,"msg":"podman failed","err":{"message":"no socket"}}\n{"level":30,"msg":"up"}\n',
    );
    assert.equal(await lastProblem(path, from), "podman failed: no socket");
    await appendFile(path, "Error: not JSON\n");
    assert.equal(await lastProblem(path, from), "Error: not JSON");
  });
});
