/**
 * Runs a command inside a container and waits for its exit code. Podman has no call that stops such a command, so one
 * that takes too long is killed by its process id, if that is permitted.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { CallDeadline } from "../call-deadline.ts";
import { Fields } from "../decode/fields.ts";
import { killGroup } from "../service/kill-group.ts";
import type { PodmanContext, PodmanRequest } from "./call.ts";
import { containerPath } from "./requests.ts";

export interface ExecOptions {
  readonly id: string;
  readonly cmd: readonly string[];
  readonly timeoutMs: number;
}

/** Pause between two polls while podman has not recorded the exit yet. */
const SETTLE_MS = 20;

/** Limit for killing a command that took too long; after that the attempt ends. */
const KILL_LIMIT_MS = 2_000;

/** @returns the exit code. @throws McpError E_RUNTIME_TIMEOUT after `timeoutMs`, E_RUNTIME when it cannot be run. */
export async function execInContainer(
  means: PodmanContext,
  { id, cmd, timeoutMs }: ExecOptions,
  signal: AbortSignal,
): Promise<number> {
  const deadline = new CallDeadline(`command in ${id.slice(0, 12)}`, timeoutMs, signal);
  const session: { id?: string } = {};
  try {
    session.id = await createSession(means, { id, cmd }, deadline.signal);
    await drain(means.call.open(startRequest(session.id), deadline.signal));
    return await exitCode(means, session.id, deadline.signal);
  } catch (failure) {
    if (deadline.signal.aborted && session.id !== undefined) await killSession(means, session.id);
    throw deadline.reasonOf(failure);
  } finally {
    deadline.end();
  }
}

async function createSession(
  { call, limits }: PodmanContext,
  { id, cmd }: Pick<ExecOptions, "id" | "cmd">,
  signal: AbortSignal,
): Promise<string> {
  const request: PodmanRequest = {
    what: "podman exec",
    method: "POST",
    path: containerPath(id, "/exec"),
    // Attached: the output ends when the command ends.
    body: { Cmd: cmd, AttachStdout: true, AttachStderr: true },
    expect: [201],
    limitMs: limits.askMs,
  };
  return new Fields((await call.ask(request, signal)).body, "exec").text("Id");
}

function startRequest(session: string): PodmanRequest {
  const path = `/exec/${encodeURIComponent(session)}/start`;
  return {
    what: "podman exec",
    method: "POST",
    path,
    body: { Detach: false, Tty: false },
    expect: [200, 101],
    limitMs: 0,
  };
}

/** Discards the output: a command that writes much must not block on a full pipe. */
async function drain(chunks: AsyncIterable<Buffer>): Promise<void> {
  for await (const _ of chunks);
}

async function inspectSession({ call, limits }: PodmanContext, session: string, signal: AbortSignal) {
  const path = `/exec/${encodeURIComponent(session)}/json`;
  const request: PodmanRequest = { what: "podman exec", method: "GET", path, expect: [200], limitMs: limits.askMs };
  const { body } = await call.ask(request, signal);
  return new Fields(body, "exec");
}

async function exitCode(means: PodmanContext, session: string, signal: AbortSignal): Promise<number> {
  for (;;) {
    const found = await inspectSession(means, session, signal);
    if (!found.boolean("Running")) return found.number("ExitCode");
    await sleep(SETTLE_MS, undefined, { signal });
  }
}

/** Best effort: a failure here is not reported, since the timeout is the error that counts. */
async function killSession(means: PodmanContext, session: string): Promise<void> {
  try {
    const found = await inspectSession(means, session, AbortSignal.timeout(KILL_LIMIT_MS));
    if (found.boolean("Running")) await killGroup(found.number("Pid"));
  } catch {
    // Podman does not answer, or the session is gone; the command ends with its container at the latest.
  }
}
