/**
 * The agent: its parts, its loops, and how they end. `stop` takes no more work, leaves the step under way resumable,
 * delivers what it can, and leaves every container running.
 */
import { followBus, followRuntime } from "./agent-loops.ts";
import { type AgentPorts, createParts } from "./agent-parts.ts";

export interface Agent {
  /** Resolves once the services have been compared with the runtime for the first time. */
  readonly ready: Promise<void>;
  stop(): Promise<void>;
}

/** How long a stopping agent tries to deliver its events. */
const FLUSH_MS = 3_000;

export async function startAgent(ports: AgentPorts): Promise<Agent> {
  const work = new AbortController();
  const delivery = new AbortController();
  const parts = await createParts(ports, { work: work.signal, delivery: delivery.signal });
  const { makeEvent, tell, bus, outbox, presence, workshop } = parts;
  await tell(makeEvent("agent-started", `the agent of ${ports.node} was started`));
  followBus(parts, work.signal);
  const { ready, done } = followRuntime(parts, work.signal);
  return {
    ready,
    stop: async () => {
      work.abort();
      await Promise.all([workshop.reconciler.idle(), done]);
      await tell(makeEvent("agent-stopped", `the agent of ${ports.node} was stopped; its containers keep running`));
      await outbox.flush(bus.isConnected() ? FLUSH_MS : 0);
      delivery.abort();
      await presence.leave();
    },
  };
}
