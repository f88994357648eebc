/**
 * The agent: its parts, its loops, and how they end. `stop` takes no more work, leaves the step under way resumable,
 * delivers what it can, and leaves every container running.
 */
import { followBus, followRuntime } from "./agent-loops.ts";
import { type AgentParts, type AgentPorts, createParts } from "./agent-parts.ts";
import { compareIdentity, ownIdentity } from "./state/identity.ts";

export interface Agent {
  /** Resolves once the services have been compared with the runtime for the first time. */
  readonly ready: Promise<void>;
  stop(): Promise<void>;
}

/** How long a stopping agent tries to deliver its events. */
const FLUSH_MS = 3_000;

/**
 * @throws McpError E_STORE when the store cannot be read. What makes going on impossible afterwards is told by
 * `onFatal`; the agent then does nothing until it is stopped.
 */
export async function startAgent(ports: AgentPorts): Promise<Agent> {
  const work = new AbortController();
  const delivery = new AbortController();
  const parts = await createParts(ports, { work: work.signal, delivery: delivery.signal });
  const loops = (await isItself(ports)) ? startLoops(parts, work.signal) : NO_LOOPS;
  return {
    ready: loops.ready,
    stop: async () => {
      work.abort();
      await Promise.all([parts.workshop.reconciler.idle(), loops.done, parts.alerter.done]);
      await farewell(parts);
      delivery.abort();
      await parts.presence.leave();
    },
  };
}

type Loops = ReturnType<typeof followRuntime>;

const NO_LOOPS: Loops = { ready: Promise.resolve(), done: Promise.resolve() };

/** Before anything is taken from the bus: what another node's store accepted would spoil this one's. */
async function isItself({ node, env, store, acceptIdentity, onFatal }: AgentPorts): Promise<boolean> {
  if (acceptIdentity) return true;
  try {
    await compareIdentity(store, ownIdentity(node, env));
    return true;
  } catch (error) {
    onFatal(error);
    return false;
  }
}

function startLoops(parts: AgentParts, signal: AbortSignal): Loops {
  const { node, makeEvent, tell, warn } = parts;
  // A full disk must not keep the containers from being looked after.
  void tell(makeEvent("agent-started", `the agent of ${node} was started`)).catch(warn("storing an event"));
  followBus(parts, signal);
  return followRuntime(parts, signal);
}

async function farewell({ node, makeEvent, tell, log, outbox, bus }: AgentParts): Promise<void> {
  const message = `the agent of ${node} was stopped; its containers keep running`;
  await tell(makeEvent("agent-stopped", message)).catch((err: unknown) => log.warn({ err }, "storing an event"));
  await outbox.flush(bus.isConnected() ? FLUSH_MS : 0);
}
