/**
 * Asks the runtime every few seconds whether it answers, and reports each change once. A podman that accepts connections
 * but never answers is `hung` within PROBE_EVERY_MS + PROBE_DEADLINE_MS; nothing else waits for it.
 */

import type { RuntimeHealth } from "../../schemas/wire/presence.ts";
import { hasCode, McpError, messageOf } from "../../values/error.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { ChildController } from "../state/child-controller.ts";
import type { Clock } from "../state/clock.ts";
import type { MakeEvent } from "../state/events.ts";
import type { EventDraft } from "../store/store.ts";

const PROBE_EVERY_MS = 5_000;
const PROBE_DEADLINE_MS = 8_000;

export interface RuntimeProbePorts {
  readonly runtime: Runtime;
  readonly clock: Clock;
  readonly makeEvent: MakeEvent;
  /** `event` is absent for the first answer of a healthy runtime. */
  onChange(health: RuntimeHealth, event?: EventDraft): void;
}

/** Runs until `signal` aborts; never rejects. */
export async function probeRuntime(ports: RuntimeProbePorts, signal: AbortSignal): Promise<void> {
  for (let health: RuntimeHealth | undefined; !signal.aborted; ) {
    const { now, why } = await probe(ports, signal);
    if (signal.aborted) return;
    const isNews = health !== undefined || now !== "ok";
    if (now !== health) ports.onChange(now, isNews ? eventOf(ports.makeEvent, now, why) : undefined);
    health = now;
    await ports.clock.sleep(PROBE_EVERY_MS, signal).catch(() => undefined);
  }
}

async function probe(ports: RuntimeProbePorts, signal: AbortSignal): Promise<{ now: RuntimeHealth; why: string }> {
  const { runtime, clock } = ports;
  const over = new ChildController(signal);
  const late = clock.sleep(PROBE_DEADLINE_MS, over.signal).then(() => {
    throw new McpError("E_RUNTIME_TIMEOUT", `no answer within ${PROBE_DEADLINE_MS} ms`);
  });
  try {
    await Promise.race([runtime.ping(over.signal), late]);
    return { now: "ok", why: "" };
  } catch (error) {
    const now = hasCode(error, "E_RUNTIME_UNREACHABLE") ? "unreachable" : "hung";
    return { now, why: messageOf(error) };
  } finally {
    over.abort();
  }
}

function eventOf(makeEvent: MakeEvent, health: RuntimeHealth, why: string): EventDraft {
  if (health === "ok") return makeEvent("runtime-recovered", "podman answers again");
  if (health === "hung") return makeEvent("runtime-hung", `podman accepts but does not answer: ${why}`);
  return makeEvent("runtime-unreachable", `podman cannot be reached: ${why}`);
}
