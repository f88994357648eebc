/**
 * Undoes a rollout that failed: keeps the new container's last lines and exit code, removes it, and starts the old
 * one again when it had to be stopped. Trouble of the runtime itself is no failure of the generation: it is passed on
 * and the rollout goes on later.
 */
import { hasCode, McpError, messageOf } from "../../schemas/error.ts";
import { LABEL } from "../../schemas/labels.ts";
import type { Failure } from "../../schemas/observed.ts";
import { isoNow } from "../clock.ts";
import type { RolloutAction } from "./action.ts";
import type { RolloutContext } from "./rollout.ts";

/** Lines kept of a container that did not come up. */
const LAST_LINES = 20;

/** @returns what to report. @throws the error itself when it says nothing about the generation. */
export async function revert(context: RolloutContext, action: RolloutAction, error: unknown): Promise<Failure> {
  if (!isFailure(error) || context.signal.aborted) throw error;
  const candidate = await findCandidate(context, action);
  const lines = candidate === undefined ? [] : await lastLines(context, candidate);
  const exitCode = candidate === undefined ? undefined : await exitCodeOf(context, candidate);
  if (candidate !== undefined) await context.runtime.remove(candidate, context.signal);
  const previousServing = await restore(context, action);
  return {
    generation: context.generation,
    component: action.component,
    at: isoNow(context.clock),
    code: error instanceof McpError ? error.code : "E_BUG",
    message: messageOf(error),
    ...(exitCode === undefined ? {} : { exitCode }),
    lines,
    previousServing,
  };
}

/** Failures of the generation, as opposed to a runtime that cannot be reached or a foreign container in the way. */
function isFailure(error: unknown): boolean {
  const passing = ["E_RUNTIME_UNREACHABLE", "E_RUNTIME_TIMEOUT", "E_NAME_TAKEN"] as const;
  return error instanceof McpError && !passing.some((code) => hasCode(error, code));
}

async function findCandidate(context: RolloutContext, action: RolloutAction): Promise<string | undefined> {
  if (action.candidate !== undefined) return action.candidate.id;
  const labels = { [LABEL.service]: context.service, [LABEL.node]: context.node, [LABEL.component]: action.component };
  const containers = await context.runtime.list(labels, context.signal);
  const attempt = context.attemptOf(action.component);
  return containers.find((c) => attempt !== undefined && c.labels[LABEL.attempt] === attempt)?.id;
}

async function lastLines(context: RolloutContext, id: string): Promise<string[]> {
  const lines: string[] = [];
  try {
    const options = { follow: false, tail: LAST_LINES };
    for await (const { line } of context.runtime.logs(id, options, context.signal)) lines.push(line);
  } catch (cause) {
    lines.push(`(its log could not be read: ${messageOf(cause)})`);
  }
  return lines.slice(-LAST_LINES);
}

async function exitCodeOf(context: RolloutContext, id: string): Promise<number | undefined> {
  const detail = await context.runtime.inspect(id, context.signal);
  return detail?.state === "running" ? undefined : detail?.exitCode;
}

/** @returns whether the old container serves again; where it cannot be started now, the planner goes on trying. */
async function restore(context: RolloutContext, action: RolloutAction): Promise<boolean> {
  const { old, component } = action;
  if (old === undefined) return false;
  const now = await context.runtime.inspect(old.id, context.signal);
  if (now === undefined || now.state === "running") return now !== undefined;
  if (context.servingSpec(component)?.restart.policy === "no") return false;
  context.step(component, "restore", old.name);
  try {
    await context.runtime.start(old.id, context.signal);
    return true;
  } catch (cause) {
    context.step(component, "restore", `failed: ${messageOf(cause)}`);
    return false;
  }
}
