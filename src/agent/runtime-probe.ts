/**
 * Asks the runtime every few seconds whether it still answers, and says so once when that changes. A podman that
 * accepts and never answers is `hung` within PROBE_EVERY_MS + PROBE_DEADLINE_MS; nothing else waits for it.
 */
import { hasCode, messageOf } from "../schemas/error.ts";
import type { RuntimeHealth } from "../schemas/presence.ts";
import type { Clock } from "./clock.ts";
import type { MakeEvent } from "./events.ts";
import type { Runtime } from "./runtime/runtime.ts";
import type { EventDraft } from "./store/store.ts";

const PROBE_EVERY_MS = 5_000;
const PROBE_DEADLINE_MS = 8_000;

export interface RuntimeProbePorts {
  readonly runtime: Runtime;
  readonly clock: Clock;
  readonly makeEvent: MakeEvent;
  onChange(health: RuntimeHealth, event: EventDraft): void;
}

/** Runs until `signal` aborts; never rejects. */
export async function probeRuntime(ports: RuntimeProbePorts, signal: AbortSignal): Promise<void> {
  for (let health: RuntimeHealth = "ok"; !signal.aborted; ) {
    const { now, why } = await probe(ports.runtime, signal);
    if (signal.aborted) return;
    if (now !== health) ports.onChange(now, eventOf(ports.makeEvent, now, why));
    health = now;
    await ports.clock.sleep(PROBE_EVERY_MS, signal).catch(() => undefined);
  }
}

async function probe(runtime: Runtime, signal: AbortSignal): Promise<{ now: RuntimeHealth; why: string }> {
  try {
    await runtime.ping(AbortSignal.any([signal, AbortSignal.timeout(PROBE_DEADLINE_MS)]));
    return { now: "ok", why: "" };
  } catch (error) {
    const now = hasCode(error, "E_RUNTIME_UNREACHABLE") ? "unreachable" : "hung";
    return { now, why: messageOf(error) };
  }
}

function eventOf(makeEvent: MakeEvent, health: RuntimeHealth, why: string): EventDraft {
  if (health === "ok") return makeEvent("runtime-recovered", "podman answers again");
  if (health === "hung") return makeEvent("runtime-hung", `podman accepts but does not answer: ${why}`);
  return makeEvent("runtime-unreachable", `podman cannot be reached: ${why}`);
}
