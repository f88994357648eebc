/** Podman's service cannot start: it is tried with growing pauses, not as fast as the machine can. */
import assert from "node:assert/strict";
import { symlink } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { PodmanService } from "../../../../src/agent/runtime/service/podman-service.ts";
import { eventually } from "../../../helpers/eventually.ts";
import type { Scope } from "../../../helpers/scope.ts";
import { tempDir } from "../../../helpers/temp-dir.ts";

const FAILURES = 4;
/** 0.5 s before the first repeat, then 1 s, then 2 s; the start itself failed before all of them. */
const LEAST_MS = 500 + 1_000 + 2_000;

/** The failures of a service that is woken all the time, as calls of an agent do. */
async function failuresOf(scope: Scope, socketPath: string) {
  const problems: string[] = [];
  const service = new PodmanService({
    socketPath,
    signal: new AbortController().signal,
    onProblem: (problem) => problems.push(problem),
  });
  scope.after(() => service.stop());
  await assert.rejects(service.start(), { code: "E_RUNTIME_UNREACHABLE" });
  const beganMs = Date.now();
  await eventually(
    () => {
      service.wake();
      return problems.length >= FAILURES - 1;
    },
    { what: "some failures", timeoutMs: 30_000 },
  );
  return { tookMs: Date.now() - beganMs, problems };
}

test("waits longer after each failure where the directory of its socket cannot be made", async (t) => {
  // Not even root can make a directory where there is a link to nowhere.
  const directory = join(await tempDir(t), "podman");
  await symlink("/nonexistent/podman", directory);
  const { tookMs, problems } = await failuresOf(t, join(directory, "podman.sock"));
  assert.ok(tookMs >= LEAST_MS, `${FAILURES} failures in ${tookMs} ms`);
  assert.match(
    problems[0] ?? "",
    /cannot start podman's service: no directory for its socket .*: no such file or directory/,
  );
});
