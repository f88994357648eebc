/**
 * Waits until a started container counts as up: for `min_up` the same start time, no restart and no end, and then the
 * first passing health check within its deadline. A crash loop under a restart policy looks "running" at every
 * sample, so the start time is compared and the runtime's `died` event cuts the wait short.
 */
import { McpError } from "../../schemas/error.ts";
import type { ComponentSpec } from "../../schemas/spec.ts";
import type { Clock } from "../clock.ts";
import type { Runtime, RuntimeContainerDetail } from "../runtime/runtime.ts";
import { isCompleted } from "./completion.ts";

export interface WaitUpPorts {
  readonly runtime: Runtime;
  readonly clock: Clock;
  /** Resolves when the runtime says that this container died; never rejects. */
  died(containerId: string, signal: AbortSignal): Promise<void>;
  /** One health check; true when it passes. */
  check(containerId: string, spec: ComponentSpec, signal: AbortSignal): Promise<boolean>;
}

/** @throws McpError E_NODE_FAILED with what happened instead; the container is left as it is. */
export async function waitUp(ports: WaitUpPorts, id: string, spec: ComponentSpec, signal: AbortSignal): Promise<void> {
  const waiting = new AbortController();
  const both = AbortSignal.any([signal, waiting.signal]);
  try {
    const died = ports.died(id, both);
    const first = await look(ports, id, signal);
    if (ended(first, spec)) return;
    if (spec.minUpMs > 0) {
      await Promise.race([ports.clock.sleep(spec.minUpMs, both), died]);
      if (ended(await look(ports, id, signal), spec, first)) return;
    }
    if (spec.health !== undefined) await waitHealthy(ports, id, spec, died, both);
  } finally {
    waiting.abort();
  }
}

async function look(ports: WaitUpPorts, id: string, signal: AbortSignal): Promise<RuntimeContainerDetail> {
  const detail = await ports.runtime.inspect(id, signal);
  if (detail === undefined) throw new McpError("E_NODE_FAILED", "the new container was removed while it came up");
  return detail;
}

/** True when it has done its work already; false while it runs undisturbed. @throws McpError E_NODE_FAILED */
function ended(detail: RuntimeContainerDetail, spec: ComponentSpec, first?: RuntimeContainerDetail): boolean {
  if (isCompleted(spec.restart, detail)) return true;
  if (detail.state !== "running") {
    const code = detail.exitCode === undefined ? "" : ` with exit code ${detail.exitCode}`;
    throw new McpError("E_NODE_FAILED", `the new container ended${code}`, { details: { exitCode: detail.exitCode } });
  }
  if (detail.restarts > 0 || (first !== undefined && detail.startedAt !== first.startedAt)) {
    throw new McpError("E_NODE_FAILED", "the new container keeps restarting", {
      details: { exitCode: detail.exitCode },
    });
  }
  return false;
}

async function waitHealthy(
  ports: WaitUpPorts,
  id: string,
  spec: ComponentSpec,
  died: Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const { health } = spec;
  if (health === undefined) return;
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
    ended(await look(ports, id, signal), spec);
  }
}
