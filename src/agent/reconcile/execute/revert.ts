/**
 * What happens when a container did not come up: its last lines and exit code are kept, the new container is removed,
 * and the old one is started again if it had to be stopped. An error of the runtime or the store is not a failure of
 * the generation: it is passed on, and the work continues later.
 */

import { LABEL } from "../../../schemas/service/labels.ts";
import type { Failure } from "../../../schemas/service/observed.ts";
import { strikeOut } from "../../../schemas/service/redact.ts";
import type { ComponentSpec } from "../../../schemas/service/spec.ts";
import { McpError, messageOf } from "../../../values/error.ts";
import { ERROR_HINTS } from "../../../values/error-codes.ts";
import { present } from "../../../values/present.ts";
import type { RuntimeContainer } from "../../runtime/runtime.ts";
import { isoNow } from "../../state/clock.ts";
import { isCompleted } from "../drift/completion.ts";
import type { RolloutAction, StartAction } from "../model/action.ts";
import { isAtRest } from "../model/classify.ts";
import { isInfrastructureError } from "./infrastructure-error.ts";
import { madeFrom, type RolloutContext } from "./rollout.ts";

/** Lines kept of a container that did not come up, and how much of each: they travel in an event and in reports. */
const LAST_LINES = 20;
const LINE_LENGTH = 1_000;

type Env = ComponentSpec["env"];

/** Undoes a rollout. @returns what to report. @throws errors of the runtime. */
export async function revert(context: RolloutContext, action: RolloutAction, error: McpError): Promise<Failure> {
  const failure = await discardFailed(context, action, error);
  return { ...failure, previousServing: await restore(context, action) };
}

/** The first half of `revert`: removes the new container. @returns what to report of it. @throws errors of the runtime. */
export async function discardFailed(
  context: RolloutContext,
  action: RolloutAction,
  error: McpError,
): Promise<Omit<Failure, "previousServing">> {
  const candidate = await findCandidate(context, action);
  const output = candidate === undefined ? { lines: [] } : await lastOutput(context, candidate, action.spec.env);
  if (candidate !== undefined) await discard(context, action, candidate);
  return { ...failureOf(context, action, error), ...output };
}

/** Stops an existing container that did not come up, so that the agent retries it with delays and not podman. */
export async function stopFailedStart(context: RolloutContext, action: StartAction, error: McpError): Promise<Failure> {
  const { id } = action.container;
  const output = await lastOutput(context, id, action.spec?.env ?? {});
  await context.stop(id, action.spec?.stopTimeoutMs ?? 0);
  return { ...failureOf(context, action, error), ...output, previousServing: false };
}

function failureOf(context: RolloutContext, { component }: RolloutAction | StartAction, error: McpError) {
  const { generation, clock } = context;
  const known = present({ exitCode: exitCodeIn(error), hint: hintOf(error) });
  return { generation, component, at: isoNow(clock), code: error.code, message: messageOf(error), ...known };
}

/** The error's own hint; undefined for the general hint of E_NODE_FAILED, which says nothing about the cause. */
export function hintOf({ hint }: McpError): string | undefined {
  return hint === ERROR_HINTS.E_NODE_FAILED ? undefined : hint;
}

/** wait-up.ts has it from the event; it is not available elsewhere once the container has restarted. */
function exitCodeIn({ details }: McpError): number | undefined {
  if (typeof details !== "object" || details === null || !("exitCode" in details)) return undefined;
  return typeof details.exitCode === "number" ? details.exitCode : undefined;
}

async function findCandidate(context: RolloutContext, action: RolloutAction): Promise<string | undefined> {
  const labels = { [LABEL.service]: context.service, [LABEL.node]: context.node, [LABEL.component]: action.component };
  const containers = await context.runtime.list(labels, context.signal);
  const attempt = context.attemptOf(action.component);
  const found = containers.find((c) => attempt !== undefined && c.labels[LABEL.attempt] === attempt);
  return found?.id ?? action.candidate?.id;
}

async function lastOutput(context: RolloutContext, id: string, env: Env): Promise<Pick<Failure, "lines" | "exitCode">> {
  const lines = await lastLines(context, id, env);
  const detail = await context.runtime.inspect(id, context.signal);
  const exitCode = detail?.state === "running" ? undefined : detail?.exitCode;
  return { lines, ...(exitCode === undefined ? {} : { exitCode }) };
}

/** They go to the event stream, so values of secret variables are removed. */
async function lastLines(context: RolloutContext, id: string, env: Env): Promise<string[]> {
  const lines: string[] = [];
  try {
    const options = { follow: false, tail: LAST_LINES };
    for await (const { line: spoken } of context.runtime.logs(id, options, context.signal)) {
      const line = strikeOut(spoken, env);
      lines.push(line.length > LINE_LENGTH ? `${line.slice(0, LINE_LENGTH)}…` : line);
    }
  } catch (cause) {
    lines.push(`(its log could not be read: ${messageOf(cause)})`);
  }
  return lines.slice(-LAST_LINES);
}

/** If the new container cannot be removed now, the old one is started anyway; later passes remove the new one. */
export async function discard(context: RolloutContext, { component }: RolloutAction, id: string): Promise<void> {
  try {
    await context.remove(id);
  } catch (cause) {
    if (!(cause instanceof McpError) || isInfrastructureError(cause)) throw cause;
    context.step(component, "remove", `failed: ${messageOf(cause)}`);
  }
}

/**
 * Starts again what the rollout had stopped; not what has never run.
 * @returns whether the old container runs; what cannot be started now is tried again by later passes
 */
export async function restore(context: RolloutContext, action: RolloutAction): Promise<boolean> {
  const { old, superseded, inTheWay } = action;
  const stopped = [...(old === undefined ? [] : [old]), ...inTheWay];
  const before = await Promise.all(stopped.map(({ id }) => context.runtime.inspect(id, context.signal)));
  if (old !== undefined && before[0] !== undefined && isAtRest(before[0].state)) {
    for (const { id } of superseded) await discard(context, action, id); // they may hold its ports
  }
  const runs = new Map<RuntimeContainer, boolean>();
  for (const [index, container] of stopped.entries()) {
    runs.set(container, await startAgain(context, action, { container, now: before[index] }));
  }
  return old !== undefined && runs.get(old) === true;
}

interface Stopped {
  readonly container: RuntimeContainer;
  readonly now: RuntimeContainer | undefined;
}

async function startAgain(context: RolloutContext, action: RolloutAction, { container, now }: Stopped) {
  if (now === undefined || now.state === "created") return false;
  if (now.state === "running") return true;
  const restart = madeFrom(context, container)?.restart;
  if (!wasRunning(container) && restart !== undefined && isCompleted(restart, now)) return false;
  context.step(action.component, "restore", container.name);
  try {
    await context.start(container.id);
    return true;
  } catch (cause) {
    if (context.signal.aborted) throw cause;
    context.step(action.component, "restore", `failed: ${messageOf(cause)}`);
    return false;
  }
}

/** It may have been stopped by a rollout that was interrupted: then only its restart policy says whether it had ended. */
function wasRunning({ state }: RuntimeContainer): boolean {
  return state === "running";
}
