/**
 * Waits until a started container counts as up: for `min_up` the same start time, no restart and no end, and then the
 * first passing health check within its deadline. A crash loop under a restart policy looks "running" at every
 * sample, so the start time is compared and the runtime's `died` event cuts the wait short.
 */
import { McpError } from "../../schemas/error.ts";
import type { ComponentSpec, HealthSpec } from "../../schemas/spec.ts";
import type { Clock } from "../clock.ts";
import type { Runtime, RuntimeContainerDetail } from "../runtime/runtime.ts";
import { isCompleted } from "./completion.ts";

export interface WaitUpPorts {
  readonly runtime: Runtime;
  readonly clock: Clock;
  /** Resolves when the runtime says that this container died, with its exit code where it is told; never rejects. */
  died(containerId: string, signal: AbortSignal): Promise<number | undefined>;
  /** One health check; true when it passes. */
  check(containerId: string, spec: ComponentSpec, signal: AbortSignal): Promise<boolean>;
}

interface Wait {
  readonly ports: WaitUpPorts;
  readonly id: string;
  readonly spec: ComponentSpec;
  readonly died: Promise<number | undefined>;
  /** Ends with the wait. */
  readonly signal: AbortSignal;
}

/**
 * The exit code of a container that its restart policy has brought back is told by an event alone, which may come a
 * little later than the look that found it.
 */
const EVENT_GRACE_MS = 500;

/** @throws McpError E_NODE_FAILED with what happened instead; the container is left as it is. */
export async function waitUp(ports: WaitUpPorts, id: string, spec: ComponentSpec, signal: AbortSignal): Promise<void> {
  const waiting = new AbortController();
  const both = AbortSignal.any([signal, waiting.signal]);
  const wait: Wait = { ports, id, spec, died: ports.died(id, both), signal: both };
  try {
    const first = await look(wait);
    if (await isDone(wait, first)) return;
    if (spec.minUpMs > 0) {
      await Promise.race([ports.clock.sleep(spec.minUpMs, both), wait.died]);
      if (await isDone(wait, await look(wait), first)) return;
    }
    if (spec.health !== undefined) await waitHealthy(wait, spec.health);
  } finally {
    waiting.abort();
  }
}

async function look({ ports, id, signal }: Wait): Promise<RuntimeContainerDetail> {
  const detail = await ports.runtime.inspect(id, signal);
  if (detail === undefined) throw new McpError("E_NODE_FAILED", "the new container was removed while it came up");
  return detail;
}

/** True when it has done its work already; false while it runs undisturbed. @throws McpError E_NODE_FAILED */
async function isDone(wait: Wait, detail: RuntimeContainerDetail, first?: RuntimeContainerDetail): Promise<boolean> {
  if (isCompleted(wait.spec.restart, detail)) return true;
  if (detail.state !== "running") throw failed("the new container ended", detail.exitCode);
  if (detail.restarts > 0 || (first !== undefined && detail.startedAt !== first.startedAt)) {
    const { ports, died, signal } = wait;
    const grace = ports.clock.sleep(EVENT_GRACE_MS, signal).then(
      () => undefined,
      () => undefined,
    );
    throw failed("the new container keeps restarting: it ended", await Promise.race([died, grace]));
  }
  return false;
}

function failed(what: string, exitCode: number | undefined): McpError {
  const code = exitCode === undefined ? "" : ` with exit code ${exitCode}`;
  return new McpError("E_NODE_FAILED", what + code, { details: { exitCode } });
}

async function waitHealthy(wait: Wait, health: HealthSpec): Promise<void> {
  const { ports, id, spec, died, signal } = wait;
  const deadline = ports.clock.now() + health.startPeriodMs + health.retries * (health.intervalMs + health.timeoutMs);
  const pause = Math.min(health.intervalMs, 1_000);
  while (!(await ports.check(id, spec, signal))) {
    if (ports.clock.now() >= deadline) {
      throw new McpError(
        "E_NODE_FAILED",
        `the new container did not become healthy: ${health.check.kind} check failed`,
      );
    }
    await Promise.race([ports.clock.sleep(pause, signal), died]);
    await isDone(wait, await look(wait));
  }
}
