/**
 * Waits until a started container counts as up: for `min_up` the same start time, no restart and no exit, and then the
 * first passing health check within its deadline. A crash loop under a restart policy looks "running" at every
 * sample, so the start time is compared and the runtime's `died` event cuts the wait short.
 */

import type { HealthState, StepName } from "../../../schemas/service/observed.ts";
import type { ComponentSpec, HealthSpec } from "../../../schemas/service/spec.ts";
import { McpError } from "../../../values/error.ts";
import type { ComponentName } from "../../../values/names.ts";
import type { Runtime, RuntimeContainerDetail } from "../../runtime/runtime.ts";
import { ChildController } from "../../state/child-controller.ts";
import type { Clock } from "../../state/clock.ts";
import { isCompleted } from "../drift/completion.ts";

export interface WaitUpContext {
  readonly runtime: Runtime;
  readonly clock: Clock;
  /** Ends the wait. */
  readonly signal: AbortSignal;
  /** Resolves when the runtime says that this container died, with its exit code if it is reported; never rejects. */
  died(containerId: string, signal: AbortSignal): Promise<number | undefined>;
  /** Called with the container's state while it comes up; `health` is absent without a health check. */
  observed(container: RuntimeContainerDetail, health?: HealthState): void;
  step(component: ComponentName, step: StepName, detail?: string): void;
  /** One health check; true when it passes. */
  check(containerId: string, spec: ComponentSpec, signal: AbortSignal): Promise<boolean>;
}

/**
 * The exit code of a container that its restart policy has restarted is only in an event, which may arrive slightly
 * later than the inspection that found it.
 */
const EVENT_GRACE_MS = 500;

/** The runtime refused to say how the container is: it may be up, so nothing is undone, and the next pass continues. */
export class UnansweredError extends Error {
  override readonly cause: unknown;

  constructor(cause: unknown) {
    super("the runtime does not say how the new container is");
    this.cause = cause;
  }
}

/** The wait for one container. */
interface Wait {
  readonly ports: WaitUpContext;
  readonly id: string;
  readonly spec: ComponentSpec;
  readonly signal: AbortSignal;
  /** Exit code of the last death that the runtime reported. */
  exitCode?: number | undefined;
}

/** @throws McpError E_NODE_FAILED that says what happened; the container is left as it is. */
export async function waitUp(ports: WaitUpContext, id: string, spec: ComponentSpec): Promise<void> {
  const wait: Wait = { ports, id, spec, signal: ports.signal };
  const first = await inspect(wait);
  if (await isDone(wait, first)) return;
  // Not before the inspection: a report that shows the wait also shows the new container.
  if (spec.minUpMs > 0 || spec.health !== undefined) {
    ports.step(spec.name, "wait", spec.health === undefined ? undefined : "for its health check");
  }
  const upAtMs = ports.clock.now() + spec.minUpMs;
  while (ports.clock.now() < upAtMs) {
    await pause(wait, upAtMs - ports.clock.now());
    if (await isDone(wait, await inspect(wait), first)) return;
  }
  if (spec.health !== undefined) await waitHealthy(wait, spec.health, first);
}

/** Shortened when the runtime reports that the container died. Only a hint: the inspection that follows decides. */
async function pause(wait: Wait, ms: number): Promise<void> {
  const { ports, id, signal } = wait;
  const over = new ChildController(signal);
  const slept = ports.clock.sleep(ms, over.signal).then(() => undefined);
  try {
    wait.exitCode = (await Promise.race([slept, ports.died(id, over.signal)])) ?? wait.exitCode;
    signal.throwIfAborted();
  } finally {
    over.abort();
  }
}

async function inspect({ ports, id, spec, signal }: Wait): Promise<RuntimeContainerDetail> {
  const detail = await ports.runtime.inspect(id, signal).catch((cause: unknown) => {
    throw new UnansweredError(cause);
  });
  if (detail === undefined) throw new McpError("E_NODE_FAILED", "the new container was removed while it started");
  const isStarting = spec.health !== undefined && detail.state === "running";
  ports.observed(detail, isStarting ? "starting" : undefined);
  return detail;
}

/** True when it has already finished; false while it keeps running. @throws McpError E_NODE_FAILED */
async function isDone(wait: Wait, detail: RuntimeContainerDetail, first?: RuntimeContainerDetail): Promise<boolean> {
  if (isCompleted(wait.spec.restart, detail)) return true;
  if (detail.state !== "running") throw failed("the new container ended", detail.exitCode);
  if (detail.restarts > 0 || (first !== undefined && detail.startedAt !== first.startedAt)) {
    if (wait.exitCode === undefined) await pause(wait, EVENT_GRACE_MS);
    throw failed("the new container keeps restarting: it ended", wait.exitCode);
  }
  return false;
}

function failed(what: string, exitCode: number | undefined): McpError {
  const code = exitCode === undefined ? "" : ` with exit code ${exitCode}`;
  return new McpError("E_NODE_FAILED", what + code, { details: { exitCode } });
}

const HEALTH_HINT =
  "check the component's `health` in the definition; raise `start_period` if it needs longer to start";

async function waitHealthy(wait: Wait, health: HealthSpec, first: RuntimeContainerDetail): Promise<void> {
  const { ports, id, spec, signal } = wait;
  const deadline = ports.clock.now() + health.startPeriodMs + health.retries * (health.intervalMs + health.timeoutMs);
  while (!(await ports.check(id, spec, signal))) {
    if (ports.clock.now() >= deadline) {
      const what = `the new container did not become healthy: its ${health.check.kind} check failed`;
      throw new McpError("E_NODE_FAILED", what, { hint: HEALTH_HINT });
    }
    await pause(wait, Math.min(health.intervalMs, 1_000));
    if (await isDone(wait, await inspect(wait), first)) return;
  }
  ports.observed(first, "healthy");
}
