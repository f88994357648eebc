/**
 * The real agent over a pretended machine: fake runtime, store in memory, and any node bus. Light enough for thousands
 * in one process; with a fake clock, for tests of what it does over time.
 */
import type { AgentPorts } from "../../src/agent/composition/create-parts.ts";
import { type Agent, startAgent } from "../../src/agent/composition/start-agent.ts";
import { systemClock } from "../../src/agent/state/clock.ts";
import { MemoryStore } from "../../src/agent/store/memory-store.ts";
import type { NodeBus } from "../../src/bus/ports/node-bus.ts";
import { silentLog } from "../../src/service/logger.ts";
import { FakeRuntime } from "./fake-runtime.ts";

export interface SimulatedAgent extends Agent {
  /** What made going on impossible. */
  readonly fatal: readonly unknown[];
}

const SILENT = silentLog();

/** Starts an agent; what is not given is pretended anew. */
export async function simulatedAgent(
  own: Partial<AgentPorts> & { readonly bus: NodeBus; readonly node: string },
): Promise<SimulatedAgent> {
  const clock = own.clock ?? systemClock;
  const fatal: unknown[] = [];
  const agent = await startAgent({
    store: new MemoryStore(),
    runtime: new FakeRuntime({ now: clock.now }),
    log: SILENT,
    env: { XDG_RUNTIME_DIR: "/run/user/1000" },
    sweepMs: 60_000,
    parallel: 4,
    filesRoot: "/",
    disk: async () => ({}), // asking the real one takes real time, in which a fake clock moves on
    acceptIdentity: false,
    onFatal: (error) => fatal.push(error),
    ...own,
    clock,
  });
  return { ...agent, fatal };
}
